import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../../contract/rpc/control-file.ts';

/** Why a request is turned away: the HTTP status and a sentence for whoever sent it. */
export interface Refusal {
  readonly status: 401 | 403 | 404;
  readonly sentence: string;
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Turns away requests that were sent to another name: a page on the Internet whose name was made to lead to this
 * machine (DNS rebinding) still carries its own name in the Host header.
 */
export function checkHost(headers: IncomingHttpHeaders, port: number): Refusal | undefined {
  const host = headers.host?.toLowerCase() ?? '';
  if (LOOPBACK_NAMES.some((name) => host === `${name}:${port}`)) return undefined;
  return { status: 403, sentence: `Muster answers only as http://127.0.0.1:${port} on its own machine.` };
}

/** Turns away pages of other origins. Programs send no Origin; browsers always do. */
export function checkOrigin(headers: IncomingHttpHeaders): Refusal | undefined {
  if (headers.origin === undefined) return undefined;
  if (headers.origin.toLowerCase() === `http://${headers.host?.toLowerCase()}`) return undefined;
  return { status: 403, sentence: 'Pages of other sites may not speak to Muster.' };
}

/** Turns away whoever does not bring this run's token as a subprotocol. */
export function checkToken(headers: IncomingHttpHeaders, token: string): Refusal | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const presented = offered.find((name) => name.startsWith(TOKEN_SUBPROTOCOL_PREFIX)) ?? '';
  const matches = isSameSecret(presented.slice(TOKEN_SUBPROTOCOL_PREFIX.length), token);
  if (matches && offered.includes(RPC_SUBPROTOCOL)) return undefined;
  return {
    status: 401,
    sentence: 'This is not the token of this run. Open Muster’s address anew: run “muster open”.',
  };
}

/** Compares in a time that tells nothing about where the two differ, nor how long the secret is. */
function isSameSecret(presented: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(secret));
}
