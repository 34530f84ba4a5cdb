import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '../contract/lib/errors.ts';
import type { Unsubscribe } from '../contract/lib/signal.ts';

/** Where a command reads from and writes to. Everything a command says goes through here, so that tests can listen. */
export interface Terminal {
  /** Results. Resolves when whoever reads keeps up, so that output of any size needs little memory. */
  out(text: string | Uint8Array): Promise<void>;
  /** Everything that is not a result: hints, progress, errors. */
  err(text: string | Uint8Array): Promise<void>;
  /** A person sits there who can be asked. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Width in characters; undefined where output goes to a file or a pipe. */
  readonly columns: number | undefined;
  ask(question: string): Promise<string>;
  /** All of standard input; `too-large` above the limit. */
  readInput(limitBytes: number): Promise<Buffer>;
  /** Ctrl-C and SIGTERM; while somebody listens, the process does not end by itself. */
  onInterrupt(listener: () => void): Unsubscribe;
  now(): Date;
}

/** The terminal of this process. */
export function createProcessTerminal(wantsColour: boolean): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    out: (text) => write(stdout, text),
    err: (text) => write(stderr, text),
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    hasColour: wantsColour && stdout.isTTY === true,
    columns: stdout.isTTY ? stdout.columns : undefined,
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    readInput: (limitBytes) => readAll(stdin, limitBytes),
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    now: () => new Date(),
  };
}

async function write(stream: Writable, text: string | Uint8Array): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

/** All bytes of a stream; `too-large` above the limit. */
export async function readAll(stream: Readable, limitBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > limitBytes) {
      throw new AppError(
        'too-large',
        `Standard input has more than the ${limitBytes} bytes that are allowed here.`,
      );
    }
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
