import { AppError } from '../contract/lib/errors.ts';
import type { Job, JobResult } from '../contract/model/job.ts';
import type { OperationName } from '../contract/model/operation.ts';
import type { Connected } from './command.ts';
import { EXIT, exitCodeOfResults } from './exit-code.ts';
import { followJob, type JobListener, type JobOutcome } from './job-follow.ts';
import { writeJobJson } from './job-json.ts';
import { readJob } from './job-output.ts';
import { reportGroups, writeRawOutput } from './job-report.ts';
import { createPrefixPrinter, createRawPrinter, type LivePrinter } from './live-printer.ts';
import { createOutputFollower } from './output-follow.ts';
import { createProgressLine } from './progress-line.ts';
import { comparison, groupResults, outcomeText, tally } from './result-groups.ts';
import type { ResolvedTarget } from './targets.ts';
import { plainText } from './text.ts';

/** How the outcome of a job is shown. */
export interface JobOptions {
  /** False after --no-wait. */
  readonly wait?: boolean;
  readonly raw?: boolean;
  readonly fold?: boolean;
  /** Seconds after which devices that did not take the job are given up. */
  readonly deadline?: number;
}

/** Starts a job and shows it to its end; returns the exit code. */
export async function startJob(
  connected: Connected<JobOptions>,
  { site, target }: ResolvedTarget,
  op: OperationName,
  args: Record<string, unknown>,
): Promise<number> {
  const { deadline } = connected.options;
  const { job } = await connected.centre.client.call('jobs.start', {
    siteId: site.id,
    op,
    args,
    target,
    ...(deadline === undefined ? {} : { deadlineSec: deadline }),
  });
  return showJob(connected, job);
}

/** Waits for a job, unless told not to, and shows it; returns the exit code. */
export async function showJob(connected: Connected<JobOptions>, job: Job): Promise<number> {
  const { centre, terminal, options } = connected;
  if (options.wait === false) {
    const now = await readJob(centre.client, job.id);
    if (options.json) await writeJobJson({ client: centre.client, terminal }, now.job, now.results);
    else await terminal.out(`${job.id}\n`);
    return EXIT.ok;
  }
  const nameOf = namesOf(connected, job);
  const printer = livePrinter(connected, job, nameOf);
  const outcome = await followWithOutput(connected, job.id, printer);
  if (outcome.interrupted) {
    await terminal.err(`\nThe job is still running. To end it: muster jobs cancel ${job.id}\n`);
    return EXIT.interrupted;
  }
  await showOutcome(connected, outcome, nameOf);
  return exitCodeOfResults(outcome.results);
}

/** Which live output, if any: none where the whole result is written at the end. */
function livePrinter(
  { terminal, options }: Connected<JobOptions>,
  job: Job,
  nameOf: (mac: string) => string,
): LivePrinter | undefined {
  if (options.json) return undefined;
  if (job.total === 1) return createRawPrinter(terminal);
  if (options.raw || options.fold) return undefined;
  return createPrefixPrinter(terminal, nameOf);
}

async function followWithOutput(
  { centre, terminal }: Connected<JobOptions>,
  jobId: string,
  printer: LivePrinter | undefined,
): Promise<JobOutcome> {
  if (!printer) {
    const progress = createProgressLine(terminal);
    try {
      return await followJob({ centre, terminal }, jobId, progress);
    } finally {
      await progress.end();
    }
  }
  const follower = createOutputFollower({ client: centre.client, jobId, write: printer.write });
  const listener: JobListener = follower;
  const outcome = await followJob({ centre, terminal }, jobId, listener);
  if (!outcome.interrupted) await follower.finish(outcome.results);
  await printer.end();
  return outcome;
}

async function showOutcome(
  { centre, terminal, options }: Connected<JobOptions>,
  { job, results }: JobOutcome,
  nameOf: (mac: string) => string,
): Promise<void> {
  const { client } = centre;
  if (options.json) {
    await writeJobJson({ client, terminal }, job, results);
    return;
  }
  const [only] = results;
  if (job.total === 1 && only) {
    await showSingle({ centre, terminal }, job, only, nameOf);
    return;
  }
  if (options.raw) await writeRawOutput({ client, terminal }, job.id, results);
  if (options.fold) await reportGroups({ client, terminal, nameOf }, job, results);
  const troubled = results.filter(({ state }) => state !== 'succeeded');
  for (const result of troubled.slice(0, 20)) {
    await terminal.err(`${plainText(nameOf(result.mac))}: ${plainText(outcomeText(result))}\n`);
  }
  if (troubled.length > 20)
    await terminal.err(`… and ${troubled.length - 20} more: muster jobs show ${job.id}\n`);
  const compared = options.fold || options.raw ? '' : comparison(groupResults(results));
  await terminal.err(`${tally(results)}${compared ? ` (${compared})` : ''} · job ${job.id}\n`);
}

/** One device: its output is on the streams already; what is left to say is what did not go well. */
async function showSingle(
  { centre, terminal }: Pick<Connected<JobOptions>, 'centre' | 'terminal'>,
  job: Job,
  result: JobResult,
  nameOf: (mac: string) => string,
): Promise<void> {
  const hasOutput = (result.output?.stdout.bytes ?? 0) + (result.output?.stderr.bytes ?? 0) > 0;
  if (result.value !== null && !hasOutput) {
    await reportGroups({ client: centre.client, terminal, nameOf }, job, [result]);
  }
  if (result.state === 'succeeded') return;
  const later = result.state === 'queued' ? ` Its job is kept: muster jobs watch ${job.id}` : '';
  await terminal.err(`${plainText(nameOf(result.mac))}: ${plainText(outcomeText(result))}${later}\n`);
}

/** The names of a site's devices by MAC; with the MAC where several share a name. */
export function namesOf({ centre }: Pick<Connected<object>, 'centre'>, job: Job): (mac: string) => string {
  const counts = new Map<string, number>();
  for (const { siteId, name } of centre.devices()) {
    if (siteId === job.siteId) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (mac) => {
    const name = centre.device(job.siteId, mac)?.name ?? mac;
    return name !== mac && (counts.get(name) ?? 0) > 1 ? `${name} (${mac})` : name;
  };
}

/** The id of a job as it was typed; throws `invalid` for what can be none. */
export function checkJobId(id: string): string {
  if (/^[\w-]{1,64}$/.test(id)) return id;
  throw new AppError('invalid', `“${id}” is not the id of a job. “muster jobs” lists them.`);
}
