import type { Command } from 'commander';
import { AppError } from '../../contract/lib/errors.ts';
import { LogSource, type OperationName, ServiceControlArgs } from '../../contract/model/operation.ts';
import { addCommand, type CommandContext, wholeNumber, withCentre } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type JobOptions, startJob } from '../job-command.ts';
import { resolveTarget, type TargetOptions } from '../targets.ts';
import { counted, plainText } from '../text.ts';
import { addJobOptions, addTargetOptions } from './run.ts';

type Options = JobOptions & TargetOptions;

/** Commands that are one operation of the agent each. */
export function addOperationCommands(program: Command, context: CommandContext): void {
  const logs = addCommand(
    program,
    'logs <mac> <source>',
    `read a log: ${LogSource.options.join(' or ')}`,
  ).option('--lines <count>', 'the last lines (default: 200)', wholeNumber(1, 100_000));
  addJobOptions(logs).action((mac: string, source: string) => {
    const options = logs.opts<{ lines?: number }>();
    return operate(context, logs, mac, 'logs.read', {
      source: choice(LogSource.options, source, 'a log'),
      ...(options.lines === undefined ? {} : { lines: options.lines }),
    });
  });

  const info = addCommand(program, 'info [targets]', 'collect what devices know about themselves');
  addJobOptions(addTargetOptions(info)).action((text?: string) =>
    operate(context, info, text, 'info.collect', {}),
  );

  const identify = addCommand(program, 'identify [targets]', 'let devices blink or beep').option(
    '--seconds <count>',
    'for how long (default: 15)',
    wholeNumber(1, 300),
  );
  addJobOptions(addTargetOptions(identify)).action((text?: string) => {
    const { seconds } = identify.opts<{ seconds?: number }>();
    return operate(
      context,
      identify,
      text,
      'identify',
      seconds === undefined ? {} : { durationSec: seconds },
    );
  });

  const actions = ServiceControlArgs.shape.action.options;
  const service = addCommand(
    program,
    'service <unit> <action> [targets]',
    `systemd units: ${actions.join(', ')}`,
  );
  addJobOptions(addTargetOptions(service)).action((unit: string, action: string, text?: string) =>
    operate(context, service, text, 'service.control', {
      unit,
      action: choice(actions, action, 'an action'),
    }),
  );

  const clock = addCommand(program, 'set-clock [targets]', 'set the devices’ clocks to that of this machine');
  addJobOptions(addTargetOptions(clock)).action((text?: string) =>
    operate(context, clock, text, 'time.set', { time: context.terminal.now().toISOString() }),
  );

  const journal = addCommand(program, 'journal [targets]', 'what a device noted about its jobs').option(
    '--limit <count>',
    'the newest (default: 100)',
    wholeNumber(1, 1000),
  );
  addJobOptions(addTargetOptions(journal)).action((text?: string) => {
    const { limit } = journal.opts<{ limit?: number }>();
    return operate(context, journal, text, 'journal.read', limit === undefined ? {} : { limit });
  });

  addPowerCommand(program, context, { name: 'reboot', op: 'power.reboot', verb: 'Reboot' });
  addPowerCommand(program, context, { name: 'shutdown', op: 'power.shutdown', verb: 'Shut down' });
}

function addPowerCommand(
  program: Command,
  context: CommandContext,
  { name, op, verb }: { name: string; op: OperationName; verb: string },
): void {
  const command = addCommand(program, `${name} [targets]`, `${verb.toLowerCase()} devices`)
    .option('--delay <seconds>', 'wait on the device before', wholeNumber(0, 3600))
    .option('--yes', 'do not ask');
  addJobOptions(addTargetOptions(command)).action((text?: string) =>
    withCentre<Options & { delay?: number; yes?: boolean }>(context, command, async (connected) => {
      const { terminal, options, fleet } = connected;
      const resolved = resolveTarget(text, options, fleet);
      const { site, target, devices } = resolved;
      const count = target.kind === 'devices' ? target.macs.length : devices.length;
      const [only] = devices;
      const what = count === 1 && only ? plainText(only.name) : counted(count, 'device');
      const expected = count === 1 ? 'yes' : String(count);
      await confirm(
        terminal,
        `${verb} ${what} of the site ${plainText(site.name)}`,
        expected,
        options.yes === true,
      );
      return startJob(
        connected,
        resolved,
        op,
        options.delay === undefined ? {} : { delaySec: options.delay },
      );
    }),
  );
}

function operate(
  context: CommandContext,
  command: Command,
  text: string | undefined,
  op: OperationName,
  args: Record<string, unknown>,
): Promise<void> {
  return withCentre<Options>(context, command, (connected) =>
    startJob(connected, resolveTarget(text, connected.options, connected.fleet), op, args),
  );
}

function choice(choices: readonly string[], text: string, what: string): string {
  if (choices.includes(text)) return text;
  throw new AppError('invalid', `“${text}” is not ${what}. Choose one of: ${choices.join(', ')}.`);
}
