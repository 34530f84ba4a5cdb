import { createContext, useContext, useSyncExternalStore } from 'react';

/** One timer for every relative time on screen, running only while there is one. */
export interface Ticker {
  now(): number;
  subscribe(listener: () => void): () => void;
}

export function createTicker(intervalMs = 1_000): Ticker {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let nowMs = Date.now();
  return {
    now: () => nowMs,
    subscribe(listener) {
      if (listeners.size === 0) {
        nowMs = Date.now();
        timer = setInterval(() => {
          nowMs = Date.now();
          for (const notify of [...listeners]) notify();
        }, intervalMs);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}

/** The ticker of the window. Without a provider the time stands still. */
export const TickerContext = createContext<Ticker>({
  now: () => Date.now(),
  subscribe: () => () => undefined,
});

/** Derives a primitive from the time; the component renders only when the value changes. */
export function useNow<T extends string | number | boolean>(derive: (nowMs: number) => T): T {
  const ticker = useContext(TickerContext);
  return useSyncExternalStore(ticker.subscribe, () => derive(ticker.now()));
}
