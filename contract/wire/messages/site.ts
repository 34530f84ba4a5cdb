import { z } from 'zod';
import { ErrorBody } from '../../lib/errors.ts';
import { PublicKey } from '../../model/inventory.ts';
import { Mac } from '../../model/mac.ts';
import { Role } from '../../model/role.ts';
import { signedFields } from '../envelope.ts';

const Version = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Payload of a `muster-trust`, signed by the site key: who may command. Only a higher version replaces it. */
export const Trust = z.object({
  ...signedFields,
  version: Version,
  operators: z.array(z.object({ publicKey: PublicKey, name: z.string().max(64), role: Role })).max(1000),
});
export type Trust = z.infer<typeof Trust>;

/** Payload of a `muster-link`, signed by the site key: whether this MAC with this key may be commanded, and its name. */
export const Link = z.object({
  ...signedFields,
  version: Version,
  mac: Mac,
  linked: z.boolean(),
  /** Null until the device's key is known: such a link does not let anyone command yet. */
  publicKey: PublicKey.nullable(),
  name: z.string().max(64),
  tags: z.array(z.string().max(40)).max(50),
  groups: z.array(z.string().max(40)).max(50),
});
export type Link = z.infer<typeof Link>;

/** Payload of a `muster-join`, signed by the device key: asks for an account at the embedded broker. */
export const Join = z.object({
  ...signedFields,
  tokenId: z.string().regex(/^[a-z0-9]{8,32}$/),
  mac: Mac,
  publicKey: PublicKey,
  hostName: z.string().max(256),
  /** SHA-256 (hex) of the random password that the device will use as user `<MAC>`. */
  passwordSha256: z.string().regex(/^[0-9a-f]{64}$/),
  nonce: z.string().min(16).max(64),
});
export type Join = z.infer<typeof Join>;

/** Payload of a `muster-joined`, signed by the site key. */
export const Joined = z.object({
  ...signedFields,
  mac: Mac,
  publicKey: PublicKey,
  nonce: z.string().min(16).max(64),
  ok: z.boolean(),
  error: ErrorBody.nullable(),
});
export type Joined = z.infer<typeof Joined>;
