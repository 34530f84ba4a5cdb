import { basename } from 'node:path';
import { Low } from 'lowdb';
import type { z } from 'zod';
import { AppError, parseOrThrow } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { createDurableAdapter } from './durable-adapter.ts';
import { createDiskFiles, type Files } from './files.ts';
import type { OnStorageReport } from './report.ts';
import { type Migrations, type Snapshot, snapshotOf } from './versioned-text.ts';

// INVARIANTS
// 1. `data` is what the disk holds: it changes only after the change is durable, and not at all when that fails.
// 2. One write at a time. Updates that arrive meanwhile are applied in order and share the next write.
// 3. An update that throws, or whose result the schema refuses, fails alone; the others of its write go through.

export interface JsonStore<T extends object> extends Service {
  /** The last durable state, deeply frozen. */
  readonly data: Readonly<T>;
  /**
   * Changes the draft and resolves with what `change` returned once the change is durable. `change` may run more than
   * once and must touch nothing but the draft. Errors: its own, `invalid`, `too-large`, `no-space`, `denied`.
   */
  update<R>(change: (draft: T) => R): Promise<R>;
}

export interface JsonStoreOptions<T extends object> {
  path: string;
  schema: z.ZodType<T>;
  /** The version of the schema, from 1. */
  version: number;
  migrations?: Migrations;
  /** What a store holds that was never written. */
  defaults: T;
  /** Hears of damage that was repaired or could not be. */
  onReport: OnStorageReport;
  /** Rights of the files; only this user may read them unless told otherwise. */
  mode?: number;
  limitBytes?: number;
  files?: Files;
  now?: () => Date;
}

interface Pending<T> {
  apply(draft: T): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** Those of a batch that went through, and what they made. */
interface Applied<T> {
  next: Snapshot<T>;
  applied: readonly Pending<T>[];
}

/** A JSON file that is whole at every instant, with a schema, a version and a backup. */
export function createJsonStore<T extends object>(options: JsonStoreOptions<T>): JsonStore<T> {
  const { path, schema, version, migrations = {}, defaults, onReport } = options;
  const adapter = createDurableAdapter<T>({
    path,
    format: { schema, version, migrations },
    files: options.files ?? createDiskFiles(),
    limitBytes: options.limitBytes ?? 64 * 1024 * 1024,
    mode: options.mode ?? 0o600,
    now: options.now ?? (() => new Date()),
    onReport,
  });
  const what = basename(path);
  const low = new Low<Snapshot<T>>(adapter, snapshotOf(defaults));
  let committed: Snapshot<T> | undefined;
  let queue: Pending<T>[] = [];
  let draining: Promise<void> | undefined;

  const parse = (value: unknown): T => parseOrThrow(schema, value, what);

  const current = (): Snapshot<T> => {
    if (committed === undefined) throw new AppError('cancelled', `${what} is closed. Start Muster again.`);
    return committed;
  };

  /** The next state as it will be read back: what JSON or the schema drops is dropped now, not at the next start. */
  const applyTo = (from: Snapshot<T>, changes: readonly Pending<T>[]): Snapshot<T> => {
    // Made by this schema, so it needs no second check.
    const draft: T = JSON.parse(from.text);
    for (const pending of changes) pending.apply(draft);
    return snapshotOf(deepFreeze(parse(JSON.parse(JSON.stringify(draft)))));
  };

  /** The slow way, which finds those that fail: a draft and a check for each. */
  const applyEach = (batch: readonly Pending<T>[]): Applied<T> => {
    let next = current();
    const applied: Pending<T>[] = [];
    for (const pending of batch) {
      try {
        next = applyTo(next, [pending]);
        applied.push(pending);
      } catch (error) {
        pending.reject(error);
      }
    }
    return { next, applied };
  };

  const apply = (batch: readonly Pending<T>[]): Applied<T> => {
    try {
      return { next: applyTo(current(), batch), applied: batch };
    } catch (error) {
      const [only] = batch;
      if (only === undefined || batch.length > 1) return applyEach(batch);
      only.reject(error);
      return { next: current(), applied: [] };
    }
  };

  const commit = async (batch: Pending<T>[]): Promise<void> => {
    const { next, applied } = apply(batch);
    if (applied.length === 0) return;
    try {
      if (next.text !== committed?.text) {
        low.data = next;
        await low.write();
        committed = next;
      }
    } catch (error) {
      await rollBack();
      for (const pending of applied) pending.reject(error);
      return;
    }
    for (const pending of applied) pending.resolve();
  };

  /** A write can fail after the new file is in place; then that is what the disk holds. */
  const rollBack = async (): Promise<void> => {
    try {
      const onDisk = await adapter.peek();
      if (onDisk !== undefined) committed = { data: deepFreeze(onDisk.data), text: onDisk.text };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onReport({ level: 'error', message: `${path} can neither be written nor read. ${reason}` });
    }
    low.data = current();
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      await commit(batch);
    }
    draining = undefined;
  };

  const update = <R>(change: (draft: T) => R): Promise<R> => {
    const promise = new Promise<R>((resolve, reject) => {
      let outcome: { value: R } | undefined;
      queue.push({
        apply(draft) {
          outcome = { value: change(draft) };
        },
        resolve() {
          if (outcome) resolve(outcome.value);
        },
        reject,
      });
    });
    // Starts after this turn of the event loop's microtasks, so that updates made together share a write.
    draining ??= Promise.resolve().then(drain);
    return promise;
  };

  return {
    name: what,
    get data() {
      return current().data;
    },
    async update(change) {
      current();
      return update(change);
    },
    async start() {
      low.data = snapshotOf(parseOrThrow(schema, defaults, `The default of ${what}`));
      await low.read();
      const { text } = low.data;
      committed = { data: deepFreeze(parse(JSON.parse(text))), text };
    },
    async stop() {
      await draining;
      committed = undefined;
    },
  };
}

function deepFreeze<V>(value: V): V {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}
