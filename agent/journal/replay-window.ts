import { REPLAY_WINDOW } from '../../contract/wire/limits.ts';

/** Which sequence numbers of each operator key were seen: a sliding window as in IPsec (RFC 4303, 3.4.3). */
export interface ReplayWindow {
  /** `old`: so far below the highest that it cannot be told apart; refused like `seen`. */
  check(kid: string, seq: number): 'new' | 'seen' | 'old';
  mark(kid: string, seq: number): void;
  /** 0 when nothing was seen of this key. */
  highest(kid: string): number;
  /** Counts every number up to the highest as seen: for when the record of some may be lost. */
  close(kid: string): void;
  snapshot(): { kid: string; highest: number; seen: string }[];
  restore(kid: string, highest: number, seen: string): void;
}

interface KeyWindow {
  highest: number;
  /** The bit of number n is at n modulo the window's size. */
  readonly bits: Uint8Array;
}

export function createReplayWindow(): ReplayWindow {
  const keys = new Map<string, KeyWindow>();
  const bitOf = (seq: number): [index: number, mask: number] => {
    const bit = seq % REPLAY_WINDOW;
    return [bit >> 3, 1 << (bit & 7)];
  };
  const isSet = (window: KeyWindow, seq: number): boolean => {
    const [index, mask] = bitOf(seq);
    return ((window.bits[index] ?? 0) & mask) !== 0;
  };
  const set = (window: KeyWindow, seq: number, value: boolean): void => {
    const [index, mask] = bitOf(seq);
    const byte = window.bits[index] ?? 0;
    window.bits[index] = value ? byte | mask : byte & ~mask;
  };
  return {
    check(kid, seq) {
      const window = keys.get(kid);
      if (!window || seq > window.highest) return 'new';
      if (seq <= window.highest - REPLAY_WINDOW) return 'old';
      return isSet(window, seq) ? 'seen' : 'new';
    },
    mark(kid, seq) {
      const window = keys.get(kid) ?? { highest: 0, bits: new Uint8Array(REPLAY_WINDOW / 8) };
      keys.set(kid, window);
      if (seq > window.highest) {
        if (seq - window.highest >= REPLAY_WINDOW) window.bits.fill(0);
        else for (let skipped = window.highest + 1; skipped < seq; skipped += 1) set(window, skipped, false);
        window.highest = seq;
      } else if (seq <= window.highest - REPLAY_WINDOW) return;
      set(window, seq, true);
    },
    highest: (kid) => keys.get(kid)?.highest ?? 0,
    close: (kid) => void keys.get(kid)?.bits.fill(0xff),
    snapshot: () =>
      [...keys].map(([kid, { highest, bits }]) => ({
        kid,
        highest,
        seen: Buffer.from(bits).toString('base64'),
      })),
    restore(kid, highest, seen) {
      const bits = new Uint8Array(REPLAY_WINDOW / 8);
      bits.set(Buffer.from(seen, 'base64').subarray(0, bits.length));
      keys.set(kid, { highest, bits });
    },
  };
}
