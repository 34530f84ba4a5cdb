import type { Database } from './database.ts';

/** Many writers, one fsync: work that is handed in during one turn of the event loop shares a commit. */
export interface GroupCommit {
  /** Runs `work` in a transaction soon, and resolves with its result once that is durable. Work that throws is undone alone. */
  write<T>(work: () => T): Promise<T>;
  /** Commits what was handed in. */
  flush(): void;
}

interface Pending {
  run(): void;
  resolve(): void;
  reject(error: unknown): void;
}

export function createGroupCommit(database: Database): GroupCommit {
  let queue: Pending[] = [];
  let scheduled: NodeJS.Immediate | undefined;

  const commit = (batch: readonly Pending[]): Pending[] => {
    const done: Pending[] = [];
    database.transaction(() => {
      for (const pending of batch) {
        try {
          database.transaction(() => pending.run());
          done.push(pending);
        } catch (error) {
          pending.reject(error);
        }
      }
    });
    return done;
  };

  const flush = (): void => {
    clearImmediate(scheduled);
    scheduled = undefined;
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    let done: Pending[];
    try {
      done = commit(batch);
    } catch (error) {
      // Rejecting again those that were rejected already has no effect.
      for (const pending of batch) pending.reject(error);
      return;
    }
    for (const pending of done) pending.resolve();
  };

  return {
    flush,
    write<T>(work: () => T): Promise<T> {
      scheduled ??= setImmediate(flush);
      return new Promise<T>((resolve, reject) => {
        let outcome: { value: T } | undefined;
        queue.push({
          run() {
            outcome = { value: work() };
          },
          resolve() {
            if (outcome) resolve(outcome.value);
          },
          reject,
        });
      });
    },
  };
}
