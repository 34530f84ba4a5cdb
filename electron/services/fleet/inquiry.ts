/** Asks devices that speak without having said who they are to announce themselves. */
export interface Inquiry {
  /** A device without a presence, or with one that says offline, was heard just now. */
  heard(mac: string): void;
}

/** Time for an answer, and the most that a device which never gives one is asked; milliseconds. */
const ASK_AGAIN_MS = 30_000;
/** Devices that are remembered as asked: forged messages must not fill the memory. */
const ASKED_LIMIT = 1_000;

/**
 * A broker may drop a presence: Mosquitto does so beyond its queue limits. Without this such a device would be shown
 * as absent, with its measurements coming in, until it connects anew.
 */
export function createInquiry(options: { now: () => number; ask(mac: string): void }): Inquiry {
  const askedAtMs = new Map<string, number>();
  return {
    heard(mac) {
      const atMs = askedAtMs.get(mac);
      if (atMs !== undefined && options.now() - atMs < ASK_AGAIN_MS) return;
      askedAtMs.delete(mac);
      const oldest = askedAtMs.keys().next().value;
      if (askedAtMs.size >= ASKED_LIMIT && oldest !== undefined) askedAtMs.delete(oldest);
      askedAtMs.set(mac, options.now());
      options.ask(mac);
    },
  };
}
