import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, TEST_MAC, type TestBroker } from '../../test/support/broker.ts';
import { until } from '../../test/support/poll.ts';

let site: TestBroker;
const states: string[] = [];

beforeAll(async () => {
  site = await startTestBroker();
  site.broker.states.on(({ state }) => states.push(state));
});
afterAll(() => site.stop());

const topic = fc.oneof(
  fc.constantFrom(
    `iotm-sys/v2/device/${TEST_MAC}/metrics`,
    `iotm-sys/v2/device/${TEST_MAC}/presence`,
    'iotm-sys/v2/all/request',
    'iotm-sys/v2/blob/+/+',
    '$SYS/#',
    '#',
    '+',
    '/',
    '__proto__',
    'constructor',
    'x/'.repeat(150),
  ),
  fc.string({ minLength: 1, maxLength: 40 }),
);
const messageId = fc.integer({ min: 1, max: 65_535 });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic,
    payload: fc.string({ maxLength: 500 }),
    qos,
    messageId,
    dup: fc.boolean(),
    retain: fc.boolean(),
  }),
  fc.record({
    cmd: fc.constant('subscribe' as const),
    messageId,
    subscriptions: fc.array(fc.record({ topic, qos }), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    cmd: fc.constant('unsubscribe' as const),
    messageId,
    unsubscriptions: fc.array(topic, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    cmd: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubrel' as const, 'pubcomp' as const),
    messageId,
  }),
  fc.record({ cmd: fc.constantFrom('pingreq' as const, 'pingresp' as const, 'disconnect' as const) }),
);
/** Bytes to overwrite: position (scaled to the length) and value. */
const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
  maxLength: 3,
});

it('survives any stream of packets, whole or damaged, and goes on serving', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(packet, { maxLength: 20 }),
      damage,
      fc.boolean(),
      fc.nat(),
      async (packets, changes, clean, suffix) => {
        const { username, password, clientId } = site.credentialsOf(TEST_MAC);
        const hello = generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean,
          keepalive: 20,
          clientId: `${clientId}-${suffix}`,
          username,
          password: Buffer.from(password),
        });
        const bytes = Buffer.concat([hello, ...packets.map((entry) => encode(entry))]);
        for (const [position, value] of changes) bytes[Math.floor(position * bytes.length)] = value;
        const socket = connect(site.ports.mqtt ?? 0, '127.0.0.1');
        socket.on('error', () => socket.destroy());
        socket.resume();
        await once(socket, 'connect');
        socket.end(bytes);
        await until(() => socket.destroyed, 'the end of the connection');
      },
    ),
    { numRuns: 150 },
  );
  expect(states).toEqual([]);
  const console = await site.openControl();
  await console.subscribe(site.topic('device/+/metrics'));
  const device = await site.openDevice();
  await device.publish(site.topic(`device/${TEST_MAC}/metrics`), 'alive');
  await until(() => console.messages.some(({ payload }) => payload.toString() === 'alive'), 'the message');
});

/** What MQTT.js itself would not write, such as a wildcard in a topic, becomes a ping. */
function encode(entry: Packet): Buffer {
  try {
    return generate(entry);
  } catch {
    return generate({ cmd: 'pingreq' });
  }
}
