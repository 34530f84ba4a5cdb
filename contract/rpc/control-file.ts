import { z } from 'zod';
import { Timestamp } from '../lib/time.ts';

/** Name of the file in the data folder through which programs of the same user find a running control centre. */
export const CONTROL_FILE_NAME = 'control.json';
/** The largest control file that a reader takes, in bytes. */
export const CONTROL_FILE_LIMIT_BYTES = 16 * 1024;

/** Where a running control centre is and how to get in. It holds a secret: mode 0600, gone when it stops. */
export const ControlFile = z.object({
  /** `ws://127.0.0.1:PORT/rpc` */
  url: z.string().max(200),
  /** New at every start. */
  token: z.string().min(20).max(200),
  pid: z.number().int().min(1),
  startedAt: Timestamp,
});
export type ControlFile = z.infer<typeof ControlFile>;

/** The WebSocket subprotocol of the RPC. */
export const RPC_SUBPROTOCOL = 'muster';
/** The token travels as a second subprotocol with this prefix: browsers cannot set headers, and an address would be logged. */
export const TOKEN_SUBPROTOCOL_PREFIX = 'token.';
