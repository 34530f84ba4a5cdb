import { z } from 'zod';
import { PublicKey } from '../model/inventory.ts';
import { SiteId } from '../model/site.ts';
import { PROTOCOL_VERSION } from './version.ts';

/**
 * Signed documents are JWS in compact form (RFC 7515), algorithm EdDSA with Ed25519 (RFC 8037).
 * The protected header is `{ alg: 'EdDSA', kid, typ }`: `kid` is the signer's public key itself, `typ` one of these.
 * A reader first checks size, form, `typ`, `kid` and signature, and only then parses the payload.
 */
export const DocumentType = z.enum([
  'muster-request',
  'muster-trust',
  'muster-link',
  'muster-inventory',
  'muster-result',
  'muster-refusal',
  'muster-join',
  'muster-joined',
]);
export type DocumentType = z.infer<typeof DocumentType>;

export const ProtectedHeader = z.object({ alg: z.literal('EdDSA'), kid: PublicKey, typ: DocumentType });
export type ProtectedHeader = z.infer<typeof ProtectedHeader>;

/**
 * Three base64url parts; anything else is refused before it is decoded. The last character of the signature carries two
 * bits and four zeros, so that no other text is the same document.
 */
export const COMPACT_JWS = /^[A-Za-z0-9_-]{20,512}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{85}[AQgw]$/;

/** In every signed document: the protocol version and the site that it belongs to. */
export const signedFields = {
  v: z.literal(PROTOCOL_VERSION),
  site: SiteId,
};
