import { AppError } from '../../../contract/lib/errors.ts';
import type { Job, JobResult, JobResultWithOutput, OutputStream } from '../../../contract/model/job.ts';
import { OPERATIONS } from '../../../contract/model/operation.ts';
import { roleAllows } from '../../../contract/model/role.ts';
import type { Handlers, Session } from '../../../contract/rpc/contract.ts';
import type { Audit } from '../audit/audit.ts';
import type { History } from '../history/history.ts';
import type { StoredResult } from '../history/job-row.ts';
import type { Sites } from '../sites/sites.ts';
import type { JobEngine } from './job-engine.ts';
import { clipToKept, outputText } from './output-text.ts';

type JobHandlers = Pick<
  Handlers,
  | 'jobs.start'
  | 'jobs.list'
  | 'jobs.show'
  | 'jobs.of-device'
  | 'jobs.watch'
  | 'jobs.unwatch'
  | 'jobs.cancel'
  | 'jobs.retry'
  | 'jobs.read-output'
>;

/** Output in one answer: more would take the memory that everyone else needs. */
const ANSWER_LIMIT_CHARACTERS = 32 * 1024 * 1024;

export interface JobHandlersOptions {
  readonly sites: Sites;
  readonly history: History;
  readonly audit: Audit;
  readonly now: () => number;
  watch(jobId: string, session: Session): void;
  unwatch(jobId: string, session: Session): void;
}

export function createJobHandlers({
  sites,
  history,
  audit,
  now,
  watch,
  unwatch,
}: JobHandlersOptions): JobHandlers {
  function jobOf(jobId: string): Job {
    const job = history.jobs.get(jobId);
    if (job) return job;
    throw new AppError(
      'not-found',
      `There is no job ${jobId}. Run \`muster jobs\` to see those that are kept.`,
    );
  }
  const engineOf = (job: Job): JobEngine => sites.get(job.siteId).jobs;

  function present(row: StoredResult): JobResult {
    return sites.get(row.siteId).jobs.present(row);
  }

  function withOutput(row: StoredResult, limitBytes: number): JobResultWithOutput {
    const text = (stream: OutputStream) =>
      outputText(
        limitBytes === 0
          ? []
          : clipToKept(
              history.output.read(row.jobId, row.mac, stream, { limitBytes }),
              row.output?.[stream].kept,
            ),
      );
    const [stdout, stderr] = [text('stdout'), text('stderr')];
    return {
      ...present(row),
      stdout: stdout.text,
      stderr: stderr.text,
      stdoutEncoding: stdout.encoding,
      stderrEncoding: stderr.encoding,
    };
  }

  function requireRole(job: Pick<Job, 'op'>, session: Session): void {
    if (roleAllows(session.role, OPERATIONS[job.op].access)) return;
    throw new AppError(
      'denied',
      `Your role (${session.role}) does not let you use “${OPERATIONS[job.op].title}”. Ask an admin of the site.`,
    );
  }

  return {
    async 'jobs.start'({ siteId, op, args, target, deadlineSec }, session) {
      requireRole({ op }, session);
      const { fleet, jobs } = sites.get(siteId);
      const macs = fleet.resolve(target);
      const deadlineAt =
        deadlineSec === undefined ? null : new Date(now() + deadlineSec * 1000).toISOString();
      const job = await jobs.create({ op, args, macs, createdBy: session.actor, deadlineAt, retryOf: null });
      return { job };
    },
    'jobs.list'({ siteId, mac, beforeId, limit }) {
      if (mac !== undefined && siteId !== undefined) {
        const page = beforeId === undefined ? {} : { beforeJobId: beforeId };
        const rows = history.results.listForDevice(siteId, mac, { limit, ...page });
        return { jobs: rows.map((row) => jobOf(row.jobId)) };
      }
      const site = siteId === undefined ? {} : { siteId };
      const page = beforeId === undefined ? {} : { beforeId };
      return { jobs: history.jobs.list({ limit, ...site, ...page }) };
    },
    'jobs.show'({ jobId, macs, outputLimitBytes }) {
      const job = jobOf(jobId);
      const chosen = macs && new Set(macs);
      const rows = history.results.list(jobId).filter(({ mac }) => !chosen || chosen.has(mac));
      let characters = 0;
      const results = rows.map((row) => {
        const result = withOutput(row, outputLimitBytes);
        characters += result.stdout.length + result.stderr.length;
        if (characters > ANSWER_LIMIT_CHARACTERS) {
          throw new AppError(
            'too-large',
            'This job printed more than fits into one answer. Ask for fewer devices at a time, or for less of their output.',
          );
        }
        return result;
      });
      return { job, results };
    },
    'jobs.of-device'({ siteId, mac, limit }) {
      sites.get(siteId);
      const rows = history.results.listForDevice(siteId, mac, { limit });
      return { items: rows.map((row) => ({ job: jobOf(row.jobId), result: present(row) })) };
    },
    'jobs.watch'({ jobId }, session) {
      const job = jobOf(jobId);
      watch(jobId, session);
      return { job, results: history.results.list(jobId).map(present) };
    },
    'jobs.unwatch'({ jobId }, session) {
      unwatch(jobId, session);
      return {};
    },
    async 'jobs.cancel'({ jobId, macs }, session) {
      const job = jobOf(jobId);
      await audit.record({
        siteId: job.siteId,
        actor: session.actor,
        action: 'jobs.cancel',
        target: jobId,
        detail: macs ? macs.slice(0, 30).join(' ') : 'all devices',
      });
      return { job: await engineOf(job).cancel(jobId, macs) };
    },
    async 'jobs.retry'({ jobId, macs }, session) {
      const job = jobOf(jobId);
      requireRole(job, session);
      const created = await engineOf(job).retry(jobId, macs, session.actor);
      return { job: created };
    },
    'jobs.read-output'({ jobId, mac, stream, offset, limitBytes }) {
      jobOf(jobId);
      const kept = history.results.get(jobId, mac)?.output?.[stream].kept;
      const read = (fromOffset: number, limit: number) =>
        clipToKept(history.output.read(jobId, mac, stream, { fromOffset, limitBytes: limit }), kept);
      const [part] = read(offset, limitBytes);
      if (!part) return { offset, data: '', nextOffset: null };
      const end = part.offset + part.bytes.length;
      const more = read(end, 1).length > 0;
      return { offset: part.offset, data: part.bytes.toString('base64'), nextOffset: more ? end : null };
    },
  };
}
