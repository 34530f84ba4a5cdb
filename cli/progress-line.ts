import type { JobResult } from '../contract/model/job.ts';
import type { JobListener } from './job-follow.ts';
import { tally } from './result-groups.ts';
import type { Terminal } from './terminal.ts';

/** How far a job is, in one line that is written over; nothing where nobody looks. */
export interface ProgressLine extends JobListener {
  /** Takes the line away. */
  end(): Promise<void>;
}

const ERASE_LINE = '\r\u001b[2K';
const INTERVAL_MS = 100;

export function createProgressLine(terminal: Terminal): ProgressLine {
  if (!terminal.isInteractive) return { end: async () => undefined };
  const results = new Map<string, JobResult>();
  let shownAtMs = 0;
  let isShown = false;
  const show = (): void => {
    const nowMs = terminal.now().getTime();
    if (nowMs - shownAtMs < INTERVAL_MS) return;
    shownAtMs = nowMs;
    isShown = true;
    void terminal.err(`${ERASE_LINE}${tally([...results.values()])} …`);
  };
  return {
    begin(all) {
      for (const result of all) results.set(result.mac, result);
      show();
    },
    result(result) {
      results.set(result.mac, result);
      show();
    },
    async end() {
      if (isShown) await terminal.err(ERASE_LINE);
    },
  };
}
