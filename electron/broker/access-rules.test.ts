import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectRequest, createAccessRules, type Publication } from './access-rules.ts';
import type { Account } from './account.ts';

const MAC = 'B827EB407E5A';
const OTHER = 'DCA632000001';
const SHA = 'a'.repeat(64);
const passwordSha256 = '0'.repeat(64);
const device: Account = { kind: 'device', mac: MAC, passwordSha256 };
const join: Account = { kind: 'join', tokenId: 'abcdefgh', passwordSha256, expiresAtMs: 1 };
const control: Account = { kind: 'control', username: 'control', passwordSha256 };
const rules = createAccessRules({
  rootTopic: 'iotm-sys',
  deviceRetainedBytes: 1000,
  keepAliveMaximumSeconds: 300,
});
const joinClient = `muster-join-${MAC}`;

const publish = (account: Account, topic: string, changes: Partial<Publication> = {}) =>
  outcome(rules.mayPublish(account, { topic, qos: 1, retain: false, payloadBytes: 10, ...changes }));
const subscribe = (account: Account, filter: string, clientId = joinClient) =>
  outcome(rules.maySubscribe(account, clientId, filter));
const connect = (account: Account, changes: Partial<ConnectRequest>) =>
  outcome(rules.mayConnect(account, { clientId: '', keepAliveSeconds: 20, will: undefined, ...changes }));
const outcome = (decision: ReturnType<typeof rules.mayPublish>) =>
  decision.allowed ? 'allowed' : decision.reason;

