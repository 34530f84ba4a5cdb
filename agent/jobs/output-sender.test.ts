import { expect, test } from 'vitest';
import { OUTPUT_CHUNK_BYTES } from '../../contract/wire/limits.ts';
import type { OutputSource } from './output-file.ts';
import { createChunkBudget, createOutputSender, type OutputChunk } from './output-sender.ts';

/** A stream that is whole in memory, and a broker that answers when it is told to. */
function setUp(options: { budget?: number } = {}) {
  const source = (): OutputSource & { bytes: Buffer } => {
    const stream = {
      bytes: Buffer.alloc(0),
      readableRanges: () => (stream.bytes.length > 0 ? [{ offset: 0, length: stream.bytes.length }] : []),
      read: (offset: number, length: number) => stream.bytes.subarray(offset, offset + length),
    };
    return stream;
  };
  const sources = { stdout: source(), stderr: source() };
  const sent: (OutputChunk & { settle: (error?: Error) => void })[] = [];
  let nowMs = 0;
  let drains = 0;
  const sender = createOutputSender({
    ...{ sources, budget: createChunkBudget(options.budget ?? 8), connected: true, monotonicMs: () => nowMs },
    publish: (chunk) =>
      new Promise((resolve, reject) =>
        sent.push({ ...chunk, settle: (error) => (error ? reject(error) : resolve()) }),
      ),
    onDrained: () => {
      drains += 1;
    },
  });
  const settleAll = async (error?: Error): Promise<void> => {
    for (const chunk of sent) chunk.settle(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...{ sender, sources, sent, settleAll },
    drains: () => drains,
    pass: (ms: number) => {
      nowMs += ms;
    },
    print(stream: 'stdout' | 'stderr', bytes: number) {
      sources[stream].bytes = Buffer.concat([sources[stream].bytes, Buffer.alloc(bytes, 97)]);
      sender.notify();
    },
  };
}

test('the first bytes go at once, more of them are gathered, and at most two chunks are on their way', async () => {
  const { print, sent, pass, settleAll, sender } = setUp();
  print('stdout', 5);
  print('stdout', 5);
  expect(sent.map(({ offset, data }) => [offset, data.length])).toEqual([[0, 8]]);
  pass(50);
  print('stdout', 5 * OUTPUT_CHUNK_BYTES);
  expect(sent.length).toBe(2);
  sender.notify();
  expect(sent.length).toBe(2);
  await settleAll();
  expect(sent.length).toBe(4);
  sender.stop();
});

test('it is drained when all that was printed on both streams was taken, and again after a rewind', async () => {
  const { print, sent, settleAll, sender, drains } = setUp();
  print('stdout', 100);
  print('stderr', 50);
  sender.finish();
  expect(sender.drained).toBe(false);
  await settleAll();
  expect(drains()).toBe(1);
  expect(sent.map(({ stream }) => stream).sort()).toEqual(['stderr', 'stdout']);
  sender.rewind('stdout', 90);
  expect(sent.at(-1)).toMatchObject({ stream: 'stdout', offset: 90 });
  await settleAll();
  expect(drains()).toBe(2);
});

test('what is lost with a connection is sent again from there on the next one', async () => {
  const { print, sent, settleAll, sender, drains } = setUp();
  print('stdout', 3 * OUTPUT_CHUNK_BYTES);
  sender.finish();
  await settleAll(new Error('gone'));
  expect(sent.length).toBe(2);
  sender.setConnected(true);
  expect(sent.slice(2).map(({ offset }) => offset)).toEqual([0, OUTPUT_CHUNK_BYTES]);
  await settleAll();
  await settleAll();
  expect(sent.at(-1)?.offset).toBe(2 * OUTPUT_CHUNK_BYTES);
  expect(drains()).toBe(1);
});

test('senders share what may be on its way, and one that stops gives its turn on', async () => {
  const budget = createChunkBudget(1);
  const release = budget.take(() => undefined);
  const woken: string[] = [];
  expect(budget.take(() => woken.push('stopped'))).toBeUndefined();
  expect(budget.take(() => woken.push('other'))).toBeUndefined();
  release?.();
  expect(woken).toEqual(['stopped', 'other']);
});
