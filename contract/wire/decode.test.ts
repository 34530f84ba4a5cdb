import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { damaged, expectSound, hostileJson } from '../../test/support/hostile-json.ts';
import { DeviceEdit } from '../model/device.ts';
import { EnrolmentFile } from '../model/enrolment.ts';
import { Metrics } from '../model/metrics.ts';
import { OPERATIONS } from '../model/operation.ts';
import { Settings } from '../model/settings.ts';
import { BrokerSettings, EmbeddedBrokerSettings } from '../model/site.ts';
import { calls } from '../rpc/contract.ts';
import { ControlFile } from '../rpc/control-file.ts';
import { Frame } from '../rpc/port.ts';
import { decode, NESTING_LIMIT } from './decode.ts';
import { PrivateKey } from './documents.ts';
import { ProtectedHeader } from './envelope.ts';
import { Presence, SignedInventory, Want } from './messages/device.ts';
import { DURATION_LIMIT_MS, JobMessage, Refusal, SignedResult } from './messages/job.ts';
import { Request } from './messages/request.ts';
import { Join, Joined, Link, Trust } from './messages/site.ts';

const files = import.meta.glob<{ payload?: string }>('./fixtures/*.json', { eager: true, import: 'default' });
const payloadOf = (name: string): unknown => {
  const file = files[`./fixtures/${name}.json`];
  if (!file?.payload) return file;
  const text = file.payload.startsWith('{') ? file.payload : atob(toBase64(file.payload.split('.')[1] ?? ''));
  return JSON.parse(text);
};
const toBase64 = (base64url: string): string => base64url.replaceAll('-', '+').replaceAll('_', '/');
const inside = (name: string, member: string): unknown => {
  const jws = z.record(z.string(), z.unknown()).parse(payloadOf(name))[member];
  return JSON.parse(atob(toBase64(String(jws).split('.')[1] ?? '')));
};

const broker = { url: 'mqtts://broker.lan:8883', username: 'u', password: 'p', rootTopic: 'iotm-sys' };
const publicKey = 'A'.repeat(43);
/** Every schema of what comes from outside, with values that it accepts. */
const SCHEMAS: Record<string, { schema: z.ZodType; samples: unknown[] }> = {
  Presence: { schema: Presence, samples: [payloadOf('presence-online')] },
  SignedInventory: { schema: SignedInventory, samples: [payloadOf('inventory')] },
  Metrics: { schema: Metrics, samples: [payloadOf('metrics')] },
  Want: { schema: Want, samples: [payloadOf('want')] },
  JobMessage: {
    schema: JobMessage,
    samples: ['accepted', 'running', 'progress', 'output', 'finished', 'refused'].map((type) =>
      payloadOf(`job-${type}`),
    ),
  },
  SignedResult: {
    schema: SignedResult,
    samples: ['job-finished', 'job-finished-value'].map((name) => inside(name, 'result')),
  },
  Refusal: { schema: Refusal, samples: [inside('job-refused', 'refusal')] },
  Request: {
    schema: Request,
    samples: ['job', 'cancel', 'acknowledge', 'output', 'announce', 'group'].map((type) =>
      payloadOf(`request-${type}`),
    ),
  },
  Trust: { schema: Trust, samples: [payloadOf('trust')] },
  Link: { schema: Link, samples: [payloadOf('link'), payloadOf('link-unbound')] },
  Join: { schema: Join, samples: [payloadOf('join')] },
  Joined: { schema: Joined, samples: [payloadOf('joined'), payloadOf('joined-refused')] },
  EnrolmentFile: { schema: EnrolmentFile, samples: [payloadOf('enrolment'), payloadOf('enrolment-join')] },
  ProtectedHeader: {
    schema: ProtectedHeader,
    samples: [{ alg: 'EdDSA', kid: publicKey, typ: 'muster-link' }],
  },
  PrivateKey: { schema: PrivateKey, samples: [{ kty: 'OKP', crv: 'Ed25519', x: publicKey, d: publicKey }] },
  BrokerSettings: { schema: BrokerSettings, samples: [broker] },
  EmbeddedBrokerSettings: {
    schema: EmbeddedBrokerSettings,
    samples: [{ tlsPort: 8883, host: '0.0.0.0', rootTopic: 'a/b' }],
  },
  Settings: { schema: Settings, samples: [{ operatorName: 'A. Kern', theme: 'dark', activeSiteId: null }] },
  DeviceEdit: { schema: DeviceEdit, samples: [{ name: 'n', tags: ['a'], groups: ['b'], note: '' }] },
  ControlFile: {
    schema: ControlFile,
    samples: [
      { url: 'ws://127.0.0.1:1/rpc', token: 't'.repeat(43), pid: 1, startedAt: '2026-11-25T00:00:00Z' },
    ],
  },
  Frame: {
    schema: Frame,
    samples: [
      { t: 'call', id: 1, name: 'jobs.start', input: {} },
      { t: 'ok', id: 1, output: [1] },
      { t: 'fail', id: 1, error: { code: 'invalid', message: 'x', data: { a: 1 } } },
      { t: 'event', name: 'jobs.changed', body: {} },
    ],
  },
};
const ARGUMENTS: Record<string, unknown> = {
  'shell.run': { command: 'true', arguments: ['a'], environment: { A: 'b' }, user: 'pi', timeoutSec: 5 },
  'logs.read': { source: 'agent-stdout', lines: 5 },
  'power.reboot': { delaySec: 5 },
  'power.shutdown': { delaySec: 5 },
  'service.control': { unit: 'ssh.service', action: 'status' },
  'time.set': { time: '2026-11-25T00:00:00Z' },
  identify: { durationSec: 5 },
  'journal.read': { limit: 5 },
};
const INPUTS: Record<string, unknown> = {
  'jobs.start': { siteId: 'abcdefgh', op: 'shell.run', args: { command: 'x' }, target: { kind: 'all' } },
  'devices.link': { siteId: 'abcdefgh', macs: ['b8:27:eb:40:7e:5a'], edit: { name: 'x' } },
  'sites.join': { name: 'Plant', broker, force: true },
  'audit.list': { text: 'x', limit: 5 },
};
const all = [
  ...Object.entries(SCHEMAS).map(([name, { schema, samples }]) => ({ name, schema, samples })),
  ...Object.entries(OPERATIONS).map(([name, { args }]) => ({
    name: `arguments of ${name}`,
    schema: args as z.ZodType,
    samples: [ARGUMENTS[name] ?? {}],
  })),
  ...Object.entries(calls).map(([name, { input }]) => ({
    name: `input of ${name}`,
    schema: input as z.ZodType,
    samples: INPUTS[name] === undefined ? [] : [INPUTS[name]],
  })),
];

