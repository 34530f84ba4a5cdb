import { z } from 'zod';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { createJsonStore, type JsonStore } from '../storage/json-store.ts';
import type { OnStorageReport } from '../storage/report.ts';

const BLOCK = 10_000;
/** Numbers up to `Number.MAX_SAFE_INTEGER` are valid; a device that claims this half of them has made it up. */
const HIGHEST_BELIEVED = Number.MAX_SAFE_INTEGER / 2;
const Stored = z.object({ reserved: z.number().int().min(1) });

/** Numbers for signed requests: each is given once, over restarts and crashes too. */
export interface Sequence extends Service {
  next(): Promise<number>;
  /**
   * A device has seen a higher number: this machine's memory is older than the device's. Go on above it.
   * Rejects `invalid` for a number that no console can have reached: it would use up all that are left.
   */
  raiseAbove(seen: number): Promise<void>;
}

// INVARIANT: `next` never returns a number that is not below what is reserved on disk.
export function createSequence(options: { path: string; onReport: OnStorageReport }): Sequence {
  const store: JsonStore<{ reserved: number }> = createJsonStore({
    path: options.path,
    schema: Stored,
    version: 1,
    defaults: { reserved: 1 },
    onReport: options.onReport,
  });
  let upcoming = 1;
  let reserving: Promise<void> | undefined;

  async function reserve(above: number): Promise<void> {
    await store.update((draft) => {
      draft.reserved = Math.max(draft.reserved, above) + BLOCK;
    });
  }

  return {
    name: 'sequence',
    async start() {
      await store.start();
      upcoming = store.data.reserved;
    },
    stop: () => store.stop(),
    async next() {
      while (upcoming >= store.data.reserved) {
        reserving ??= reserve(upcoming).finally(() => {
          reserving = undefined;
        });
        await reserving;
      }
      upcoming += 1;
      return upcoming - 1;
    },
    async raiseAbove(seen) {
      if (seen < upcoming) return;
      if (seen > HIGHEST_BELIEVED) {
        throw new AppError(
          'invalid',
          `A device claims to have seen request number ${seen}, which cannot be.`,
        );
      }
      upcoming = seen + 1;
    },
  };
}
