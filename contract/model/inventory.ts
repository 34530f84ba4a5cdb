import { z } from 'zod';
import { Mac } from './mac.ts';

const Text = z.string().max(256);

/**
 * An Ed25519 public key: 32 bytes as base64url. The last character carries four bits and two zeros: keys are compared
 * as text, so one key must not have several texts.
 */
export const PublicKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'an Ed25519 public key is 43 base64url characters');

export const NetworkAddress = z.object({
  interface: z.string().max(64),
  address: z.string().max(64),
  mac: Mac.optional(),
});

/** What a device is: changes seldom. Signed by the device's key when it is sent. */
export const Inventory = z.object({
  mac: Mac,
  publicKey: PublicKey,
  hostName: Text,
  model: Text.optional(),
  serial: Text.optional(),
  os: Text.optional(),
  kernel: Text.optional(),
  arch: Text,
  cpuCount: z.number().int().min(1).max(4096).optional(),
  memoryTotalBytes: z.number().min(0).optional(),
  addresses: z.array(NetworkAddress).max(64),
  agentVersion: z.string().max(64),
  runtime: Text.optional(),
  firmwareVersion: Text.optional(),
  sshHostKeys: z.array(z.string().max(2048)).max(8).optional(),
  demo: z.boolean().optional(),
});
export type Inventory = z.infer<typeof Inventory>;

/** Short text to compare keys by eye: the first 16 characters in groups of four. */
export function keyFingerprint(publicKey: string): string {
  return (publicKey.slice(0, 16).match(/.{4}/g) ?? []).join(' ');
}
