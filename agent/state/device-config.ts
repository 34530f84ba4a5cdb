import { z } from 'zod';
import { AppError, parseOrThrow } from '../../contract/lib/errors.ts';
import { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { Mac } from '../../contract/model/mac.ts';
import { decode } from '../../contract/wire/decode.ts';
import { createSigner, generatePrivateKey, PrivateKey, type Signer } from '../../contract/wire/documents.ts';
import { readTextIfPresent, writeFileDurably } from '../system/files.ts';
import type { StateFolder } from './state-folder.ts';

const FILE_LIMIT_BYTES = 128 * 1024;

/** `config.json`: what a device got when it joined its site. Holds the broker's password. */
export const DeviceConfig = EnrolmentFile.pick({
  siteId: true,
  siteName: true,
  sitePublicKey: true,
  rootTopic: true,
  brokerUrls: true,
  caPem: true,
  serverName: true,
  clientCertPem: true,
  clientKeyPem: true,
  username: true,
  password: true,
}).extend({ muster: z.literal(2), mac: Mac });
export type DeviceConfig = z.infer<typeof DeviceConfig>;

/** Undefined when this folder has not joined a site. Throws `invalid` when the file is damaged. */
export async function readDeviceConfig(folder: StateFolder): Promise<DeviceConfig | undefined> {
  const text = await readTextIfPresent(folder.config, FILE_LIMIT_BYTES);
  if (text === undefined) return undefined;
  return decodeOwnFile(DeviceConfig, text, folder.config);
}

export async function writeDeviceConfig(folder: StateFolder, config: DeviceConfig): Promise<void> {
  await writeFileDurably(folder.config, `${JSON.stringify(config, undefined, 2)}\n`);
}

/** The device's key, or undefined before its first join. Throws `invalid` when the file is damaged. */
export async function readDeviceSigner(folder: StateFolder): Promise<Signer | undefined> {
  const text = await readTextIfPresent(folder.deviceKey, FILE_LIMIT_BYTES);
  if (text === undefined) return undefined;
  return createSigner(decodeOwnFile(PrivateKey, text, folder.deviceKey));
}

/** Generates the device's key and keeps it; never called when there is one, because the link is bound to it. */
export async function createDeviceSigner(folder: StateFolder): Promise<Signer> {
  const key = parseOrThrow(PrivateKey, await generatePrivateKey(), 'The new device key');
  await writeFileDurably(folder.deviceKey, `${JSON.stringify(key)}\n`);
  return createSigner(key);
}

function decodeOwnFile<T>(schema: z.ZodType<T>, text: string, path: string): T {
  try {
    return decode(schema, text, FILE_LIMIT_BYTES, path);
  } catch (cause) {
    throw new AppError(
      'invalid',
      `${path} is damaged: ${cause instanceof Error ? cause.message : String(cause)} Restore it, or remove it and join the site again.`,
      undefined,
      { cause },
    );
  }
}
