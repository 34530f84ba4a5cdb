import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterLog, parseLog } from './log-lines.ts';

const log = [
  '{"level":30,"time":1764028800000,"pid":7,"msg":"connected","broker":"mqtts://10.0.0.1:8883","tries":2}',
  '{"level":"warning","time":"2025-11-25T00:00:01Z","message":"hot"}',
  'Segmentation fault',
  '{"level":50,"msg":"cut in the mid',
  '',
].join('\n');

test('JSON lines show level, time, message and the other fields; others stay as they are', () => {
  const lines = parseLog(log);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatchObject({
    level: 'info',
    at: '2025-11-25T00:00:00.000Z',
    message: 'connected',
    fields: 'broker=mqtts://10.0.0.1:8883 tries=2',
  });
  expect(lines[1]).toMatchObject({ level: 'warn', message: 'hot' });
  expect(lines[2]).toMatchObject({ level: null, message: 'Segmentation fault' });
  expect(lines[3]).toMatchObject({ level: null, message: '{"level":50,"msg":"cut in the mid' });
});

test('the lines of our own agent show when and what', () => {
  const [line] = parseLog(
    '{"at":"2026-11-25T01:09:29.773Z","level":"info","event":"job-finished","op":"shell.run"}',
  );
  expect(line).toMatchObject({
    at: '2026-11-25T01:09:29.773Z',
    message: 'job-finished',
    fields: 'op=shell.run',
  });
});

test('a level hides what is less, but never a line that names no level', () => {
  expect(filterLog(parseLog(log), 'warn', '').map((line) => line.number)).toEqual([2, 3, 4]);
  expect(filterLog(parseLog(log), 'trace', 'HOT').map((line) => line.number)).toEqual([2]);
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseLog(text).length >= 0));
});
