import { execFile } from 'node:child_process';
import { chownSync, closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../../contract/lib/errors.ts';
import { fileError } from './files.ts';

interface PipeEnds {
  readonly reader: Socket;
  /** For the program; the agent closes its own copy once the program runs. */
  readonly writeFd: number;
}

export interface PipePair {
  readonly stdout: PipeEnds;
  readonly stderr: PipeEnds;
  /** When both have ended, or were never used. */
  release(): void;
}

/**
 * Pipes for what programs print. Node itself would give them sockets, on which `echo … > /dev/stderr` and everything
 * else that opens /dev/stdout fails. Named pipes are real pipes, and pure Node can make them with mkfifo(1) only,
 * so a pair is used again when nobody else can hold it.
 */
export interface OutputPipes {
  open(owner?: { uid: number; gid: number }): Promise<PipePair>;
  /** Makes the first pair ahead of time, so that the first command does not wait for it. */
  prepare(): Promise<void>;
}

export function createOutputPipes(options: { folder: string; mkfifo: string | undefined }): OutputPipes {
  const free: string[] = [];
  let made = 0;

  function make(): Promise<string> {
    const { mkfifo } = options;
    if (mkfifo === undefined)
      throw new AppError(
        'unsupported',
        'This device has no mkfifo, which running commands needs. Install coreutils.',
      );
    made += 1;
    const base = join(options.folder, `pipe-${made}`);
    for (const path of [`${base}.out`, `${base}.err`]) rmSync(path, { force: true });
    return new Promise((resolve, reject) => {
      execFile(mkfifo, ['-m', '600', `${base}.out`, `${base}.err`], { timeout: 10_000 }, (cause) =>
        cause ? reject(fileError(cause, base, 'created')) : resolve(base),
      );
    });
  }

  function openEnds(path: string): PipeEnds {
    // The reading end first and without waiting; the writing end then opens at once, and stays blocking.
    const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    let writeFd: number;
    try {
      writeFd = openSync(path, constants.O_WRONLY);
    } catch (cause) {
      closeSync(readFd);
      throw cause;
    }
    return { reader: new Socket({ fd: readFd, readable: true, writable: false }), writeFd };
  }

  return {
    async prepare() {
      if (made === 0) free.push(await make());
    },
    async open(owner) {
      const base = free.pop() ?? (await make());
      const paths = [`${base}.out`, `${base}.err`] as const;
      try {
        if (owner) for (const path of paths) chownSync(path, owner.uid, owner.gid);
        const stdout = openEnds(paths[0]);
        const stderr = openEnds(paths[1]);
        let released = false;
        return {
          stdout,
          stderr,
          release() {
            if (released) return;
            released = true;
            stdout.reader.destroy();
            stderr.reader.destroy();
            if (owner) for (const path of paths) rmSync(path, { force: true });
            else free.push(base);
          },
        };
      } catch (cause) {
        throw fileError(cause, base, 'opened');
      }
    },
  };
}
