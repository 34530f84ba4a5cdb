import { expect, it } from 'vitest';
import { createSessionStore, topicMatches } from './session-store.ts';

const limits = { retainedMessages: 3, retainedBytes: 100, rememberedSessions: 2, subscriptionsPerClient: 2 };
const packet = (topic: string, bytes: number) => ({
  topic,
  payload: Buffer.alloc(bytes, 1),
  qos: 1,
  retain: true,
});

it('returns retained messages by exact topic and by wildcard', async () => {
  const store = createSessionStore(limits);
  await store.storeRetained(packet('a/1', 5));
  await store.storeRetained(packet('a/2', 5));
  await store.storeRetained(packet('b', 5));
  const topics = async (...filters: string[]) =>
    (await store.createRetainedStreamCombi(filters).toArray()).map(
      (stored: { topic: string }) => stored.topic,
    );
  expect(await topics('a/1')).toEqual(['a/1']);
  expect(await topics('a/+')).toEqual(['a/1', 'a/2']);
  expect(await topics('#')).toEqual(['a/1', 'a/2', 'b']);
  expect(await topics('c', 'b')).toEqual(['b']);
  await store.storeRetained(packet('a/1', 0));
  expect(await topics('a/#')).toEqual(['a/2']);
  expect(store.retainedSize()).toEqual({ messages: 2, bytes: 10 });
});

it('never holds more retained messages or bytes than allowed', async () => {
  const store = createSessionStore(limits);
  for (let index = 0; index < 10; index += 1) await store.storeRetained(packet(`t/${index}`, 30));
  expect(store.retainedSize()).toEqual({ messages: 3, bytes: 90 });
  expect(store.hasRoomFor('t/0', 40)).toBe(true);
  expect(store.hasRoomFor('t/0', 41)).toBe(false);
  expect(store.hasRoomFor('new', 1)).toBe(false);
  expect(store.hasRoomFor('new', 0)).toBe(true);
});

it('does not keep the chunk that a retained payload was cut from', async () => {
  const store = createSessionStore(limits);
  const chunk = Buffer.alloc(60_000);
  await store.storeRetained({ ...packet('a', 0), payload: chunk.subarray(10, 20) });
  const [stored] = await store.createRetainedStream('a').toArray();
  expect(stored.payload.buffer.byteLength).toBeLessThan(60_000);
});

it('remembers the subscriptions of the sessions used last, bounded, and queues nothing', async () => {
  const store = createSessionStore(limits);
  const topics = async (id: string) => (await store.subscriptionsByClient({ id })).map(({ topic }) => topic);
  await store.addSubscriptions(
    { id: 'one' },
    ['a', 'b', 'c'].map((topic) => ({ topic, qos: 1 })),
  );
  expect(await topics('one')).toEqual(['a', 'b']);
  await store.addSubscriptions({ id: 'two' }, [{ topic: 'a', qos: 1 }]);
  await store.addSubscriptions({ id: 'three' }, [{ topic: 'a', qos: 1 }]);
  expect(await topics('one')).toEqual([]);
  await store.removeSubscriptions({ id: 'two' }, ['a']);
  expect(await topics('two')).toEqual([]);
  await store.cleanSubscriptions({ id: 'three' });
  expect(await topics('three')).toEqual([]);
  expect(await store.subscriptionsByTopic()).toEqual([]);
});

it.each([
  ['a/b', 'a/b', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/c', false],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['+/+', '/b', true],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', true],
  ['a', 'a/b', false],
  ['a/b/c', 'a/b', false],
])('matches %s with %s: %s', (filter, topic, expected) => {
  expect(topicMatches(filter.split('/'), topic)).toBe(expected);
});
