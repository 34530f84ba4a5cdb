import type { z } from 'zod';
import { AppError } from '../../contract/lib/errors.ts';
import type { ServiceControlArgs } from '../../contract/model/operation.ts';
import type { Operation } from '../jobs/operation.ts';
import type { Machine } from '../system/machine.ts';
import { runProgram } from '../system/programs.ts';

type Args = z.output<typeof ServiceControlArgs>;

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'MainPID',
  'NRestarts',
  'Result',
];

/**
 * `service.control`: one systemctl call with its output; the value tells the state afterwards. `status` succeeds when
 * the state could be read, also that of a stopped service, whose exit code of 3 is kept.
 */
export function createServiceControl({ machine }: { machine: Machine }): Operation<Args> {
  const ownUnit = (): string | undefined =>
    /\/([^/\n]+\.service)\s*$/m.exec(machine.readText('/proc/self/cgroup') ?? '')?.[1];
  const isOwn = (unit: string): boolean => unit === ownUnit() || `${unit}.service` === ownUnit();
  return {
    expects: ({ unit, action }) => (action === 'restart' && isOwn(unit) ? 'agent' : undefined),
    async run({ unit, action }, context) {
      if (isOwn(unit) && action === 'stop') {
        throw new AppError(
          'denied',
          'The agent does not stop itself, because nobody could start it again from here. Restart it instead.',
        );
      }
      const restartsItself = isOwn(unit) && action === 'restart';
      const flags = action === 'status' ? ['--no-pager', '--full', '--lines=20'] : [];
      const args = [...flags, ...(restartsItself ? ['--no-block'] : []), action, '--', unit];
      const { exitCode, stdout, stderr } = await runProgram('systemctl', args, 120_000);
      context.write('stdout', Buffer.from(stdout));
      context.write('stderr', Buffer.from(stderr));
      if (restartsItself && exitCode === 0) return 'awaits-restart';
      const value = await readState(unit);
      if (value.loadState === 'not-found')
        return {
          state: 'failed',
          exitCode,
          value,
          error: { code: 'not-found', message: `There is no service ${unit} here.` },
        };
      const succeeded = exitCode === 0 || (action === 'status' && exitCode <= 3);
      return { state: succeeded ? 'succeeded' : 'failed', exitCode, value };
    },
  };
}

async function readState(unit: string): Promise<Record<string, unknown>> {
  const { stdout } = await runProgram('systemctl', [
    'show',
    `--property=${PROPERTIES.join(',')}`,
    '--',
    unit,
  ]);
  return Object.fromEntries(
    stdout.split('\n').flatMap((line) => {
      const [, name, text] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || text === undefined || text === '') return [];
      // As JSON members are named: `activeState`, `mainPid`.
      const key =
        name === 'MainPID'
          ? 'mainPid'
          : name === 'NRestarts'
            ? 'restarts'
            : name.charAt(0).toLowerCase() + name.slice(1);
      return [[key, /^\d+$/.test(text) ? Number(text) : text]];
    }),
  );
}
