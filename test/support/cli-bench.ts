import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Handlers } from '../../contract/rpc/contract.ts';
import { deviceSample } from './device-sample.ts';
import { type ScriptedControlCentre, startScriptedControlCentre } from './scripted-control-centre.ts';
import { siteSample } from './site-sample.ts';
import { type CommandRun, runMuster, type TestTerminal } from './test-terminal.ts';

/** MACs of the two devices that the bench's site has: a linked one online, and one offline that is not linked. */
export const LINKED_MAC = 'B827EB000001';
export const UNLINKED_MAC = 'B827EB000002';

/** What tests of the command line share: a folder, a scripted control centre with two devices, and the command. */
export interface CliBench {
  /** A new temporary folder for each test. */
  folder(): string;
  start(
    handlers?: Partial<Handlers>,
    sites?: ReturnType<typeof siteSample>[],
  ): Promise<ScriptedControlCentre>;
  /** Runs `muster` against the started control centre. */
  muster(args: string[], terminal?: TestTerminal): Promise<CommandRun>;
  /** The input of the first call of this name. */
  inputOf(name: string): unknown;
}

/** Call it at the head of a test file: it prepares and cleans up around each of its tests. */
export function useCliBench(): CliBench {
  let folder = '';
  let centre: ScriptedControlCentre | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-cli-'));
  });
  afterEach(async () => {
    await centre?.stop();
    centre = undefined;
    await rm(folder, { recursive: true });
  });

  return {
    folder: () => folder,
    async start(handlers = {}, sites = [siteSample()]) {
      centre = await startScriptedControlCentre({
        sites,
        devices: [
          deviceSample({ mac: LINKED_MAC, name: 'press-10' }),
          deviceSample({
            mac: UNLINKED_MAC,
            name: 'press-9',
            online: false,
            state: 'offline',
            linked: false,
            tags: ['old'],
          }),
        ],
        onJob: (job, macs, fake) => {
          for (const mac of macs) fake.set(job.id, mac, { state: 'succeeded', exitCode: 0 });
        },
        handlers,
      });
      return centre;
    },
    async muster(args, terminal) {
      if (!centre) throw new Error('start the control centre first');
      return runMuster(args, centre.dataFolder, terminal);
    },
    inputOf: (name) => centre?.calls.find((call) => call.name === name)?.input,
  };
}
