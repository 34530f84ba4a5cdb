import type { Job, JobResult, OutputStream } from '../contract/model/job.ts';
import type { RpcClient } from '../contract/rpc/client.ts';
import { readOutput } from './job-output.ts';
import { comparison, groupResults, outcomeText, type ResultGroup, tally } from './result-groups.ts';
import { formatFacts } from './table.ts';
import type { Terminal } from './terminal.ts';
import { listed, paint, plainText, printableLine, relativeTime, stateColour } from './text.ts';

interface ReportContext {
  readonly client: RpcClient;
  readonly terminal: Terminal;
  readonly nameOf: (mac: string) => string;
}

/** Output of a group that is shown; --raw and --json give all of it. */
const SHOWN_LIMIT_BYTES = 64 * 1024;
const STREAMS: readonly OutputStream[] = ['stdout', 'stderr'];

/** A job with its results for a person: who and when, then each different result once with its devices. */
export async function reportJob(
  context: ReportContext,
  job: Job,
  results: readonly JobResult[],
): Promise<void> {
  const { terminal } = context;
  const now = terminal.now();
  const facts: [string, string][] = [
    ['Job', job.id],
    ['What', job.title],
    ['By', `${job.createdBy}, ${relativeTime(job.createdAt, now)}`],
    ['State', tally(results)],
  ];
  if (job.deadlineAt && job.finishedAt === null) facts.push(['Deadline', relativeTime(job.deadlineAt, now)]);
  if (job.retryOf) facts.push(['Repeats', job.retryOf]);
  await terminal.out(formatFacts(facts, terminal.hasColour));
  await reportGroups(context, job, results);
}

/** Each different result once, with the devices that have it; the largest group first. */
export async function reportGroups(
  context: ReportContext,
  job: Job,
  results: readonly JobResult[],
): Promise<void> {
  const groups = groupResults(results);
  for (const group of groups) await reportGroup(context, job.id, group);
  const words = comparison(groups);
  if (words) await context.terminal.out(`\n${words}\n`);
}

async function reportGroup(
  { client, terminal, nameOf }: ReportContext,
  jobId: string,
  { state, results }: ResultGroup,
): Promise<void> {
  const [first] = results;
  if (!first) return;
  const names = listed(results.map(({ mac }) => plainText(nameOf(mac))));
  const outcome = paint(plainText(outcomeText(first)), stateColour(state), terminal.hasColour);
  await terminal.out(`\n── ${names} · ${outcome}\n`);
  for (const stream of STREAMS) {
    if ((first.output?.[stream].bytes ?? 0) > 0) await showStream({ client, terminal }, jobId, first, stream);
  }
  if (first.value !== null) {
    await terminal.out(formatFacts(Object.entries(first.value), terminal.hasColour));
  }
}

async function showStream(
  { client, terminal }: Pick<ReportContext, 'client' | 'terminal'>,
  jobId: string,
  { mac, output }: JobResult,
  stream: OutputStream,
): Promise<void> {
  if (stream === 'stderr') await terminal.out(paint('stderr:\n', 'dim', terminal.hasColour));
  let shown = 0;
  for await (const { bytes } of readOutput(client, { jobId, mac, stream })) {
    const part = bytes.subarray(0, SHOWN_LIMIT_BYTES - shown);
    shown += part.length;
    await terminal.out(printable(part));
    if (shown >= SHOWN_LIMIT_BYTES) break;
  }
  const total = output?.[stream].bytes ?? shown;
  if (total > shown) {
    await terminal.out(
      `[${shown} of ${total} bytes shown; muster jobs show ${jobId} --raw writes what is kept]\n`,
    );
  }
}

/** Text ends with a line end; bytes that are no text are counted, not shown. */
function printable(bytes: Buffer): string {
  if (bytes.includes(0)) return `[${bytes.length} bytes of binary data; --raw writes them]\n`;
  const lines = bytes.toString('utf8').split(/\r?\n/).map(printableLine);
  if (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

/** Exactly what the devices printed, one after the other, without a word between. */
export async function writeRawOutput(
  { client, terminal }: Pick<ReportContext, 'client' | 'terminal'>,
  jobId: string,
  results: readonly JobResult[],
): Promise<void> {
  for (const { mac, output } of results) {
    for (const stream of STREAMS) {
      let written = 0;
      for await (const { bytes } of readOutput(client, { jobId, mac, stream })) {
        await (stream === 'stdout' ? terminal.out(bytes) : terminal.err(bytes));
        written += bytes.length;
      }
      const missing = (output?.[stream].bytes ?? written) - written;
      if (missing > 0) await terminal.err(`muster: ${missing} bytes of ${stream} of ${mac} were not kept\n`);
    }
  }
}
