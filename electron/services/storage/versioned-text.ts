import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError, describeIssue } from '../../../contract/lib/errors.ts';

/** Turns the data of one version into those of the next; the key of `Migrations` is the version it starts from. */
export type Migrations = Readonly<Record<number, (data: unknown) => unknown>>;

export interface VersionedFormat<T> {
  readonly schema: z.ZodType<T>;
  /** The version that this program writes, from 1. */
  readonly version: number;
  readonly migrations: Migrations;
}

// This frame never changes, whatever the version of the data: an older program must be able to tell
// "newer than me" from "damaged". A file without the sum is accepted, so that a person can edit one by hand.
const Frame = z.looseObject({
  version: z.number().int().min(1),
  sha256: z.string().optional(),
  data: z.unknown(),
});

/** Data beside their JSON text, because making it again costs more than keeping it. */
export interface Snapshot<T> {
  readonly data: T;
  readonly text: string;
}

export function snapshotOf<T>(data: T): Snapshot<T> {
  return { data, text: JSON.stringify(data) };
}

/** One JSON document with the version and the SHA-256 of its data. */
export function encodeText(version: number, text: string): Buffer {
  const sum = digest(version, text);
  return Buffer.from(`{"version":${version},"sha256":"${sum}",\n"data":${text}}\n`);
}

export interface DecodedText<T> extends Snapshot<T> {
  /** The version that the file had. */
  readonly version: number;
}

/** Checks and migrates; throws `incompatible` when a newer program wrote it, `invalid` when it is damaged. */
export function decodeText<T>(format: VersionedFormat<T>, bytes: Buffer): DecodedText<T> {
  try {
    return decode(format, bytes);
  } catch (error) {
    // The stack overflows when checking what is nested a hundred thousand deep.
    if (error instanceof RangeError) throw damaged('it is nested too deeply', error);
    throw error;
  }
}

function decode<T>(format: VersionedFormat<T>, bytes: Buffer): DecodedText<T> {
  if (bytes.length === 0) throw damaged('it is empty');
  const frame = Frame.safeParse(parseJson(bytes));
  if (!frame.success) throw damaged(describeIssue(frame.error));
  const { version, sha256, data } = frame.data;
  if (sha256 !== undefined && digest(version, JSON.stringify(data)) !== sha256) {
    throw damaged('its check sum does not match its content');
  }
  if (version > format.version) {
    throw new AppError('incompatible', `it has version ${version}, this one knows up to ${format.version}`);
  }
  const result = format.schema.safeParse(migrate(format, version, data));
  if (!result.success) throw damaged(describeIssue(result.error));
  return { ...snapshotOf(result.data), version };
}

function migrate<T>(format: VersionedFormat<T>, from: number, data: unknown): unknown {
  let current = data;
  for (let version = from; version < format.version; version += 1) {
    const step = format.migrations[version];
    if (!step) throw new AppError('internal', `There is no migration from version ${version}.`);
    try {
      current = step(current);
    } catch (error) {
      throw damaged(`its version ${version} cannot be converted`, error);
    }
  }
  return current;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged('it is not whole JSON text', error);
  }
}

function digest(version: number, text: string): string {
  return createHash('sha256').update(`${version}\n${text}`).digest('hex');
}

function damaged(reason: string, cause?: unknown): AppError {
  return new AppError('invalid', reason, undefined, { cause });
}
