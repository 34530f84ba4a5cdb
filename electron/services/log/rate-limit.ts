/** Lets a kind of message through once in a while and counts what it held back, so that a flood fills no disk. */
export function createRateLimit(options: { intervalMs: number; kinds: number; now: () => number }) {
  const last = new Map<string, { atMs: number; held: number }>();
  return {
    /** The number held back since the last one let through, or undefined to hold this one back. */
    admit(kind: string): number | undefined {
      const known = last.get(kind);
      if (known && options.now() - known.atMs < options.intervalMs) {
        known.held += 1;
        return undefined;
      }
      if (!known && last.size >= options.kinds) last.clear();
      last.set(kind, { atMs: options.now(), held: 0 });
      return known?.held ?? 0;
    },
  };
}
