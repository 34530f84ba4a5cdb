import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  CONTROL_FILE_LIMIT_BYTES,
  CONTROL_FILE_NAME,
  type ControlFile,
} from '../../contract/rpc/control-file.ts';
import { replaceFile } from '../services/storage/durable-file.ts';
import { createDiskFiles, type Files } from '../services/storage/files.ts';

/** Tells other programs of the same user where this control centre is, for as long as it runs. */
export interface ControlFileWriter {
  write(rpcUrl: string): Promise<void>;
  /** Leaves the file of another control centre alone. */
  remove(): Promise<void>;
}

/** A secret for one run: 256 random bits. */
export function createRunToken(): string {
  return randomBytes(32).toString('base64url');
}

export function createControlFile({
  folder,
  token,
  pid,
  now,
  files = createDiskFiles(),
}: {
  folder: string;
  token: string;
  pid: number;
  now: () => Date;
  files?: Files;
}): ControlFileWriter {
  const path = join(folder, CONTROL_FILE_NAME);
  const isOwn = async (): Promise<boolean> => {
    const bytes = await files.read(path, CONTROL_FILE_LIMIT_BYTES);
    // Any text that holds this run's token was written by this run, whole or not.
    return bytes?.includes(token) ?? false;
  };
  return {
    async write(rpcUrl) {
      const content: ControlFile = { url: rpcUrl, token, pid, startedAt: now().toISOString() };
      await replaceFile(files, path, Buffer.from(`${JSON.stringify(content)}\n`), 0o600);
    },
    async remove() {
      if (await isOwn()) await files.remove(path);
    },
  };
}
