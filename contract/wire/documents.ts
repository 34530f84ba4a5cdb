import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AppError, checkValue } from '../lib/errors.ts';
import { PublicKey } from '../model/inventory.ts';
import { isShallow } from './decode.ts';
import { COMPACT_JWS, type DocumentType, ProtectedHeader } from './envelope.ts';

type ImportedKey = Awaited<ReturnType<typeof importJWK>>;

/** A private key as stored: JWK members of an Ed25519 key (RFC 8037). */
export const PrivateKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: PublicKey,
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PrivateKey = z.infer<typeof PrivateKey>;

/** A key that can sign; `publicKey` is also its `kid`. */
export interface Signer {
  readonly publicKey: string;
  sign(type: DocumentType, payload: Record<string, unknown>): Promise<string>;
}

/** A new Ed25519 key from the system's random source. */
export async function generatePrivateKey(): Promise<PrivateKey> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return PrivateKey.parse(await exportJWK(pair.privateKey));
}

export async function createSigner(privateKey: PrivateKey): Promise<Signer> {
  const key = await importJWK({ ...privateKey }, 'EdDSA');
  return {
    publicKey: privateKey.x,
    sign: (type, payload) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid: privateKey.x, typ: type }).sign(key),
  };
}

/** Why a document was refused, as the agent counts it. */
export type RefusalReason = 'malformed' | 'unknownKey' | 'badSignature';

export interface OpenOptions<T> {
  readonly jws: string;
  readonly type: DocumentType;
  readonly limitBytes: number;
  readonly schema: z.ZodType<T>;
  /** Whether a signer may sign this: look only at what you know, never at the document. */
  readonly accepts: (publicKey: string) => boolean;
}

export interface OpenedDocument<T> {
  readonly payload: T;
  readonly publicKey: string;
}

/** Opens signed documents; imported public keys are remembered, at most `KEY_CACHE_SIZE` of them. */
export interface DocumentOpener {
  /** Throws `invalid` or `denied`; the error's `data.reason` is a `RefusalReason`. */
  open<T>(options: OpenOptions<T>): Promise<OpenedDocument<T>>;
}

const KEY_CACHE_SIZE = 20_000;

export function createDocumentOpener(): DocumentOpener {
  const keys = new Map<string, ImportedKey>();

  async function importedKey(publicKey: string): Promise<ImportedKey> {
    const known = keys.get(publicKey);
    if (known) return known;
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: publicKey }, 'EdDSA');
    if (keys.size >= KEY_CACHE_SIZE) keys.clear();
    keys.set(publicKey, key);
    return key;
  }

  return {
    async open({ jws, type, limitBytes, schema, accepts }) {
      if (jws.length > limitBytes || !COMPACT_JWS.test(jws))
        throw refusal('malformed', type, 'has no valid form');
      let signedBy = '';
      let payload: unknown;
      try {
        const verified = await jwtVerify(
          jws,
          (header) => {
            const parsed = checkValue(ProtectedHeader, header);
            if (!parsed.ok || parsed.value.typ !== type)
              throw refusal('malformed', type, 'has a wrong header');
            if (!accepts(parsed.value.kid)) throw refusal('unknownKey', type, 'is signed by an unknown key');
            signedBy = parsed.value.kid;
            return importedKey(signedBy);
          },
          { algorithms: ['EdDSA'] },
        );
        payload = verified.payload;
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        throw refusal(
          signedBy === '' ? 'malformed' : 'badSignature',
          type,
          'has a signature that does not fit',
        );
      }
      if (!isShallow(payload)) throw refusal('malformed', type, 'is nested too deeply');
      const checked = checkValue(schema, payload);
      if (!checked.ok) throw refusal('malformed', type, `is not valid: ${checked.problem}`);
      return { payload: checked.value, publicKey: signedBy };
    },
  };
}

function refusal(reason: RefusalReason, type: DocumentType, what: string): AppError {
  return new AppError(reason === 'malformed' ? 'invalid' : 'denied', `The ${type} document ${what}.`, {
    reason,
  });
}
