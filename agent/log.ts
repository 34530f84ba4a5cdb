import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from './system/files.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** Lines of JSON: what happened (`event`) with its facts. Never given a secret. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Where one of the two streams goes. */
export interface LogSink {
  write(line: string): void;
}

/** `info` goes to `out`, `warn` and `error` to `err`. */
export function createLog({ out, err, now }: { out: LogSink; err: LogSink; now: () => string }): Log {
  const line = (level: string, event: string, fields: LogFields | undefined): string =>
    `${JSON.stringify({ at: now(), level, event, ...fields })}\n`;
  return {
    info: (event, fields) => out.write(line('info', event, fields)),
    warn: (event, fields) => err.write(line('warn', event, fields)),
    error: (event, fields) => err.write(line('error', event, fields)),
  };
}

const MOST_KINDS = 100;

/** Lets the first `burst` events of a kind through in each period and then says how many were left out. */
export function createRateLimit(options: { burst: number; monotonicMs: () => number; periodMs?: number }) {
  const { burst, monotonicMs, periodMs = 60_000 } = options;
  const kinds = new Map<string, { since: number; count: number }>();
  return {
    /** How many were left out before this one, or undefined when this one is to be left out too. */
    admit(kind: string): number | undefined {
      const now = monotonicMs();
      const seen = kinds.get(kind);
      if (!seen || now - seen.since > periodMs) {
        if (kinds.size > MOST_KINDS) kinds.clear();
        kinds.set(kind, { since: now, count: 1 });
        return seen ? Math.max(0, seen.count - burst) : 0;
      }
      seen.count += 1;
      return seen.count <= burst ? 0 : undefined;
    },
  };
}

const FILE_LIMIT_BYTES = 512 * 1024;

/** One log file and its predecessor (`.1`), each up to 512 KiB. */
export interface LogFile extends LogSink {
  close(): void;
}

/**
 * Opens a rotating log file. Writing is synchronous, so that the last line before a crash is there; a full disk loses
 * lines rather than stopping the agent.
 */
export function openLogFile(folder: string, name: string): LogFile {
  const path = join(folder, name);
  let fd = openSync(path, 'a', 0o600);
  let size = fstatSync(fd).size;
  return {
    write(line) {
      try {
        if (size > FILE_LIMIT_BYTES) {
          closeSync(fd);
          renameSync(path, `${path}.1`);
          fd = openSync(path, 'a', 0o600);
          size = 0;
        }
        size += writeSync(fd, line);
      } catch (error) {
        if (systemErrorCode(error) === undefined) throw error;
      }
    },
    close: () => closeSync(fd),
  };
}
