import { basename, dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import { AppError } from '../../../contract/lib/errors.ts';
import { replaceFile, setAside } from './durable-file.ts';
import { fileError, systemCode } from './file-error.ts';
import type { Files } from './files.ts';
import type { OnStorageReport } from './report.ts';
import { decodeText, encodeText, type Snapshot, type VersionedFormat } from './versioned-text.ts';

// INVARIANTS
// 1. `<path>` and `<path>.bak` are each replaced only by a rename of a file that was written whole and fsynced,
//    so at every instant each of them is absent or whole.
// 2. The backup is touched only after the new main file is durable, so one of the two always holds all that was
//    acknowledged. Once `write` or `read` has returned both hold it, unless a report said otherwise.
// 3. A file that cannot be read is reported and renamed aside before anything takes its place.

export interface DurableAdapter<T> extends Adapter<Snapshot<T>> {
  /** What the main file holds now; undefined when it is absent or damaged. Repairs nothing. */
  peek(): Promise<Snapshot<T> | undefined>;
}

export interface DurableAdapterOptions<T> {
  path: string;
  format: VersionedFormat<T>;
  files: Files;
  limitBytes: number;
  mode: number;
  now: () => Date;
  onReport: OnStorageReport;
}

type Copy<T> =
  | { state: 'absent' }
  | { state: 'damaged' | 'newer'; reason: string }
  | ({ state: 'good'; version: number; bytes: Buffer } & Snapshot<T>);

/** A lowdb adapter that survives power cuts and damage; `read` gives null when there is neither file nor backup. */
export function createDurableAdapter<T>(options: DurableAdapterOptions<T>): DurableAdapter<T> {
  const { path, format, files, limitBytes, mode, now, onReport } = options;
  const folder = dirname(path);
  const name = basename(path);
  const backup = `${path}.bak`;
  let backupFailed = false;

  const readCopy = async (from: string): Promise<Copy<T>> => {
    try {
      const bytes = await files.read(from, limitBytes);
      return bytes === undefined
        ? { state: 'absent' }
        : { state: 'good', bytes, ...decodeText(format, bytes) };
    } catch (error) {
      const copy = unusable(error);
      if (copy) return copy;
      throw fileError(error, folder, name);
    }
  };

  const writeBackup = async (bytes: Buffer): Promise<void> => {
    try {
      await replaceFile(files, backup, bytes, mode);
      backupFailed = false;
    } catch (error) {
      // The data are safe in the main file. Say it once, not at every write.
      if (!backupFailed) {
        onReport({
          level: 'warning',
          message: `${name} was saved, but not its backup copy. ${messageOf(error)}`,
        });
      }
      backupFailed = true;
    }
  };

  const write = async ({ text }: Snapshot<T>): Promise<void> => {
    const bytes = encodeText(format.version, text);
    if (bytes.length > limitBytes) {
      throw new AppError(
        'too-large',
        `${name} would grow to ${formatBytes(bytes.length)}; at most ${formatBytes(limitBytes)} are allowed. Remove entries that are no longer needed.`,
      );
    }
    await replaceFile(files, path, bytes, mode);
    await writeBackup(bytes);
  };

  /** Writes what is in use but not yet in the main file. Not fatal: it is whole in memory and in a file. */
  const writeBack = async (
    snapshot: Snapshot<T>,
    old?: { version: number; bytes: Buffer },
  ): Promise<void> => {
    try {
      // An old file is kept under its version, so that the older program can be installed again.
      if (old) await replaceFile(files, `${path}.version-${old.version}`, old.bytes, mode);
      await write(snapshot);
    } catch (error) {
      onReport({
        level: 'warning',
        message: `${name} is in use but could not be written back; the next change tries again. ${messageOf(error)}`,
      });
    }
  };

  /** The crash may have fallen between the two files, or the backup was damaged. */
  const renewBackup = async (main: Buffer, stamp: string): Promise<void> => {
    const spare = await readCopy(backup);
    if (spare.state === 'good' && spare.bytes.equals(main)) return;
    if (spare.state === 'damaged' || spare.state === 'newer') {
      onReport({
        level: 'warning',
        message: `The backup of ${name} could not be used (${spare.reason}) and was made anew. The old one is kept as ${backup}.damaged-${stamp}.`,
      });
      await setAside(files, backup, stamp);
    }
    await writeBackup(main);
  };

  const recover = async (main: Copy<T>, stamp: string): Promise<Snapshot<T> | null> => {
    const spare = await readCopy(backup);
    if (spare.state === 'newer') throw newerError(backup, spare.reason);
    if (main.state === 'absent' && spare.state === 'absent') return null;
    const problem = main.state === 'damaged' ? `is damaged (${main.reason})` : 'is missing';
    if (spare.state === 'good') {
      const kept = main.state === 'damaged' ? ` The damaged file is kept as ${path}.damaged-${stamp}.` : '';
      onReport({
        level: 'warning',
        message: `${path} ${problem}. It was replaced by its backup, which is a copy of its last saved state.${kept}`,
      });
      if (main.state === 'damaged') await setAside(files, path, stamp);
      await writeBack(spare, spare.version < format.version ? spare : undefined);
      return spare;
    }
    const second = spare.state === 'damaged' ? `is damaged too (${spare.reason})` : 'is missing';
    onReport({
      level: 'error',
      message: `${path} ${problem} and its backup ${second}, so what it held is lost and Muster starts without it. The damaged files are kept in ${folder} with “.damaged-${stamp}” after their names. If you have a copy of ${name} elsewhere, stop Muster and put it there.`,
    });
    if (main.state === 'damaged') await setAside(files, path, stamp);
    if (spare.state === 'damaged') await setAside(files, backup, stamp);
    return null;
  };

  const read = async (): Promise<Snapshot<T> | null> => {
    try {
      await files.makeFolder(folder);
    } catch (error) {
      throw fileError(error, folder, name);
    }
    const stamp = now().toISOString().replace(/[:.]/g, '-');
    const main = await readCopy(path);
    if (main.state === 'newer') throw newerError(path, main.reason);
    if (main.state !== 'good') return recover(main, stamp);
    if (main.version < format.version) await writeBack(main, main);
    else await renewBackup(main.bytes, stamp);
    return main;
  };

  const peek = async (): Promise<Snapshot<T> | undefined> => {
    const copy = await readCopy(path);
    return copy.state === 'good' ? copy : undefined;
  };

  return { read, write, peek };
}

/** Why the content of a file cannot be used, or undefined when the error says nothing about its content. */
function unusable(error: unknown): { state: 'damaged' | 'newer'; reason: string } | undefined {
  if (error instanceof AppError) {
    if (error.code === 'incompatible') return { state: 'newer', reason: error.message };
    if (error.code === 'invalid' || error.code === 'too-large')
      return { state: 'damaged', reason: error.message };
    return undefined;
  }
  return systemCode(error) === 'EIO' ? { state: 'damaged', reason: 'the disk cannot read it' } : undefined;
}

function newerError(path: string, reason: string): AppError {
  return new AppError(
    'incompatible',
    `${path} was written by a newer Muster (${reason}). Install that version again, or start this one with another data folder. The file was not touched.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
