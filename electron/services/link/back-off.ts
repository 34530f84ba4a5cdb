/** Waiting times between attempts: full jitter, so that a fleet does not come back all at once. */
export interface BackOff {
  /** Milliseconds until the next attempt: a random part of a bound that doubles up to the cap. */
  next(): number;
  /** After success: the next wait is short again. */
  reset(): void;
}

export function createBackOff(options: { baseMs: number; capMs: number; random?: () => number }): BackOff {
  const random = options.random ?? Math.random;
  let attempt = 0;
  return {
    next() {
      const bound = Math.min(options.capMs, options.baseMs * 2 ** attempt);
      attempt = Math.min(attempt + 1, 30);
      return Math.round(random() * bound);
    },
    reset() {
      attempt = 0;
    },
  };
}
