import { dirname, join } from 'node:path';
import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import { makeFolder } from '../storage/make-folder.ts';
import type { OnStorageReport } from '../storage/report.ts';
import { type AuditTable, createAuditTable } from './audit-table.ts';
import { createBackupSchedule } from './backup-schedule.ts';
import type { Database } from './database.ts';
import { createEventsTable, type EventsTable } from './events-table.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { createJobsTable, type JobsTable } from './jobs-table.ts';
import { createMetricsHistory, type MetricsHistory } from './metrics-history.ts';
import { createOutputTable, type OutputTable } from './output-table.ts';
import { createResultsTable, type ResultsTable } from './results-table.ts';
import { HISTORY_STEPS, METRICS_STEPS } from './schema.ts';
import { openSoundDatabase } from './sound-database.ts';

/** All that happened: jobs, results, output, audit, device events, metrics. Its parts may be used between start and stop. */
export interface History extends Service {
  readonly jobs: JobsTable;
  readonly results: ResultsTable;
  readonly output: OutputTable;
  readonly audit: AuditTable;
  readonly events: EventsTable;
  readonly metrics: MetricsHistory;
  /** Runs `work` in one transaction (metrics excepted); all of it is durable on return, or none of it happened. */
  transaction<T>(work: () => T): T;
  /** The same, but shares one commit with other work handed in at the same time. */
  write: GroupCommit['write'];
}

export interface HistoryOptions {
  /** The database file; the metrics lie beside it in a file of their own, which is not backed up. */
  path: string;
  onReport: OnStorageReport;
  now?: () => Date;
  /** How long finished jobs are kept, with results and output. */
  keepJobsDays?: number;
  /** How many device events are kept. */
  keepEvents?: number;
}

interface Opened {
  database: Database;
  metricsDatabase: Database;
  group: GroupCommit;
  jobs: JobsTable;
  results: ResultsTable;
  output: OutputTable;
  audit: AuditTable;
  events: EventsTable;
  metrics: MetricsHistory;
}

const TICK_MS = 1000;
const CLEAN_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;

export function createHistory(options: HistoryOptions): History {
  const { path, onReport, now = () => new Date(), keepJobsDays = 365, keepEvents = 500_000 } = options;
  const metricsPath = join(dirname(path), 'metrics.sqlite');
  const backups = createBackupSchedule({ path, onReport });
  let opened: Opened | undefined;
  let timers: NodeJS.Timeout[] = [];
  let troubled = false;

  const use = (): Opened => {
    if (!opened) throw new AppError('cancelled', 'The history is closed. Start Muster again.');
    return opened;
  };

  /** Work of the background, whose failure nobody waits for: said once, until it works again. */
  const attempt = (work: () => void): void => {
    try {
      work();
      troubled = false;
    } catch (error) {
      reportTrouble(error);
    }
  };

  const reportTrouble = (error: unknown): void => {
    if (troubled) return;
    troubled = true;
    onReport({ level: 'warning', message: error instanceof Error ? error.message : String(error) });
  };

  const clean = (): void => {
    const { jobs, events } = use();
    jobs.removeFinishedBefore(new Date(now().getTime() - keepJobsDays * DAY_MS).toISOString(), 1);
    events.trim(keepEvents);
  };

  const open = (): Opened => {
    const common = { now, onReport };
    const database = openSoundDatabase({
      ...common,
      path,
      steps: HISTORY_STEPS,
      durability: 'full',
      what: 'the history of jobs and audit entries',
    });
    let metricsDatabase: Database | undefined;
    try {
      metricsDatabase = openSoundDatabase({
        ...common,
        path: metricsPath,
        steps: METRICS_STEPS,
        durability: 'normal',
        what: 'the history of measurements',
      });
      return {
        database,
        metricsDatabase,
        group: createGroupCommit(database),
        jobs: createJobsTable(database),
        results: createResultsTable(database),
        output: createOutputTable(database),
        audit: createAuditTable(database),
        events: createEventsTable(database),
        metrics: createMetricsHistory({ database: metricsDatabase, now, onError: reportTrouble }),
      };
    } catch (error) {
      metricsDatabase?.close();
      database.close();
      throw error;
    }
  };

  const start = (): void => {
    makeFolder(dirname(path), 'The history');
    opened = open();
    const { metrics } = opened;
    timers = [setInterval(() => attempt(metrics.tick), TICK_MS), setInterval(() => attempt(clean), CLEAN_MS)];
    backups.start();
  };

  const stop = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer);
    timers = [];
    if (!opened) return;
    const { database, metricsDatabase, group, metrics } = opened;
    group.flush();
    attempt(metrics.flush);
    opened = undefined;
    try {
      await backups.stop();
    } finally {
      metricsDatabase.close();
      database.close();
    }
  };

  return {
    name: 'history',
    start,
    stop,
    get jobs() {
      return use().jobs;
    },
    get results() {
      return use().results;
    },
    get output() {
      return use().output;
    },
    get audit() {
      return use().audit;
    },
    get events() {
      return use().events;
    },
    get metrics() {
      return use().metrics;
    },
    transaction: (work) => use().database.transaction(work),
    async write(work) {
      return use().group.write(work);
    },
  };
}
