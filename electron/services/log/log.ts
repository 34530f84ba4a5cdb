import { join } from 'node:path';
import pino, { type Logger } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error'> & { close(): void };

/** JSON lines in `<data>/muster.log`; never secrets: what is logged are sentences, codes and ids. */
export function createLog(dataFolder: string): Log {
  const destination = pino.destination({
    dest: join(dataFolder, 'muster.log'),
    sync: false,
    mkdir: true,
    mode: 0o600,
  });
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret', '*.d'],
        censor: '[removed]',
      },
    },
    destination,
  );
  return {
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    close() {
      destination.flushSync();
      destination.end();
    },
  };
}
