import type { ErrorBody } from '../../contract/lib/errors.ts';
import type { OutputStream } from '../../contract/model/job.ts';
import type { OperationName } from '../../contract/model/operation.ts';

/** Why a running job is to end: someone cancelled it, or the agent stops. */
export type EndReason = 'cancelled' | 'stopping';

/** What an operation is given while it runs. */
export interface OperationContext {
  readonly jobId: string;
  /** Adds to what the job printed. Never blocks and never fails. */
  write(stream: OutputStream, chunk: Buffer): void;
  /** A sentence for the person who waits, with a share from 0 to 1 where it is known. */
  progress(text: string, share?: number): void;
  /** The leader of the process group that does the work, so that a later run of the agent can end it. */
  processStarted(pid: number): void;
  /** Aborted with an `EndReason`: the operation then ends what it started and returns. */
  readonly signal: AbortSignal;
}

/** How an operation ended. Absent values are null in the result. */
export interface Outcome {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'timed-out' | 'interrupted';
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  readonly error?: ErrorBody | null;
  readonly value?: Record<string, unknown> | null;
}

/** `awaits-restart`: nothing to report now; the next start of the device or the agent tells how it ended. */
export type OperationEnd = Outcome | 'awaits-restart';

/** One thing that a device can be told to do. Throws AppError for what cannot be done: the job has then failed. */
export interface Operation<Args = Record<string, unknown>> {
  /** The job succeeds by the device (`boot`) or the agent (`agent`) starting anew, which ends this process. */
  expects?(args: Args): 'boot' | 'agent' | undefined;
  /** Does not wait for its turn: what a person needs when a device is stuck in other jobs. */
  readonly immediate?: boolean;
  run(args: Args, context: OperationContext): Promise<OperationEnd>;
}

/** The operations that this device really offers. Arguments were checked by the operation's schema. */
export type Operations = Partial<Record<OperationName, Operation>>;

/** Why a signal was aborted. */
export function endReasonOf(signal: AbortSignal): EndReason {
  return signal.reason === 'stopping' ? 'stopping' : 'cancelled';
}
