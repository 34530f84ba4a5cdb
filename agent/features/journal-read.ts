import type { z } from 'zod';
import type { JournalReadArgs } from '../../contract/model/operation.ts';
import type { Operation } from '../jobs/operation.ts';
import type { Journal } from '../journal/journal.ts';

/** Characters of a value: a signed result holds at most 200,000 in all, and base64 takes a third more. */
const VALUE_LIMIT_CHARACTERS = 120_000;

/** `journal.read`: the newest jobs in the journal, newest first. */
export function createJournalRead({
  journal,
}: {
  journal: Journal;
}): Operation<z.output<typeof JournalReadArgs>> {
  return {
    run({ limit }) {
      const all = journal.jobs().reverse();
      const entries: Record<string, unknown>[] = [];
      let characters = 0;
      for (const { id, op, state, at, kid, acknowledged, finished } of all.slice(0, limit)) {
        const entry = {
          ...{ jobId: id, op, at, by: kid ?? null, state: finished?.state ?? state, acknowledged },
          ...(finished && {
            finishedAt: finished.at,
            exitCode: finished.exitCode,
            durationMs: finished.durationMs,
          }),
        };
        characters += JSON.stringify(entry).length + 1;
        if (characters > VALUE_LIMIT_CHARACTERS) break;
        entries.push(entry);
      }
      return Promise.resolve({ state: 'succeeded', value: { entries, total: all.length } });
    },
  };
}
