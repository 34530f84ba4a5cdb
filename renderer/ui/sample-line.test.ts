import { expect, test } from 'vitest';
import type { JobResultWithOutput } from '../../contract/model/job.ts';
import { SAMPLE_LIMIT_BYTES, sampleLine, valueLine } from './sample-line.ts';

function result(change: Partial<JobResultWithOutput>, stderrBytes = 5): JobResultWithOutput {
  const digest = { sha256: 'a'.repeat(64), kept: [] };
  return {
    jobId: 'job1',
    mac: 'B827EB000001',
    state: 'succeeded',
    detail: '',
    since: '2026-11-25T10:00:00Z',
    exitCode: 0,
    signal: null,
    startedAt: null,
    finishedAt: null,
    attempts: 1,
    error: null,
    output: { stdout: { ...digest, bytes: 5 }, stderr: { ...digest, bytes: stderrBytes } },
    value: null,
    stdout: '',
    stderr: '',
    stdoutEncoding: 'utf8',
    stderrEncoding: 'utf8',
    ...change,
  };
}

test('a success is told by its first printed line, without colours', () => {
  expect(sampleLine(result({ stdout: '\n\u001b[32mready\u001b[0m\nmore\n', stderr: 'warning' }))).toBe(
    'ready',
  );
  expect(sampleLine(result({ stderr: 'only a warning\n' }))).toBe('only a warning');
});

test('a failure is told by the last line of its errors, or the first when the end is not known', () => {
  const trace = 'Traceback\n  line 1\nImportError: No module named smbus\n';
  expect(sampleLine(result({ state: 'failed', stderr: trace }))).toBe('ImportError: No module named smbus');
  expect(sampleLine(result({ state: 'failed', stderr: trace }, SAMPLE_LIMIT_BYTES + 1))).toBe('Traceback');
  expect(sampleLine(result({ state: 'failed', stdout: 'no\n' }))).toBe('no');
});

test('what runs is told by its newest line, or by none when that is not known', () => {
  expect(sampleLine(result({ state: 'running', output: null, stdout: 'step 1\nstep 2\n' }))).toBe('step 2');
  const long = 'x'.repeat(SAMPLE_LIMIT_BYTES);
  expect(sampleLine(result({ state: 'running', output: null, stdout: long }))).toBe('');
});

test('binary output is named', () => {
  expect(sampleLine(result({ stdout: 'AAEC', stdoutEncoding: 'base64' }))).toBe('(binary output)');
});

test('a value is told by its plain facts', () => {
  expect(valueLine({ model: 'Pi 4', cpuCount: 4, disks: [] })).toBe('model Pi 4 · cpuCount 4');
});
