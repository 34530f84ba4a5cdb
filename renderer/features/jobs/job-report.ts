import { formatDuration } from '../../../contract/lib/time.ts';
import type { Job } from '../../../contract/model/job.ts';
import { formatMac } from '../../../contract/model/mac.ts';
import { COVERED, coverSecrets, programText, shownArguments } from '../../state/job-arguments.ts';
import {
  countClasses,
  countsSentence,
  jobDurationMs,
  resultClassOf,
  resultStateWords,
} from '../../state/result-class.ts';
import { outputText, type ReportRow } from './job-csv.ts';
import { type FoldedGroup, foldResults } from './output-folding.ts';

const OUTPUT_LIMIT_CHARS = 4_000;

/** The job and every result with the contract's own names; secret-looking environment values are covered. */
export function jobJson(job: Job, rows: readonly ReportRow[], now: string): string {
  const results = rows.map(({ name, result }) => ({ name, ...result }));
  return `${JSON.stringify({ ...job, args: coverSecrets(job.args), exportedAt: now, results }, null, 2)}\n`;
}

/** A report to paste into a ticket: what ran where, with which outcome, each output once. */
export function jobMarkdown(job: Job, rows: readonly ReportRow[], now: string): string {
  const byMac = new Map(rows.map((row) => [row.result.mac, row]));
  const program = programText(job.args);
  const parts = [
    `# ${inline(job.title)}`,
    factLines(job, now).join('\n'),
    ...(program ? [fence(program.text)] : []),
    ...foldResults(rows.map((row) => row.result)).map((group) => groupPart(group, byMac)),
    openPart(rows),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function factLines(job: Job, now: string): string[] {
  const open = job.finishedAt === null;
  const lines = [
    `- Result: ${countsSentence(countClasses(job.counts))}, of ${deviceCount(job.total)}${open ? '; not finished yet' : ''}`,
    `- Started: ${job.createdAt} by ${inline(job.createdBy)}`,
    `- ${open ? 'As of' : 'Finished'}: ${job.finishedAt ?? now}, after ${formatDuration(jobDurationMs(job, Date.parse(now)))}`,
    `- Job: ${job.id}${job.retryOf ? `, which repeats ${job.retryOf}` : ''}`,
  ];
  for (const { label, value, secret } of shownArguments(job.op, job.args)) {
    lines.push(`- ${label}: ${secret ? COVERED : code(value)}`);
  }
  return lines;
}

function groupPart(group: FoldedGroup, byMac: ReadonlyMap<string, ReportRow>): string {
  const row = byMac.get(group.sample.mac);
  if (!row) return '';
  const { result } = row;
  const ending = [resultStateWords(result.state)];
  if (result.exitCode !== null) ending.push(`exit ${result.exitCode}`);
  if (result.signal !== null) ending.push(result.signal);
  const count = group.macs.length === 1 ? '1 device' : `${group.macs.length} identical`;
  const outputs = (['stdout', 'stderr'] as const).map((stream) => {
    const text = outputText(result, stream, OUTPUT_LIMIT_CHARS);
    return text === '' ? '' : `${stream}:\n\n${fence(text)}`;
  });
  const silent = outputs.every((text) => text === '') && result.output !== null;
  return [
    `## ${count}: ${ending.join(', ')}`,
    group.macs.map((mac) => `- ${deviceWords(mac, byMac.get(mac)?.name)}`).join('\n'),
    result.error ? inline(result.error.message) : '',
    ...outputs,
    silent ? 'No output.' : '',
    result.value ? fence(JSON.stringify(result.value, null, 2)) : '',
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Devices that are not at their end: a report never leaves them out. */
function openPart(rows: readonly ReportRow[]): string {
  const open = rows.filter(({ result }) => ['running', 'waiting'].includes(resultClassOf(result.state)));
  if (open.length === 0) return '';
  const lines = open.map(({ name, result }) => {
    const detail = result.detail ? `: ${inline(result.detail)}` : '';
    return `- ${deviceWords(result.mac, name)} ${resultStateWords(result.state)} since ${result.since}${detail}`;
  });
  return `## ${deviceCount(open.length)} not finished\n\n${lines.join('\n')}`;
}

function deviceWords(mac: string, name: string | undefined): string {
  return name && name !== mac ? `${inline(name)} (${formatMac(mac)})` : formatMac(mac);
}

function deviceCount(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`;
}

/** Text inside a line: no line ends, and nothing that Markdown would read as its own. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|]/g, (mark) => `\\${mark}`);
}

function code(text: string): string {
  return text.includes('`') ? inline(text) : `\`${text.replace(/\s+/g, ' ')}\``;
}

/** A fenced block whose fence is longer than any run of backticks in the text. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}\n${text.replace(/\n$/, '')}\n${mark}`;
}

/** `muster-run-uname-a-2026-11-25.csv`: safe on every file system. */
export function reportFileName(job: Job, extension: string): string {
  const words = job.title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `muster-${words || 'job'}-${job.createdAt.slice(0, 10)}.${extension}`;
}
