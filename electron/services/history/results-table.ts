import type { SQLInputValue } from 'node:sqlite';
import { AppError } from '../../../contract/lib/errors.ts';
import type { ResultState } from '../../../contract/model/job.ts';
import type { Database, Statement } from './database.ts';
import { type ResultChange, type StoredResult, toResult } from './job-row.ts';
import { toJson } from './row.ts';

/** Each device's part of each job. */
export interface ResultsTable {
  insert(result: StoredResult): void;
  get(jobId: string, mac: string): StoredResult | undefined;
  /** All results of a job by MAC, or only those in some states, or a page after a MAC. */
  list(
    jobId: string,
    filter?: { states?: readonly ResultState[]; afterMac?: string; limit?: number },
  ): StoredResult[];
  /** Those not final, of one site or one device, oldest job first. */
  listOpen(siteId: string, mac?: string): StoredResult[];
  /** The newest results of one device; `beforeJobId` continues after the last one of the previous page. */
  listForDevice(siteId: string, mac: string, filter: { beforeJobId?: string; limit: number }): StoredResult[];
  /**
   * Changes the given fields. With `ifStateIn` only when the stored state is one of these, which decides races:
   * a result that is final stays as it is. False when nothing was changed.
   */
  update(jobId: string, mac: string, change: ResultChange, ifStateIn?: readonly ResultState[]): boolean;
}

const OPEN = `state IN ('queued', 'sent', 'accepted', 'running')`;
const SELECT = `SELECT job_results.*, jobs.id AS jobId FROM job_results JOIN jobs ON jobs.seq = job_results.jobSeq`;
const JSON_FIELDS: readonly string[] = ['error', 'output', 'value'];
// Field names become SQL, so they come from this list only.
const FIELDS = [
  'state',
  'detail',
  'since',
  'attempts',
  'sentAt',
  'acceptedAt',
  'startedAt',
  'finishedAt',
  'exitCode',
  'signal',
  'error',
  'output',
  'value',
  'receipt',
] as const satisfies readonly (keyof ResultChange)[];

export function createResultsTable(database: Database): ResultsTable {
  const insert = database.prepare(`
    INSERT INTO job_results (jobSeq, mac, siteId, queuedAt, ${FIELDS.join(', ')})
    VALUES ((SELECT seq FROM jobs WHERE id = ?), ?, ?, ?, ${FIELDS.map(() => '?').join(', ')})`);
  const get = database.prepare(`${SELECT} WHERE jobs.id = ? AND job_results.mac = ?`);
  const list = database.prepare(
    `${SELECT} WHERE jobs.id = ? AND mac > ? AND (?3 IS NULL OR state IN (SELECT value FROM json_each(?3)))
     ORDER BY mac LIMIT ?4`,
  );
  const listOpen = database.prepare(
    `${SELECT} WHERE job_results.siteId = ? AND ${OPEN} AND (?2 IS NULL OR mac = ?2) ORDER BY jobSeq, mac`,
  );
  const listDevice = database.prepare(
    `${SELECT} WHERE job_results.siteId = ? AND mac = ? AND jobSeq < ifnull((SELECT seq FROM jobs WHERE id = ?), 1e15)
     ORDER BY jobSeq DESC LIMIT ?`,
  );
  const updates = new Map<string, Statement>();

  /** A statement for each set of fields; the engine uses a handful. */
  const updateOf = (fields: readonly string[], conditional: boolean): Statement => {
    const key = `${fields.join()} ${conditional}`;
    let statement = updates.get(key);
    if (!statement) {
      const assignments = fields.map((field) => `${field} = ?`).join(', ');
      const condition = conditional ? ' AND state IN (SELECT value FROM json_each(?))' : '';
      statement = database.prepare(
        `UPDATE job_results SET ${assignments} WHERE jobSeq = (SELECT seq FROM jobs WHERE id = ?) AND mac = ?${condition}`,
      );
      updates.set(key, statement);
    }
    return statement;
  };

  return {
    insert(result) {
      insert.run(
        result.jobId,
        result.mac,
        result.siteId,
        result.queuedAt,
        ...FIELDS.map((field) => toColumn(field, result[field])),
      );
    },
    get(jobId, mac) {
      const row = get.get(jobId, mac);
      return row && toResult(row);
    },
    list: (jobId, { states, afterMac = '', limit = -1 } = {}) =>
      list.all(jobId, afterMac, states ? JSON.stringify(states) : null, limit).map(toResult),
    listOpen: (siteId, mac) => listOpen.all(siteId, mac ?? null).map(toResult),
    listForDevice: (siteId, mac, { beforeJobId, limit }) =>
      listDevice.all(siteId, mac, beforeJobId ?? null, limit).map(toResult),
    update(jobId, mac, change, ifStateIn) {
      const fields = FIELDS.filter((field) => change[field] !== undefined);
      if (fields.length === 0) throw new AppError('internal', 'A change of a result names no field.');
      const values = fields.map((field) => toColumn(field, change[field]));
      const condition = ifStateIn ? [JSON.stringify(ifStateIn)] : [];
      return updateOf(fields, ifStateIn !== undefined).run(...values, jobId, mac, ...condition) > 0;
    },
  };
}

function toColumn(field: (typeof FIELDS)[number], value: ResultChange[typeof field]): SQLInputValue {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' || JSON_FIELDS.includes(field) ? toJson(value) : value;
}
