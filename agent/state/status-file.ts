import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { decode } from '../../contract/wire/decode.ts';
import { readTextIfPresent } from '../system/files.ts';

const LIMIT_BYTES = 64 * 1024;

/** `status.json`: how the running agent does, for `muster-agent status` and for finding the broker again. */
export const StatusFile = z.object({
  pid: z.number().int(),
  pidStart: z.string(),
  agentVersion: z.string(),
  connected: z.boolean(),
  since: z.string(),
  brokerUrl: z.string().optional(),
  detail: z.string(),
  /** An address that the local network told and that was the right broker. */
  foundUrl: z.string().optional(),
});
export type StatusFile = z.infer<typeof StatusFile>;

/** Undefined when no agent has run here, or when the file is unreadable: it is only a hint. */
export async function readStatusFile(path: string): Promise<StatusFile | undefined> {
  const text = await readTextIfPresent(path, LIMIT_BYTES);
  if (text === undefined) return undefined;
  try {
    return decode(StatusFile, text, LIMIT_BYTES, path);
  } catch {
    return undefined; // cut short by a power cut: it is written again at the next change
  }
}

/** Replaces the file; not synced, because nothing depends on it after a power cut. */
export async function writeStatusFile(path: string, status: StatusFile): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(status)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