describe('a device', () => {
  it.each([
    `device/${MAC}/presence`,
    `device/${MAC}/inventory`,
    `device/${MAC}/metrics`,
    `device/${MAC}/job/01JDQ-abc_9`,
    `device/${MAC}/log/agent.service`,
    `device/${MAC}/tunnel/t1/up`,
    `site/want/${MAC}`,
    `blob/${SHA}/want/${MAC}`,
  ])('may publish %s', (topic) => {
    expect(publish(device, `iotm-sys/v2/${topic}`)).toBe('allowed');
    expect(publish(device, `iotm-sys/v2/${topic}`, { qos: 0 })).toBe('allowed');
  });

  it.each([
    `device/${OTHER}/presence`,
    `device/${OTHER}/job/01JDQ`,
    `device/${MAC.toLowerCase()}/presence`,
    `device/${MAC}/presence/more`,
    `device/${MAC}/presence/`,
    `device/${MAC}/job`,
    `device/${MAC}/job/`,
    `device/${MAC}/job/a/b`,
    `device/${MAC}/job/a b`,
    `device/${MAC}/job/${'x'.repeat(129)}`,
    `device/${MAC}/request`,
    `device/${MAC}/tunnel/t1/down`,
    `device/${MAC}`,
    `site/trust`,
    `site/link/${MAC}`,
    `site/want/${OTHER}`,
    `site/join/${MAC}`,
    `all/request`,
    `group/g1/request`,
    `blob/${SHA}/0`,
    `blob/${SHA}/want/${OTHER}`,
    `blob/${SHA.toUpperCase()}/want/${MAC}`,
    '',
    '/',
  ])('may not publish %s', (topic) => {
    expect(publish(device, `iotm-sys/v2/${topic}`)).toBe('topic');
  });

  it.each([
    `iotm-sys/device/${MAC}/presence`,
    `iotm-sys/v3/device/${MAC}/presence`,
    `iotm-sys/v2device/${MAC}/presence`,
    `other/v2/device/${MAC}/presence`,
    `/iotm-sys/v2/device/${MAC}/presence`,
    '$SYS/broker',
    'iotm-sys',
  ])('may not publish outside of the protocol: %s', (topic) => {
    expect(publish(device, topic)).toBe('topic');
  });

  it('may retain its presence and inventory only, with QoS 1 and a bounded size', () => {
    const retain = (kind: string, changes: Partial<Publication> = {}) =>
      publish(device, `iotm-sys/v2/device/${MAC}/${kind}`, { retain: true, ...changes });
    expect(retain('presence')).toBe('allowed');
    expect(retain('inventory', { payloadBytes: 1000 })).toBe('allowed');
    expect(retain('inventory', { payloadBytes: 1001 })).toBe('retained-too-large');
    expect(retain('presence', { qos: 0 })).toBe('retained-qos-0');
    expect(retain('metrics')).toBe('retained');
    expect(retain('job/j1')).toBe('retained');
    expect(publish(device, `iotm-sys/v2/site/want/${MAC}`, { retain: true })).toBe('retained');
  });

  it.each([
    `device/${MAC}/request`,
    'group/g1/request',
    'group/caf%C3%A9%20(2)/request',
    'all/request',
    'site/trust',
    `site/link/${MAC}`,
    `device/${MAC}/tunnel/+/down`,
    `device/${MAC}/tunnel/t1/down`,
    'blob/+/+',
    `blob/${SHA}/+`,
    `blob/${SHA}/17`,
  ])('may subscribe to %s', (filter) => {
    expect(subscribe(device, `iotm-sys/v2/${filter}`)).toBe('allowed');
  });

  it.each([
    '#',
    '+',
    `device/${OTHER}/request`,
    'device/+/request',
    'device/+/presence',
    `device/${MAC}/#`,
    `device/${MAC}/+`,
    `device/${MAC}/presence`,
    `device/${MAC}/job/+`,
    `device/${OTHER}/tunnel/+/down`,
    `device/${MAC}/tunnel/+/up`,
    `device/${MAC}/tunnel/#`,
    'group/+/request',
    'group/#',
    '+/request',
    'site/+',
    'site/link/+',
    `site/link/${OTHER}`,
    `site/joined/${MAC}`,
    'site/join/+',
    'blob/#',
    'blob/+/want/+',
    'blob/+/#',
  ])('may not subscribe to %s', (filter) => {
    expect(subscribe(device, `iotm-sys/v2/${filter}`)).toBe('filter');
  });

  it.each([
    '#',
    '+/v2/all/request',
    'iotm-sys/#',
    'iotm-sys/+/all/request',
    '$SYS/#',
    '$share/g/iotm-sys/v2/all/request',
  ])('may not subscribe outside of the protocol: %s', (filter) => {
    expect(subscribe(device, filter)).toBe('filter');
  });

  it('connects under its own client id, with a keep-alive and no will but its own presence', () => {
    const clientId = `muster-agent-${MAC}`;
    const will = { topic: `iotm-sys/v2/device/${MAC}/presence`, qos: 1, retain: true, payloadBytes: 10 };
    expect(connect(device, { clientId })).toBe('allowed');
    expect(connect(device, { clientId: `${clientId}-2`, will })).toBe('allowed');
    expect(connect(device, { clientId: `muster-agent-${OTHER}` })).toBe('client-id');
    expect(connect(device, { clientId: '' })).toBe('client-id');
    expect(connect(device, { clientId: `${clientId}${'x'.repeat(200)}` })).toBe('client-id');
    expect(connect(device, { clientId, keepAliveSeconds: 0 })).toBe('keep-alive');
    expect(connect(device, { clientId, keepAliveSeconds: 301 })).toBe('keep-alive');
    expect(
      connect(device, { clientId, will: { ...will, topic: `iotm-sys/v2/device/${OTHER}/presence` } }),
    ).toBe('will');
    expect(connect(device, { clientId, will: { ...will, topic: `iotm-sys/v2/device/${MAC}/metrics` } })).toBe(
      'will',
    );
    expect(connect(device, { clientId, will: { ...will, payloadBytes: 1001 } })).toBe('retained-too-large');
  });

  it('never reaches a topic that does not carry its own MAC, whatever it tries', () => {
    const level = fc.constantFrom(
      MAC,
      OTHER,
      'device',
      'site',
      'blob',
      'group',
      'all',
      'want',
      'link',
      'job',
      'request',
      SHA,
      '+',
      '#',
      'x',
    );
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), (levels) => {
        if (publish(device, `iotm-sys/v2/${levels.join('/')}`) === 'allowed') expect(levels).toContain(MAC);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an enrolment token', () => {
  it('may ask to join and hear the answer, nothing else', () => {
    expect(publish(join, `iotm-sys/v2/site/join/${MAC}`)).toBe('allowed');
    expect(publish(join, `iotm-sys/v2/site/join/${OTHER}`)).toBe('allowed');
    expect(subscribe(join, `iotm-sys/v2/site/joined/${MAC}`)).toBe('allowed');
    for (const topic of [
      `device/${MAC}/presence`,
      'site/join/nonsense',
      `site/joined/${MAC}`,
      'all/request',
      'site/trust',
    ])
      expect(publish(join, `iotm-sys/v2/${topic}`)).toBe('topic');
    for (const filter of [
      `site/joined/${OTHER}`,
      'site/joined/+',
      'site/trust',
      'all/request',
      `site/link/${MAC}`,
      '#',
    ])
      expect(subscribe(join, `iotm-sys/v2/${filter}`)).toBe('filter');
    expect(publish(join, `iotm-sys/v2/site/join/${MAC}`, { retain: true })).toBe('retained');
  });

  it('connects as muster-join-<MAC> without a will', () => {
    const will = { topic: `iotm-sys/v2/site/join/${MAC}`, qos: 1, retain: false, payloadBytes: 1 };
    expect(connect(join, { clientId: joinClient })).toBe('allowed');
    expect(connect(join, { clientId: `muster-agent-${MAC}` })).toBe('client-id');
    expect(connect(join, { clientId: 'muster-join-x' })).toBe('client-id');
    expect(connect(join, { clientId: joinClient, will })).toBe('will');
    expect(subscribe(join, `iotm-sys/v2/site/joined/${MAC}`, 'muster-join-x')).toBe('filter');
  });
});

describe('the control centre', () => {
  it('may use everything under the root topic and nothing outside', () => {
    expect(publish(control, `iotm-sys/v2/device/${MAC}/request`)).toBe('allowed');
    expect(publish(control, 'iotm-sys/device/old/config')).toBe('allowed');
    expect(subscribe(control, 'iotm-sys/v2/device/+/presence')).toBe('allowed');
    expect(subscribe(control, 'iotm-sys/#')).toBe('allowed');
    for (const outside of ['other/x', 'iotm-sys', 'iotm-system/x', '$SYS/x', '']) {
      expect(publish(control, outside)).toBe('topic');
      expect(subscribe(control, outside)).toBe('filter');
    }
    for (const filter of ['#', '+/v2/#', '$SYS/#']) expect(subscribe(control, filter)).toBe('filter');
  });

  it('may retain trust and link documents and clear anything, but never retain a request', () => {
    const retain = (topic: string, payloadBytes = 10) =>
      publish(control, `iotm-sys/v2/${topic}`, { retain: true, payloadBytes });
    expect(retain('site/trust')).toBe('allowed');
    expect(retain(`site/link/${MAC}`, 100_000)).toBe('allowed');
    expect(retain(`device/${MAC}/presence`, 0)).toBe('allowed');
    expect(retain(`device/${MAC}/request`)).toBe('retained');
    expect(retain('all/request')).toBe('retained');
    expect(retain('site/link/everyone')).toBe('retained');
  });

  it('may not pose as a device', () => {
    expect(connect(control, { clientId: 'muster-control-1', keepAliveSeconds: 0 })).toBe('allowed');
    expect(connect(control, { clientId: `muster-agent-${MAC}` })).toBe('client-id');
  });
});

it('works under a root topic of several levels', () => {
  const deep = createAccessRules({
    rootTopic: 'plant/north',
    deviceRetainedBytes: 1,
    keepAliveMaximumSeconds: 1,
  });
  const publication = { qos: 1, retain: false, payloadBytes: 1 };
  expect(
    deep.mayPublish(device, { topic: `plant/north/v2/device/${MAC}/metrics`, ...publication }).allowed,
  ).toBe(true);
  expect(deep.mayPublish(device, { topic: `plant/v2/device/${MAC}/metrics`, ...publication }).allowed).toBe(
    false,
  );
});
