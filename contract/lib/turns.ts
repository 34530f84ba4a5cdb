/** Work that must not happen at the same time: one after the other for each key, in the order in which it was handed in. */
export interface Turns {
  /** Settles as `work` does, whatever became of the work before it. */
  take<T>(key: string, work: () => Promise<T> | T): Promise<T>;
}

/** Remembers only the keys that work is under way for. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    async take(key, work) {
      const previous = last.get(key) ?? Promise.resolve();
      // How the work before ended is its own caller's matter.
      const mine = previous.then(work, work);
      last.set(key, mine);
      try {
        return await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
  };
}
