import type { JobResultWithOutput, OutputStream, StreamSummary } from '../../../contract/model/job.ts';

/** A result with its output and the name of its device, as reports need it. */
export interface ReportRow {
  readonly name: string;
  readonly result: JobResultWithOutput;
}

/** What spreadsheets hold in one cell, in characters. */
const CELL_LIMIT_CHARS = 32_000;

const COLUMNS: readonly (readonly [
  head: string,
  value: (row: ReportRow) => string | number | null | undefined,
])[] = [
  ['mac', ({ result }) => result.mac],
  ['name', ({ name }) => name],
  ['state', ({ result }) => result.state],
  ['exit_code', ({ result }) => result.exitCode],
  ['signal', ({ result }) => result.signal],
  ['since', ({ result }) => result.since],
  ['started_at', ({ result }) => result.startedAt],
  ['finished_at', ({ result }) => result.finishedAt],
  ['duration_s', ({ result }) => durationSec(result)],
  ['attempts', ({ result }) => result.attempts],
  ['detail', ({ result }) => result.detail],
  ['error_code', ({ result }) => result.error?.code],
  ['error_message', ({ result }) => result.error?.message],
  ['stdout_bytes', ({ result }) => result.output?.stdout.bytes],
  ['stdout_sha256', ({ result }) => result.output?.stdout.sha256],
  ['stderr_bytes', ({ result }) => result.output?.stderr.bytes],
  ['stderr_sha256', ({ result }) => result.output?.stderr.sha256],
  ['stdout', ({ result }) => outputText(result, 'stdout', CELL_LIMIT_CHARS)],
  ['stderr', ({ result }) => outputText(result, 'stderr', CELL_LIMIT_CHARS)],
];

/** One line a device, in RFC 4180 form with a byte order mark, so that spreadsheets read it as UTF-8. */
export function jobCsv(rows: readonly ReportRow[]): string {
  const lines = [
    COLUMNS.map(([head]) => head),
    ...rows.map((row) => COLUMNS.map(([, value]) => csvField(value(row)))),
  ];
  return `\ufeff${lines.map((fields) => fields.join(',')).join('\r\n')}\r\n`;
}

/**
 * A field in quotes where it needs them. Text that a spreadsheet would run as a formula is given an apostrophe in
 * front: outputs come from devices, and a report must never act.
 */
export function csvField(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What was kept of a stream as text, with a word about what is missing; binary output is named, not shown. */
export function outputText(result: JobResultWithOutput, stream: OutputStream, limitChars: number): string {
  if (result[`${stream}Encoding`] === 'base64') {
    return `(binary output, ${result.output?.[stream].bytes ?? 'unknown number of'} bytes)`;
  }
  const text = result[stream];
  const summary = result.output?.[stream];
  if (text.length > limitChars) {
    return `${text.slice(0, limitChars)}\n(cut here: ${summary ? `${summary.bytes} bytes in all` : 'there is more'})`;
  }
  if (summary && utf8Length(text) < summary.bytes) return `${text}\n(cut: ${summary.bytes} bytes in all)`;
  return text;
}

function durationSec(result: JobResultWithOutput): number | null {
  if (!result.startedAt || !result.finishedAt) return null;
  return (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Bytes of a stream that are stored; less than `bytes` when the middle was left out. */
export function keptBytes(summary: StreamSummary): number {
  return summary.kept.reduce((sum, range) => sum + range.length, 0);
}
