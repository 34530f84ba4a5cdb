import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { AppError } from '../../../contract/lib/errors.ts';
import { sqliteError } from './sqlite-error.ts';

export type Row = Record<string, SQLOutputValue>;

/** A prepared statement whose errors are `AppError`s. */
export interface Statement {
  /** Returns the number of rows changed. */
  run(...values: SQLInputValue[]): number;
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
}

/** One open database file. */
export interface Database {
  readonly path: string;
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /**
   * Runs `work` in one transaction and returns what it returned; durable on return. Within another transaction it is
   * undone alone when it throws. `work` must not be asynchronous.
   */
  transaction<T>(work: () => T): T;
  close(): void;
}

export interface DatabaseOptions {
  /** `full`: a commit survives a power cut. `normal`: the last ones may not, the file stays whole. */
  durability: 'full' | 'normal';
  /** Hears of every error of SQLite, before it is thrown. */
  onError?: (error: unknown) => void;
}

/** Opens a file in WAL mode and creates it if needed. Throws SQLite's own error, for the caller to judge. */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const sqlite = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true });
  try {
    sqlite.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${options.durability === 'full' ? 'FULL' : 'NORMAL'};
      PRAGMA journal_size_limit = 67108864;
      PRAGMA trusted_schema = OFF;
    `);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return wrap(sqlite, path, options.onError ?? (() => undefined));
}

function wrap(sqlite: DatabaseSync, path: string, onError: (error: unknown) => void): Database {
  let depth = 0;
  let lastError: unknown;

  const guarded = <T>(action: () => T): T => {
    if (!sqlite.isOpen) throw new AppError('cancelled', `${path} is closed. Start Muster again.`);
    // A full disk makes SQLite itself roll back the whole transaction. Whoever caught that error must not go on:
    // each further statement would be committed by itself.
    if (depth > 0 && !sqlite.isTransaction) throw lastError;
    try {
      return action();
    } catch (error) {
      onError(error);
      lastError = sqliteError(error, path);
      throw lastError;
    }
  };

  const prepare = (sql: string): Statement => {
    const statement: StatementSync = guarded(() => sqlite.prepare(sql));
    return {
      run: (...values) => guarded(() => Number(statement.run(...values).changes)),
      get: (...values) => guarded(() => statement.get(...values)),
      all: (...values) => guarded(() => statement.all(...values)),
    };
  };

  const exec = (sql: string): void => guarded(() => sqlite.exec(sql));

  const transaction = <T>(work: () => T): T => {
    const outermost = depth === 0;
    exec(outermost ? 'BEGIN IMMEDIATE' : `SAVEPOINT level${depth}`);
    depth += 1;
    try {
      const result = work();
      if (result instanceof Promise) {
        throw new AppError('internal', 'A transaction must not wait: its work returned a promise.');
      }
      exec(outermost ? 'COMMIT' : `RELEASE level${depth - 1}`);
      return result;
    } catch (error) {
      if (sqlite.isOpen && sqlite.isTransaction) {
        exec(outermost ? 'ROLLBACK' : `ROLLBACK TO level${depth - 1}; RELEASE level${depth - 1}`);
      }
      throw error;
    } finally {
      depth -= 1;
    }
  };

  return {
    path,
    prepare,
    exec,
    transaction,
    close() {
      if (sqlite.isOpen) sqlite.close();
    },
  };
}
