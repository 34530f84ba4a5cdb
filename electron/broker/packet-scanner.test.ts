import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { createConnectReader, createPacketScanner } from './packet-scanner.ts';

const connect = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: 'me',
  keepalive: 10,
});
const publishOf = (bytes: number): Buffer =>
  generate({
    cmd: 'publish',
    topic: 't',
    payload: Buffer.alloc(bytes),
    qos: 0,
    dup: false,
    retain: false,
  } satisfies Packet);

it('hands on the CONNECT and what follows it, however the bytes are cut', () => {
  const bytes = Buffer.concat([connect, publishOf(300)]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 8 }), (cuts) => {
      const reader = createConnectReader({ maximumBytes: 1000 });
      const edges = [...new Set([0, ...cuts, bytes.length])].sort((a, b) => a - b);
      for (let index = 1; index < edges.length; index += 1) {
        const result = reader.read(bytes.subarray(edges[index - 1], edges[index]));
        if (result.state === 'more') continue;
        expect(result.state).toBe('complete');
        if (result.state !== 'complete') return;
        expect(result.packet).toEqual(connect);
        expect(result.rest.length).toBe((edges[index] ?? 0) - connect.length);
        return;
      }
      expect.unreachable('the CONNECT never became complete');
    }),
  );
});

it.each([
  ['tls-on-plain-port', Buffer.from([0x16, 3, 1])],
  ['not-mqtt', Buffer.from('GET / HTTP/1.1\r\n')],
  ['not-mqtt', publishOf(10)],
  ['connect-too-large', Buffer.from([0x10, 0xff, 0xff, 0x7f])],
  ['malformed-packet', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
])('refuses a first packet as %s from its header alone', (reason, bytes) => {
  expect(createConnectReader({ maximumBytes: 1000 }).read(bytes)).toEqual({ state: 'refused', reason });
});

it('lets packets up to the limit pass and cuts one byte above, from its header alone', () => {
  const exact = publishOf(1000 - 5);
  expect(createPacketScanner({ maximumBytes: exact.length }).scan(exact)).toBeUndefined();
  expect(createPacketScanner({ maximumBytes: exact.length - 1 }).scan(exact.subarray(0, 3))).toBe(
    'packet-too-large',
  );
});

it('finds the oversized packet in any stream of packets, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 64 }),
      fc.boolean(),
      (sizes, step, withLarge) => {
        const packets = [...sizes.map(publishOf), generate({ cmd: 'pingreq' })];
        if (withLarge) packets.push(publishOf(1200));
        const bytes = Buffer.concat(packets);
        const scanner = createPacketScanner({ maximumBytes: 1000 });
        let refusal: string | undefined;
        for (let at = 0; at < bytes.length && !refusal; at += step)
          refusal = scanner.scan(bytes.subarray(at, at + step));
        expect(refusal).toBe(withLarge ? 'packet-too-large' : undefined);
      },
    ),
  );
});

it('cuts a stream that is no MQTT', () => {
  expect(createPacketScanner({ maximumBytes: 1000 }).scan(Buffer.from([0x00, 0x00]))).toBe(
    'malformed-packet',
  );
  expect(createPacketScanner({ maximumBytes: 1000 }).scan(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]))).toBe(
    'malformed-packet',
  );
});
