import type { Job } from '../../../contract/model/job.ts';
import type { Database } from './database.ts';
import { JOB_COLUMNS, type NewJob, toJob } from './job-row.ts';
import { jsonOrNull, toJson } from './row.ts';

export interface JobFilter {
  siteId?: string;
  /** Only those that are not finished. */
  open?: boolean;
  /** Only those created before this job: the last one of the previous page. */
  beforeId?: string;
  limit: number;
}

/** Jobs without their results, newest first. */
export interface JobsTable {
  insert(job: NewJob): void;
  get(id: string): Job | undefined;
  list(filter: JobFilter): Job[];
  /** What the job engine stored beside the job; null when nothing. */
  extra(id: string): unknown;
  setExtra(id: string, extra: Record<string, unknown> | null): void;
  /** False when there is no such job, or it was finished already. */
  finish(id: string, finishedAt: string): boolean;
  /** Opens a finished job again. */
  reopen(id: string): void;
  setDeadline(id: string, deadlineAt: string | null): void;
  /** Removes the oldest of the jobs finished before a moment, with results and output; returns how many went. */
  removeFinishedBefore(moment: string, limit: number): number;
  /** Removes some jobs of a site, open ones too, with results and output; returns how many went. */
  removeOfSite(siteId: string, limit: number): number;
}

export function createJobsTable(database: Database): JobsTable {
  const insert = database.prepare(`
    INSERT INTO jobs (id, siteId, op, title, args, createdAt, createdBy, deadlineAt, retryOf, extra)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const get = database.prepare(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`);
  const seqOf = database.prepare('SELECT seq FROM jobs WHERE id = ?');
  const listAll = database.prepare(`SELECT ${JOB_COLUMNS} FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?`);
  const listSite = database.prepare(
    `SELECT ${JOB_COLUMNS} FROM jobs WHERE seq < ? AND siteId = ? ORDER BY seq DESC LIMIT ?`,
  );
  const listOpen = database.prepare(
    `SELECT ${JOB_COLUMNS} FROM jobs
     WHERE seq < ? AND finishedAt IS NULL AND (?2 IS NULL OR siteId = ?2) ORDER BY seq DESC LIMIT ?3`,
  );
  const extra = database.prepare('SELECT extra FROM jobs WHERE id = ?');
  const setExtra = database.prepare('UPDATE jobs SET extra = ? WHERE id = ?');
  const finish = database.prepare('UPDATE jobs SET finishedAt = ? WHERE id = ? AND finishedAt IS NULL');
  const reopen = database.prepare('UPDATE jobs SET finishedAt = NULL WHERE id = ?');
  const setDeadline = database.prepare('UPDATE jobs SET deadlineAt = ? WHERE id = ?');
  const removeFinished = database.prepare(
    'DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE finishedAt < ? ORDER BY finishedAt LIMIT ?)',
  );
  const removeSite = database.prepare(
    'DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE siteId = ? LIMIT ?)',
  );

  return {
    insert(job) {
      const { id, siteId, op, title, createdAt, createdBy, deadlineAt, retryOf } = job;
      const args = JSON.stringify(job.args);
      insert.run(id, siteId, op, title, args, createdAt, createdBy, deadlineAt, retryOf, toJson(job.extra));
    },
    get(id) {
      const row = get.get(id);
      return row && toJob(row);
    },
    list({ siteId, open, beforeId, limit }) {
      const before = beforeId === undefined ? Number.MAX_SAFE_INTEGER : (seqOf.get(beforeId)?.seq ?? 0);
      if (open) return listOpen.all(before, siteId ?? null, limit).map(toJob);
      return (siteId === undefined ? listAll.all(before, limit) : listSite.all(before, siteId, limit)).map(
        toJob,
      );
    },
    extra(id) {
      const row = extra.get(id);
      return row ? jsonOrNull(row, 'extra') : null;
    },
    setExtra: (id, value) => void setExtra.run(toJson(value), id),
    finish: (id, finishedAt) => finish.run(finishedAt, id) > 0,
    reopen: (id) => void reopen.run(id),
    setDeadline: (id, deadlineAt) => void setDeadline.run(deadlineAt, id),
    removeFinishedBefore: (moment, limit) => removeFinished.run(moment, limit),
    removeOfSite: (siteId, limit) => removeSite.run(siteId, limit),
  };
}
