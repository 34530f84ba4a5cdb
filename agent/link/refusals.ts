import { RefusedCounts } from '../../contract/model/metrics.ts';
import type { Signer } from '../../contract/wire/documents.ts';
import type { Refusal } from '../../contract/wire/messages/job.ts';
import { PROTOCOL_VERSION } from '../../contract/wire/version.ts';
import type { JobPublisher } from '../jobs/results.ts';
import { createRateLimit, type Log } from '../log.ts';
import type { RefusedReason } from './request-gate.ts';

/** Counts what was refused, says so in the log, and tells a console whose request came out of order. */
export interface Refusals {
  readonly counts: RefusedCounts;
  count(reason: RefusedReason, topic: string): void;
  /** Sends a `muster-refusal`, at most ANSWERS_PER_SEC of them: who floods a device gets no flood back. */
  answerReplayed(jobId: string, highestSeq: number): void;
}

const ANSWERS_PER_SEC = 20;
const LOGGED_PER_MINUTE = 5;

export function createRefusals(options: {
  siteId: string;
  mac: string;
  signer: Signer;
  log: Log;
  monotonicMs: () => number;
  publish: JobPublisher;
  /** A counter has grown. */
  onCounted: () => void;
}): Refusals {
  const counts = RefusedCounts.parse({});
  const logLimit = createRateLimit({ burst: LOGGED_PER_MINUTE, monotonicMs: options.monotonicMs });
  let second = { since: Number.NEGATIVE_INFINITY, answers: 0 };

  async function answer(jobId: string, highestSeq: number): Promise<void> {
    const refusal: Refusal = {
      ...{ v: PROTOCOL_VERSION, site: options.siteId, mac: options.mac },
      ...{ jobId, reason: 'replayed', highestSeq },
    };
    await options.publish(jobId, {
      type: 'refused',
      refusal: await options.signer.sign('muster-refusal', refusal),
    });
  }

  return {
    counts,
    count(reason, topic) {
      counts[reason] += 1;
      const leftOut = logLimit.admit(reason);
      if (leftOut !== undefined)
        options.log.warn('request-refused', { reason, topic: topic.slice(0, 200), count: counts[reason] });
      options.onCounted();
    },
    answerReplayed(jobId, highestSeq) {
      const now = options.monotonicMs();
      if (now - second.since >= 1_000) second = { since: now, answers: 0 };
      second.answers += 1;
      if (second.answers > ANSWERS_PER_SEC) return;
      answer(jobId, highestSeq).catch(() => undefined); // offline: the console asks again when they meet
    },
  };
}