describe.each(all)('$name', ({ schema, samples }) => {
  const decodeText = (text: string): unknown => decode(schema, text, 300_000, 'It');

  test('lets valid values through', () => {
    for (const sample of samples) expect(expectSound(decodeText, JSON.stringify(sample))).toBe(true);
  });
  test('refuses or validates whatever JSON comes', () => {
    fc.assert(
      fc.property(hostileJson, (text) => void expectSound(decodeText, text)),
      { numRuns: 40 },
    );
  });
  if (samples.length > 0)
    test('refuses or validates what is nearly right', () => {
      const nearly = fc.oneof(...samples.map(damaged));
      fc.assert(
        fc.property(nearly, (text) => void expectSound(decodeText, text)),
        { numRuns: 120 },
      );
    });
});

test('text that is no JSON is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expectSound((given) => decode(z.unknown(), given, 1000, 'It'), text);
    }),
  );
});

test('what is too large is refused before it is parsed', () => {
  // Broken JSON of that length would be told as such, had anyone looked.
  expect(() => decode(z.unknown(), '{'.repeat(1001), 1000, 'It')).toThrow(
    expect.objectContaining({ code: 'too-large', message: 'It has more than 1000 bytes.' }),
  );
});

test('nesting is bounded', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(expectSound((text) => decode(z.unknown(), text, 1e6, 'It'), nested(NESTING_LIMIT))).toBe(true);
  for (const depth of [NESTING_LIMIT + 1, 400_000])
    expect(() => decode(z.unknown(), nested(depth), 1e6, 'It')).toThrow(/nested deeper/);
});

test('a member named __proto__ changes no prototype and is not passed on', () => {
  const text = '{"__proto__":{"polluted":true},"command":"x","environment":{"__proto__":"y"}}';
  const args = decode(OPERATIONS['shell.run'].args, text, 1000, 'It');
  expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
  expect(Object.keys(args.environment)).toEqual([]);
  expect(Object.hasOwn(args, '__proto__')).toBe(false);
  expect({}).not.toHaveProperty('polluted');
});

test('what has a length that is none is refused like everything else', () => {
  const text = '{"v":2,"wants":{"length":{"toString":1}}}';
  expect(() => decode(Want, text, 1000, 'It')).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('a refusal of a long name stays a sentence', () => {
  const text = JSON.stringify({ command: 'x', environment: { ['-'.repeat(100_000)]: 'y' } });
  expect(expectSound((given) => decode(OPERATIONS['shell.run'].args, given, 1e6, 'It'), text)).toBe(false);
});

test('ages beyond a century are read as a century, so that they still are dates', () => {
  const message = decode(JobMessage, '{"v":2,"seq":0,"type":"running","elapsedMs":1e300}', 1000, 'It');
  expect(message).toMatchObject({ elapsedMs: DURATION_LIMIT_MS });
  expect(() => new Date(Date.now() - 2 * DURATION_LIMIT_MS).toISOString()).not.toThrow();
});
