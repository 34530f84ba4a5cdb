import type { ErrorBody } from '../../../contract/lib/errors.ts';
import type { Device } from '../../../contract/model/device.ts';
import type { Job } from '../../../contract/model/job.ts';
import type { OperationName } from '../../../contract/model/operation.ts';
import { useCall } from '../../rpc/rpc-context.tsx';

export interface StartJob {
  /** The job once it is stored, or undefined when it was refused; then `error` says why. */
  start(op: OperationName, args: Record<string, unknown>): Promise<Job | undefined>;
  readonly pending: boolean;
  readonly error: ErrorBody | undefined;
  clearError(): void;
}

/** Starts jobs on this one device. */
export function useStartJob(device: Pick<Device, 'siteId' | 'mac'>): StartJob {
  const { run, pending, error, clearError } = useCall();
  return {
    start: async (op, args) => {
      const target = { kind: 'devices' as const, macs: [device.mac] };
      const output = await run('jobs.start', { siteId: device.siteId, op, args, target });
      return output?.job;
    },
    pending,
    error,
    clearError,
  };
}
