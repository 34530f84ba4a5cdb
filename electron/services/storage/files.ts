import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { AppError } from '../../../contract/lib/errors.ts';
import { systemCode } from './file-error.ts';

/** The few file operations that a store needs. Each is one step that a crash can fall before or after. */
export interface Files {
  /** The whole file, undefined when there is none; `too-large` above the limit. */
  read(path: string, limitBytes: number): Promise<Buffer | undefined>;
  /** Creates or replaces the content. Not durable before `sync`. */
  write(path: string, bytes: Buffer, mode: number): Promise<void>;
  /** Makes the content of a file durable. */
  sync(path: string): Promise<void>;
  /** Replaces `to` in one step. Not durable before `syncFolder`. */
  rename(from: string, to: string): Promise<void>;
  /** No error when there is no such file. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Creates the folder and those above it, for this user only. */
  makeFolder(path: string): Promise<void>;
}

/** The files of this machine. */
export function createDiskFiles(): Files {
  return { read, write, sync, rename, remove, syncFolder, makeFolder };
}

async function read(path: string, limitBytes: number): Promise<Buffer | undefined> {
  try {
    await using handle = await open(path, 'r');
    const { size } = await handle.stat();
    // One byte more than allowed, because the file may grow between the two calls.
    const buffer = Buffer.alloc(Math.min(size, limitBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (size > limitBytes || length > limitBytes) {
      throw new AppError('too-large', `${path} has ${size} bytes; at most ${limitBytes} are allowed.`);
    }
    return buffer.subarray(0, length);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function write(path: string, bytes: Buffer, mode: number): Promise<void> {
  await using handle = await open(path, 'w', mode);
  await handle.writeFile(bytes);
  // A file left over from a crash keeps its old mode; `open` sets the mode of new files only.
  if (process.platform !== 'win32') await chmod(path, mode);
}

async function sync(path: string): Promise<void> {
  await using handle = await open(path, 'r+');
  await handle.sync();
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no way to flush a folder; its journal keeps names in order.
  if (process.platform === 'win32') return;
  await using handle = await open(path, 'r');
  await handle.sync();
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}
