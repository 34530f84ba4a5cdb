import type { z } from 'zod';
import { AppError } from '../../contract/lib/errors.ts';
import type { PowerArgs } from '../../contract/model/operation.ts';
import { endReasonOf, type Operation, type OperationContext } from '../jobs/operation.ts';
import { runProgram } from '../system/programs.ts';

/** How long after the order the device may still be up before the job has failed, in milliseconds. */
const SHUTDOWN_LIMIT_MS = 10 * 60_000;

/** `power.reboot` and `power.shutdown`: the job has succeeded when the device has started anew. */
export function createPower(command: 'reboot' | 'poweroff'): Operation<z.output<typeof PowerArgs>> {
  return {
    expects: () => 'boot',
    immediate: true,
    async run({ delaySec }, context) {
      if (delaySec > 0) {
        context.progress(
          `The device will ${command === 'reboot' ? 'restart' : 'shut down'} in ${delaySec} s.`,
        );
        const end = await waitUnlessAborted(delaySec * 1000, context);
        if (end) return end;
      }
      const { exitCode, stdout, stderr } = await runProgram('systemctl', ['--no-block', command]);
      context.write('stdout', Buffer.from(stdout));
      context.write('stderr', Buffer.from(stderr));
      if (exitCode !== 0) {
        const message = `systemctl ${command} was refused: ${stderr.trim() || `exit code ${exitCode}`}.`;
        return { state: 'failed', exitCode, error: { code: 'denied', message } };
      }
      // Now systemd ends this agent. Should it not, the job must not stay open for ever.
      const end = await waitUnlessAborted(SHUTDOWN_LIMIT_MS, context, true);
      if (end) return end;
      throw new AppError('timeout', `The device was told to ${command} but is still up after 10 minutes.`);
    },
  };
}

/** Undefined when the time has passed. @param ordered the system has its order and cannot be held up any more */
async function waitUnlessAborted(durationMs: number, context: OperationContext, ordered = false) {
  const { signal } = context;
  const aborted = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), durationMs);
    const stop = (): void => {
      // An order that was given cannot be taken back by a cancel: only the end of the agent ends the waiting.
      if (ordered && endReasonOf(signal) === 'cancelled') return;
      clearTimeout(timer);
      resolve(true);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  if (!aborted) return undefined;
  if (endReasonOf(signal) === 'stopping') return 'awaits-restart' as const;
  return {
    state: 'cancelled' as const,
    error: { code: 'cancelled' as const, message: 'It was cancelled before the device went down.' },
  };
}
