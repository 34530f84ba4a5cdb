import type { Device } from '../../../contract/model/device.ts';
import type { Job, JobResult } from '../../../contract/model/job.ts';
import { isDangerous } from '../../../contract/model/operation.ts';
import { resultClassOf } from '../../state/result-class.ts';

/** Above this many devices the number must be typed, whatever the operation. */
const COUNT_LIMIT = 20;

/** A job that is done once more: on what failed, or on everything. */
export interface RepeatPlan {
  readonly kind: 'retry' | 'again';
  readonly macs: readonly string[];
}

/** Devices whose part failed. */
export function failedMacs(results: Iterable<JobResult>): readonly string[] {
  return [...results].filter((result) => resultClassOf(result.state) === 'failed').map(({ mac }) => mac);
}

/** Whether it must be confirmed, and whether with the count typed. A retry of a few harmless ones needs neither. */
export function confirmationFor(job: Job, plan: RepeatPlan): 'none' | 'ask' | 'type-count' {
  if (isDangerous(job.op, job.args) || plan.macs.length > COUNT_LIMIT) return 'type-count';
  return plan.kind === 'retry' ? 'none' : 'ask';
}

/** `Run it again on 12 devices; 2 are offline and will get it when they appear.` */
export function repeatSentence(plan: RepeatPlan, devices: readonly (Device | undefined)[]): string {
  const count = plan.macs.length;
  const away = devices.filter((device) => device !== undefined && !device.online).length;
  const gone = devices.filter((device) => device === undefined || !device.linked).length;
  const parts = [`It runs once more on ${count === 1 ? '1 device' : `${count} devices`}, as a new job`];
  if (away > 0) {
    parts.push(
      away === 1
        ? '1 is offline and will get it when it appears'
        : `${away} are offline and will get it when they appear`,
    );
  }
  if (gone > 0)
    parts.push(
      gone === 1
        ? '1 is not linked any more and is refused'
        : `${gone} are not linked any more and are refused`,
    );
  return `${parts.join('; ')}.`;
}

/** The arguments to repeat a job with: a time that was set is over, so it becomes the present one. */
export function freshArguments(job: Job, now: string): Record<string, unknown> {
  return job.op === 'time.set' ? { ...job.args, time: now } : job.args;
}
