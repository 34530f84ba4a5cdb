import { AppError } from '../../../contract/lib/errors.ts';
import type { Database } from './database.ts';
import { number } from './row.ts';

/** Each step takes a database from the version of its index to the next. Steps are only ever appended. */
export const HISTORY_STEPS: readonly string[] = [
  `
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    siteId TEXT NOT NULL,
    op TEXT NOT NULL,
    title TEXT NOT NULL,
    args TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    createdBy TEXT NOT NULL,
    deadlineAt TEXT,
    finishedAt TEXT,
    retryOf TEXT,
    extra TEXT
  );
  CREATE INDEX jobs_by_site ON jobs (siteId, seq);
  CREATE INDEX jobs_open ON jobs (seq) WHERE finishedAt IS NULL;
  CREATE INDEX jobs_by_end ON jobs (finishedAt) WHERE finishedAt IS NOT NULL;

  CREATE TABLE job_results (
    jobSeq INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
    mac TEXT NOT NULL,
    siteId TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    since TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    queuedAt TEXT NOT NULL,
    sentAt TEXT,
    acceptedAt TEXT,
    startedAt TEXT,
    finishedAt TEXT,
    exitCode INTEGER,
    signal TEXT,
    error TEXT,
    output TEXT,
    value TEXT,
    receipt TEXT,
    PRIMARY KEY (jobSeq, mac)
  ) WITHOUT ROWID;
  CREATE INDEX results_by_device ON job_results (siteId, mac, jobSeq);
  CREATE INDEX results_open ON job_results (siteId, mac, state)
    WHERE state IN ('queued', 'sent', 'accepted', 'running');

  CREATE TABLE job_counts (
    jobSeq INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
    state TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (jobSeq, state)
  ) WITHOUT ROWID;
  CREATE TRIGGER count_new_result AFTER INSERT ON job_results BEGIN
    INSERT INTO job_counts VALUES (new.jobSeq, new.state, 1)
      ON CONFLICT DO UPDATE SET count = count + 1;
  END;
  CREATE TRIGGER count_changed_result AFTER UPDATE OF state ON job_results WHEN old.state <> new.state BEGIN
    UPDATE job_counts SET count = count - 1 WHERE jobSeq = old.jobSeq AND state = old.state;
    INSERT INTO job_counts VALUES (new.jobSeq, new.state, 1)
      ON CONFLICT DO UPDATE SET count = count + 1;
  END;

  CREATE TABLE output (
    jobSeq INTEGER NOT NULL,
    mac TEXT NOT NULL,
    stream INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (jobSeq, mac, stream, offset),
    FOREIGN KEY (jobSeq, mac) REFERENCES job_results (jobSeq, mac) ON DELETE CASCADE
  );

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    siteId TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
  );

  CREATE TABLE device_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    siteId TEXT NOT NULL,
    mac TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
  );
  CREATE INDEX events_by_device ON device_events (siteId, mac, seq);
  `,
];

export const METRICS_STEPS: readonly string[] = [
  `
  CREATE TABLE metric_devices (
    id INTEGER PRIMARY KEY,
    siteId TEXT NOT NULL,
    mac TEXT NOT NULL,
    UNIQUE (siteId, mac)
  );
  CREATE TABLE metric_frames (
    tier INTEGER NOT NULL,
    block INTEGER NOT NULL,
    at INTEGER NOT NULL,
    samples BLOB NOT NULL,
    PRIMARY KEY (tier, block, at)
  ) WITHOUT ROWID;
  `,
];

/** The version of an open database: 0 when it is new. */
export function schemaVersion(database: Database): number {
  const row = database.prepare('PRAGMA user_version').get();
  return row ? number(row, 'user_version') : 0;
}

/** Brings a database to the last step; throws `incompatible` when a newer program made it, without touching it. */
export function migrate(database: Database, steps: readonly string[]): void {
  const version = schemaVersion(database);
  if (version > steps.length) {
    throw new AppError(
      'incompatible',
      `${database.path} was written by a newer Muster (it has version ${version}, this one knows up to ${steps.length}). Install that version again, or start this one with another data folder. The file was not touched.`,
    );
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}
