import { expect, test } from 'vitest';
import type { Job, JobResultWithOutput } from '../../../contract/model/job.ts';
import { csvField, jobCsv, outputText, type ReportRow } from './job-csv.ts';
import { jobJson, jobMarkdown, reportFileName } from './job-report.ts';

const NOW = '2026-11-25T10:01:00Z';
const job: Job = {
  id: 'job1',
  siteId: 'site0001',
  op: 'shell.run',
  title: 'Run echo *hi*',
  args: { command: 'echo *hi*', environment: { TOKEN: 'abc' }, timeoutSec: 600 },
  state: 'running',
  createdAt: '2026-11-25T10:00:00Z',
  createdBy: 'A. Kern',
  finishedAt: null,
  deadlineAt: null,
  retryOf: null,
  total: 3,
  counts: { succeeded: 2, queued: 1 },
};

function row(mac: string, name: string, change: Partial<JobResultWithOutput> = {}): ReportRow {
  const digest = { bytes: 3, sha256: 'a'.repeat(64), kept: [{ offset: 0, length: 3 }] };
  return {
    name,
    result: {
      jobId: 'job1',
      mac,
      state: 'succeeded',
      detail: '',
      since: '2026-11-25T10:00:02Z',
      exitCode: 0,
      signal: null,
      startedAt: '2026-11-25T10:00:01Z',
      finishedAt: '2026-11-25T10:00:02.500Z',
      attempts: 1,
      error: null,
      output: { stdout: digest, stderr: { ...digest, bytes: 0, kept: [] } },
      value: null,
      stdout: 'hi\n',
      stderr: '',
      stdoutEncoding: 'utf8',
      stderrEncoding: 'utf8',
      ...change,
    },
  };
}

const waiting = row('B827EB000003', 'press-3', {
  state: 'queued',
  detail: 'Offline since 09:40; starts when it appears.',
  exitCode: null,
  startedAt: null,
  finishedAt: null,
  output: null,
  stdout: '',
});
const rows = [row('B827EB000001', 'press-1'), row('B827EB000002', 'press-2'), waiting];

test('CSV has one line a device with its duration and output, and an empty field for what is unknown', () => {
  const lines = jobCsv(rows).slice(1).trimEnd().split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^mac,name,state,exit_code/);
  expect(lines[1]).toContain('B827EB000001,press-1,succeeded,0,,');
  expect(lines[1]).toContain(',1.5,1,');
  expect(lines[3]).toContain('B827EB000003,press-3,queued,,,');
});

test('CSV fields are quoted, and no output becomes a formula', () => {
  expect(csvField('a "b", c')).toBe('"a ""b"", c"');
  expect(csvField('=cmd|calc')).toBe(`'=cmd|calc`);
  expect(csvField('-12.5')).toBe('-12.5');
  expect(csvField(null)).toBe('');
});

test('an output that was cut says so, and a binary one is named', () => {
  const { result } = row('B827EB000001', 'a', { stdout: 'x'.repeat(10) });
  expect(outputText(result, 'stdout', 4)).toBe('xxxx\n(cut here: 3 bytes in all)');
  const digest = { bytes: 20_000_000, sha256: 'b'.repeat(64), kept: [] };
  const long = row('B827EB000001', 'a', { output: { stdout: digest, stderr: digest } }).result;
  expect(outputText(long, 'stdout', 100)).toBe('hi\n\n(cut: 20000000 bytes in all)');
  expect(outputText({ ...long, stdoutEncoding: 'base64' }, 'stdout', 100)).toBe(
    '(binary output, 20000000 bytes)',
  );
});

test('the Markdown report folds what is identical, names every device and leaves out no open one', () => {
  const text = jobMarkdown(job, rows, NOW);
  expect(text).toContain('# Run echo \\*hi\\*');
  expect(text).toContain('- Result: 2 succeeded · 1 waiting, of 3 devices; not finished yet');
  expect(text).toContain('## 2 identical: succeeded, exit 0');
  expect(text).toContain('- press-1 (B8:27:EB:00:00:01)');
  expect(text).toContain('stdout:\n\n```\nhi\n```');
  expect(text).toContain('## 1 device not finished');
  expect(text).toContain('Offline since 09:40; starts when it appears.');
});

test('no report carries a secret-looking environment value', () => {
  expect(jobMarkdown(job, rows, NOW)).not.toContain('abc');
  expect(jobJson(job, rows, NOW)).not.toContain('"abc"');
});

test('output that contains a fence cannot break out of its block', () => {
  const text = jobMarkdown(job, [row('B827EB000001', 'a', { stdout: '```\n# fake\n```\n' })], NOW);
  expect(text).toContain('````\n```\n# fake\n```\n````');
});

test('JSON uses the names of the contract', () => {
  const parsed: unknown = JSON.parse(jobJson(job, rows, NOW));
  expect(parsed).toMatchObject({ id: 'job1', results: [{ mac: 'B827EB000001', stdout: 'hi\n' }, {}, {}] });
});

test('file names are safe', () => {
  expect(reportFileName(job, 'csv')).toBe('muster-run-echo-hi-2026-11-25.csv');
  expect(reportFileName({ ...job, title: '../../..' }, 'json')).toBe('muster-job-2026-11-25.json');
});
