/** Full jitter: each delay is random between 0 and a bound that doubles, so that a fleet does not come back as one. */
export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  next(): number;
  reset(): void;
}

const BASE_MS = 500;
const CAP_MS = 30_000;

export function createBackoff({ random = Math.random }: { random?: () => number } = {}): Backoff {
  let boundMs = BASE_MS;
  return {
    next() {
      const delayMs = Math.round(random() * boundMs);
      boundMs = Math.min(CAP_MS, boundMs * 2);
      return delayMs;
    },
    reset() {
      boundMs = BASE_MS;
    },
  };
}
