import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTopics, parseDeviceTopic, topicSafe } from './topics.ts';

const BASE = 'iotm-sys/v2';
const topics = createTopics('iotm-sys');
const mac = fc.stringMatching(/^[0-9A-F]{12}$/);
const jobId = fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/);

test('every topic that a device publishes on is taken apart into what it was made of', () => {
  fc.assert(
    fc.property(mac, jobId, (address, id) => {
      for (const kind of ['presence', 'inventory', 'metrics', 'want', 'join'] as const)
        expect(parseDeviceTopic(BASE, topics[kind](address))).toEqual({ kind, mac: address });
      expect(parseDeviceTopic(BASE, topics.job(address, id))).toEqual({
        kind: 'job',
        mac: address,
        jobId: id,
      });
    }),
  );
});

test('whatever else a topic is, it is either made again from its parts or not a device’s', () => {
  const level = fc.oneof(
    fc.constantFrom(
      'device',
      'site',
      'job',
      'want',
      'join',
      'presence',
      'iotm-sys',
      'v2',
      '',
      '+',
      '#',
      '..',
    ),
    fc.constantFrom('B827EB407E5A', 'b827eb407e5a', 'B827EB407E5', 'B827EB407E5A\n', '00000000'),
    fc.string({ unit: 'binary' }),
  );
  const topic = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(level, { maxLength: 6 }).map((levels) => levels.join('/')),
    fc.array(level, { maxLength: 4 }).map((levels) => [BASE, ...levels].join('/')),
  );
  fc.assert(
    fc.property(topic, (text) => {
      const parsed = parseDeviceTopic(BASE, text);
      if (!parsed) return;
      const again =
        parsed.kind === 'job' ? topics.job(parsed.mac, parsed.jobId) : topics[parsed.kind](parsed.mac);
      expect(again).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  'iotm-sys/v1/device/B827EB407E5A/presence',
  'other/v2/device/B827EB407E5A/presence',
  'iotm-sys/v2/device/B827EB407E5A/presence/more',
  'iotm-sys/v2/device/B827EB407E5A/request',
  'iotm-sys/v2/device/b827eb407e5a/presence',
  'iotm-sys/v2/device/B827EB407E5A/job/short',
  'iotm-sys/v2/site/link/B827EB407E5A',
  'iotm-sys/v2device/B827EB407E5A/presence',
])('%s is no topic of a device', (topic) => {
  expect(parseDeviceTopic(BASE, topic)).toBeUndefined();
});

test('a group’s name is one level without wildcards, and no two names share one', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(name, (text) => {
      const level = topicSafe(text);
      expect(level).toMatch(/^[A-Za-z0-9\-_.!~*'()%]+$/);
      expect(decodeURIComponent(level)).toBe(text.replace(/\p{Cs}/gu, '\ufffd'));
    }),
  );
  expect(topics.groupRequest('Halle Süd')).toBe('iotm-sys/v2/group/Halle%20S%C3%BCd/request');
  expect(topicSafe('\ud800')).toBe('%EF%BF%BD');
});
