import { AppError } from '../../../contract/lib/errors.ts';
import type { Row } from './database.ts';

/** Reads a text column that is never NULL. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw unexpected(column);
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** Reads a numeric column that is never NULL. */
export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw unexpected(column);
}

export function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

/** Reads a BLOB column that is never NULL. */
export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw unexpected(column);
}

/** Reads a column that holds JSON text or NULL. */
export function jsonOrNull(row: Row, column: string): unknown {
  const value = textOrNull(row, column);
  return value === null ? null : JSON.parse(value);
}

/** What `jsonOrNull` reads. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function unexpected(column: string): AppError {
  return new AppError('internal', `The history has an unexpected value in “${column}”.`);
}
