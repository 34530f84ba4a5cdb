import type { ShellRunArgs } from '../../contract/model/operation.ts';
import { endReasonOf, type Operation, type OperationContext, type Outcome } from '../jobs/operation.ts';
import type { Machine } from '../system/machine.ts';
import type { OutputPipes } from '../system/pipes.ts';
import { endGroup, type GroupProcess, type ProcessEnd, spawnGroup } from '../system/process-group.ts';
import type { Processes } from '../system/processes.ts';
import { prepareShellCommand } from './shell-command.ts';

/** After the shell's end, how long output of processes that it left behind is waited for. */
const BACKGROUND_WAIT_MS = 1_000;
const END_GRACE_MS = 5_000;
/** When the agent itself is to end, there is less time: five seconds for everything. */
const STOP_GRACE_MS = 2_000;

/** `shell.run`: one command or script, in a process group of its own. */
export function createShellRun(options: {
  machine: Machine;
  processes: Processes;
  pipes: OutputPipes;
  runFolder: string;
  dataFolder: string;
}): Operation<ShellRunArgs> {
  async function start(args: ShellRunArgs, context: OperationContext) {
    const command = await prepareShellCommand(args, { ...options, jobId: context.jobId });
    try {
      const group = await spawnGroup({
        ...command,
        pipes: options.pipes,
        onOutput: (stream, chunk) => context.write(stream, chunk),
      });
      context.processStarted(group.pid);
      return { group, cleanUp: command.cleanUp };
    } catch (error) {
      command.cleanUp();
      throw error;
    }
  }

  return {
    async run(args, context) {
      if (context.signal.aborted) return endedBeforeStart(context);
      const { group, cleanUp } = await start(args, context);
      try {
        const cause = await firstOf(group, args.timeoutSec, context.signal);
        if (cause === 'exited') return await afterExit(group);
        return await endEarly(group, cause, args, context);
      } finally {
        cleanUp();
      }
    },
  };

  async function endEarly(
    group: GroupProcess,
    cause: 'timeout' | 'aborted',
    args: ShellRunArgs,
    context: OperationContext,
  ): Promise<Outcome> {
    const stopping = cause === 'aborted' && endReasonOf(context.signal) === 'stopping';
    const ended = await endGroup(options.processes, group.pid, stopping ? STOP_GRACE_MS : END_GRACE_MS);
    if (!ended) {
      group.stopListening();
      return {
        state: 'failed',
        error: {
          code: 'denied',
          message: `It was to be ended, but its processes (group ${group.pid}) could not be: they still run.`,
        },
      };
    }
    const end = await group.exited;
    await outputEnd(group);
    const how = { exitCode: end.exitCode, signal: end.signal };
    if (cause === 'timeout') {
      const message = `It ran longer than ${args.timeoutSec} s and was ended.`;
      return { ...how, state: 'timed-out', error: { code: 'timeout', message } };
    }
    return stopping
      ? {
          ...how,
          state: 'interrupted',
          error: {
            code: 'internal',
            message: 'The agent was stopped while this ran; its processes were ended.',
          },
        }
      : {
          ...how,
          state: 'cancelled',
          error: { code: 'cancelled', message: 'It was cancelled while it ran; its processes were ended.' },
        };
  }
}

function endedBeforeStart(context: OperationContext): Outcome {
  return endReasonOf(context.signal) === 'stopping'
    ? {
        state: 'interrupted',
        error: { code: 'internal', message: 'The agent was stopped before this began.' },
      }
    : { state: 'cancelled', error: { code: 'cancelled', message: 'It was cancelled before it began.' } };
}

/** What happens first: the program ends, its time is over, or someone wants it to end. */
async function firstOf(
  group: GroupProcess,
  timeoutSec: number,
  signal: AbortSignal,
): Promise<'exited' | 'timeout' | 'aborted'> {
  let timer: NodeJS.Timeout | undefined;
  const onAbort: { call: () => void } = { call: () => undefined };
  try {
    return await Promise.race([
      group.exited.then(() => 'exited' as const),
      new Promise<'timeout'>((resolve) => {
        if (timeoutSec > 0) timer = setTimeout(() => resolve('timeout'), timeoutSec * 1000);
      }),
      new Promise<'aborted'>((resolve) => {
        onAbort.call = () => resolve('aborted');
        signal.addEventListener('abort', onAbort.call);
        if (signal.aborted) resolve('aborted');
      }),
    ]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort.call);
  }
}

/** Waits for the rest of the output. Settles with false when a process that was left behind still holds it. */
async function outputEnd(group: GroupProcess): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), BACKGROUND_WAIT_MS);
  });
  const ended = await Promise.race([group.outputEnded.then(() => true), timedOut]);
  clearTimeout(timer);
  if (!ended) group.stopListening();
  return ended;
}

async function afterExit(group: GroupProcess): Promise<Outcome> {
  const { exitCode, signal }: ProcessEnd = await group.exited;
  const complete = await outputEnd(group);
  return {
    state: exitCode === 0 ? 'succeeded' : 'failed',
    exitCode,
    signal,
    // The shell's own end is the result; what it left running in the background goes on.
    value: complete ? null : { backgroundProcesses: true },
  };
}
