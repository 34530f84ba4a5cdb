import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJournal, type FinishedEntry } from './journal.ts';
import { decodeEntry, type EntryOf, encodeEntry, type JournalEntry } from './journal-entry.ts';
import { loadLines } from './journal-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const kid = 'A'.repeat(43);
const at = '2026-01-01T00:00:00.000Z';
const accepted = (id: string, seq: number): EntryOf<'accepted'> => ({
  ...{ t: 'accepted', id, op: 'shell.run', argsHash: 'a'.repeat(64), kid, seq, at },
});
const started = (id: string): EntryOf<'started'> => ({ t: 'started', id, at, bootId: 'boot' });
const finished = (id: string, result = 'jws'): FinishedEntry => ({
  ...{ t: 'finished', id, op: 'shell.run', at, bootId: 'boot', uptimeMs: 5 },
  ...{ state: 'succeeded', exitCode: 0, signal: null, durationMs: 3, result },
});
async function opened() {
  const journal = createJournal({
    path,
    reservePath: join(folder, 'reserve'),
    onError: (error) => {
      throw error;
    },
  });
  return { journal, report: await journal.open() };
}

test('every job is remembered over a restart with its state, its result and its sequence number', async () => {
  const first = await opened();
  await first.journal.accept(accepted('job-finished', 1), started('job-finished'));
  await first.journal.finish(finished('job-finished', 'the result'));
  await first.journal.accept(accepted('job-running', 2), started('job-running'));
  await first.journal.noteProcess('job-running', 42, '777');
  await first.journal.accept(accepted('job-waiting', 3));
  await first.journal.close();
  const { journal, report } = await opened();
  expect(report).toEqual({ damagedLines: 0, tornBytes: 0 });
  expect(journal.jobs().map(({ id, state }) => [id, state])).toEqual([
    ['job-finished', 'finished'],
    ['job-running', 'started'],
    ['job-waiting', 'dropped'],
  ]);
  expect(await journal.result('job-finished')).toBe('the result');
  expect(journal.job('job-running')?.process).toMatchObject({ pid: 42, pidStart: '777' });
  expect([1, 2, 3, 4].map((seq) => journal.replay.check(kid, seq))).toEqual(['seen', 'seen', 'seen', 'new']);
  await journal.close();
});

test('a last line that a power cut tore is cut off, and the next one is written after the whole ones', async () => {
  const first = await opened();
  await first.journal.accept(accepted('job-one-1', 1), started('job-one-1'));
  await first.journal.close();
  await appendFile(path, encodeEntry(finished('job-one-1')).slice(0, 60));
  const second = await opened();
  expect(second.report.tornBytes).toBe(60);
  expect(second.journal.job('job-one-1')?.state).toBe('started');
  await second.journal.finish(finished('job-one-1'));
  await second.journal.close();
  const third = await opened();
  expect(third.report).toEqual({ damagedLines: 0, tornBytes: 0 });
  expect(third.journal.job('job-one-1')?.state).toBe('finished');
  await third.journal.close();
});

test('damage in the middle loses only that line, is reported, kept aside, and lets no old number through', async () => {
  const first = await opened();
  await first.journal.accept(accepted('job-one-1', 1), started('job-one-1'));
  await first.journal.accept(accepted('job-two-2', 5));
  await first.journal.close();
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('"seq":1', '"seq":9'));
  const { journal, report } = await opened();
  expect(report.damagedLines).toBe(1);
  expect(journal.job('job-one-1')?.state).toBe('started');
  expect(journal.replay.check(kid, 4)).not.toBe('new');
  expect(journal.replay.check(kid, 6)).toBe('new');
  expect((await stat(`${path}.damaged`)).size).toBeGreaterThan(0);
  await journal.close();
});

test('a long history is rewritten shorter, forgets only what is old and acknowledged, and keeps every result unread', async () => {
  const { journal } = await opened();
  const long = 'x'.repeat(5000);
  for (let start = 0; start < 2400; start += 100) {
    const ids = Array.from({ length: 100 }, (_, index) => `job-${String(start + index).padStart(6, '0')}`);
    await Promise.all(ids.map((id, index) => journal.accept(accepted(id, start + index + 1), started(id))));
    await Promise.all(ids.map((id) => journal.finish(finished(id, `${id} ${long}`))));
    if (start > 0) await journal.acknowledge(ids);
  }
  await journal.close();
  expect((await stat(path)).size).toBeLessThan(2400 * 5000);
  const again = (await opened()).journal;
  expect(again.unacknowledgedCount()).toBe(100);
  expect(await again.result('job-000007')).toBe(`job-000007 ${long}`);
  expect(again.job('job-002399')).toMatchObject({ state: 'finished', acknowledged: true });
  expect(again.replay.check(kid, 2400)).toBe('seen');
  expect(again.jobs().length).toBeGreaterThanOrEqual(2100);
  await again.close();
});

const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1 }))
    .map(([n, seq]) => accepted(`job-0000${n}`, seq)),
  fc.integer({ min: 1, max: 9 }).map((n) => started(`job-0000${n}`)),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.string({ unit: 'grapheme' }))
    .map(([n, text]) => finished(`job-0000${n}`, text)),
);

test('any entry reads back as it was written, and no damage to a line passes unseen', () => {
  fc.assert(
    fc.property(entry, fc.nat(), fc.integer({ min: 1, max: 255 }), (original, place, flip) => {
      const line = Buffer.from(encodeEntry(original)).subarray(0, -1);
      expect(decodeEntry(line.toString())).toEqual(original);
      const damaged = Buffer.from(line);
      const index = place % damaged.length;
      damaged[index] = (damaged[index] ?? 0) ^ flip;
      expect(decodeEntry(damaged.toString())).toBeUndefined();
    }),
  );
});

test('the reader takes any bytes without failing, and finds every whole line among rubbish', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(entry, fc.uint8Array({ maxLength: 300 })), { maxLength: 20 }),
      fc.uint8Array({ maxLength: 50 }),
      (parts, tail) => {
        const entries: JournalEntry[] = [];
        const lines = parts.map((part) => {
          if (part instanceof Uint8Array)
            return Buffer.concat([part.filter((byte) => byte !== 10), Buffer.from('\n')]);
          entries.push(part);
          return Buffer.from(encodeEntry(part));
        });
        const found: JournalEntry[] = [];
        const bytes = Buffer.concat([...lines, tail.filter((byte) => byte !== 10)]);
        loadLines(bytes, (item) => found.push(item));
        expect(found).toEqual(entries);
      },
    ),
  );
});
