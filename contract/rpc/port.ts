import { z } from 'zod';
import { ErrorBody } from '../lib/errors.ts';
import type { Unsubscribe } from '../lib/signal.ts';

/** What goes through a port, in either direction: plain data only. */
export const Frame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id: z.number().int(), name: z.string().max(100), input: z.unknown() }),
  z.object({ t: z.literal('ok'), id: z.number().int(), output: z.unknown() }),
  z.object({ t: z.literal('fail'), id: z.number().int(), error: ErrorBody }),
  z.object({ t: z.literal('event'), name: z.string().max(100), body: z.unknown() }),
]);
export type Frame = z.infer<typeof Frame>;

/** Largest frame in characters of JSON that a server takes. */
export const FRAME_LIMIT_CHARS = 4 * 1024 * 1024;

/** One end of an ordered channel: Electron IPC, a WebSocket or memory. */
export interface Port {
  send(frame: Frame): void;
  onFrame(listener: (frame: unknown) => void): Unsubscribe;
  onClose(listener: () => void): Unsubscribe;
  close(): void;
}
