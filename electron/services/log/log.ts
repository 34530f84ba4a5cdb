import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error'> & { close(): void };

/**
 * JSON lines in `<data>/muster.log`, and the ones before them in `muster.log.1`; never secrets: what is logged are sentences, codes and ids. A log that cannot be
 * written, such as on a full disk, is told once to `onLost` and never ends the program.
 */
export function createLog(dataFolder: string, onLost: (sentence: string) => void = tellStandardError): Log {
  const file = createLogFile(join(dataFolder, 'muster.log'), onLost);
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret', '*.d'],
        censor: '[removed]',
      },
    },
    file,
  );
  return {
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    close: file.close,
  };
}

/** Of each of the two files. */
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** Pino's own file destination ends the program when a write fails, and waits for ever for room when it exits. */
function createLogFile(path: string, onLost: (sentence: string) => void) {
  let descriptor: number | undefined;
  let closed = false;
  let lost = 0;
  let size = 0;

  function append(text: string): void {
    if (descriptor === undefined) {
      mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
      descriptor = openSync(path, 'a', 0o600);
      size = fstatSync(descriptor).size;
    }
    const bytes = Buffer.from(text);
    if (size > 0 && size + bytes.length > LOG_LIMIT_BYTES) {
      closeSync(descriptor);
      renameSync(path, `${path}.1`);
      descriptor = openSync(path, 'a', 0o600);
      size = 0;
    }
    size += bytes.length;
    // A full disk takes a part and then nothing; half a line is completed or ended by the next one.
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  }

  return {
    write(line: string): void {
      if (closed) return;
      try {
        append(
          lost === 0
            ? line
            : `\n{"level":40,"msg":"${lost} lines before this one could not be written."}\n${line}`,
        );
        lost = 0;
      } catch (error) {
        if (lost === 0)
          onLost(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
        lost += 1;
      }
    },
    close(): void {
      closed = true;
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function tellStandardError(sentence: string): void {
  process.stderr.write(`muster: ${sentence}\n`);
}
