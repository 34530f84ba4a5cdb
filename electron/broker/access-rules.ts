import { createTopics } from '../../contract/wire/topics.ts';
import type { Account } from './account.ts';

/** The outcome of a rule; the reason is for counters and logs. */
export type Decision = { allowed: true } | { allowed: false; reason: string };

/** What a rule needs to know of a publication. */
export interface Publication {
  topic: string;
  qos: number;
  retain: boolean;
  payloadBytes: number;
}

/** What a rule needs to know of a CONNECT. */
export interface ConnectRequest {
  clientId: string;
  /** 0 means that the client promises no sign of life. */
  keepAliveSeconds: number;
  will: Publication | undefined;
}

export interface RuleSettings {
  rootTopic: string;
  deviceRetainedBytes: number;
  keepAliveMaximumSeconds: number;
}

// One level of a pattern: a literal, or {mac} the account's own MAC, {any-mac}, {id}, {name}, {sha}, or + which in a
// subscription also accepts the wildcard itself.
const DEVICE_PUBLISH = patterns(
  'device/{mac}/presence',
  'device/{mac}/inventory',
  'device/{mac}/metrics',
  'device/{mac}/job/{id}',
  'device/{mac}/log/{id}',
  'device/{mac}/tunnel/{id}/up',
  'site/want/{mac}',
  'blob/{sha}/want/{mac}',
);
const DEVICE_RETAIN = patterns('device/{mac}/presence', 'device/{mac}/inventory');
const DEVICE_WILL = patterns('device/{mac}/presence');
const DEVICE_SUBSCRIBE = patterns(
  'device/{mac}/request',
  'group/{name}/request',
  'all/request',
  'site/trust',
  'site/link/{mac}',
  'device/{mac}/tunnel/+/down',
  'blob/+/+',
);
const JOIN_PUBLISH = patterns('site/join/{any-mac}');
const JOIN_SUBSCRIBE = patterns('site/joined/{mac}');
const CONTROL_RETAIN = patterns('site/trust', 'site/link/{any-mac}');

const MAC = /^[0-9A-F]{12}$/;
const ID = /^[A-Za-z0-9_.:@-]{1,128}$/;
// A group's name, percent-encoded.
const NAME = /^[^+#/\0]{1,512}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const ALLOWED: Decision = { allowed: true };
const JOIN_CLIENT = /^muster-join-([0-9A-F]{12})$/;

/** The access rules of one site: pure functions, no state. */
export function createAccessRules(settings: RuleSettings) {
  const { base } = createTopics(settings.rootTopic);

  /** Judges a CONNECT of an account that has proved its password. */
  function mayConnect(account: Account, request: ConnectRequest): Decision {
    if (!ownsClientId(account, request.clientId)) return denied('client-id');
    if (account.kind === 'control') return ALLOWED;
    const { keepAliveSeconds, will } = request;
    if (keepAliveSeconds < 1 || keepAliveSeconds > settings.keepAliveMaximumSeconds)
      return denied('keep-alive');
    if (!will) return ALLOWED;
    if (account.kind === 'join' || !matchesAny(DEVICE_WILL, below(base, will.topic), account.mac))
      return denied('will');
    return mayPublish(account, will);
  }

  /** Judges a publication, a last will included. */
  function mayPublish(account: Account, publication: Publication): Decision {
    const { topic, retain, payloadBytes } = publication;
    const levels = below(base, topic);
    if (account.kind === 'control') {
      if (!topic.startsWith(`${settings.rootTopic}/`)) return denied('topic');
    } else if (account.kind === 'device') {
      if (!matchesAny(DEVICE_PUBLISH, levels, account.mac)) return denied('topic');
    } else if (!matchesAny(JOIN_PUBLISH, levels, '')) return denied('topic');
    if (!retain) return ALLOWED;
    // aedes numbers a retained QoS 0 message at once but delivers it later, and then takes it for a duplicate when
    // the same TCP segment held another message. The protocol retains with QoS 1 only.
    if (publication.qos === 0) return denied('retained-qos-0');
    if (account.kind === 'control') {
      // Nothing but documents may stay; clearing what a removed device left is always right.
      return payloadBytes === 0 || matchesAny(CONTROL_RETAIN, levels, '') ? ALLOWED : denied('retained');
    }
    if (account.kind === 'join' || !matchesAny(DEVICE_RETAIN, levels, account.mac)) return denied('retained');
    return payloadBytes <= settings.deviceRetainedBytes ? ALLOWED : denied('retained-too-large');
  }

  /** Judges one topic filter of a SUBSCRIBE. */
  function maySubscribe(account: Account, clientId: string, filter: string): Decision {
    if (account.kind === 'control') return allowIf(filter.startsWith(`${settings.rootTopic}/`), 'filter');
    const levels = below(base, filter);
    if (account.kind === 'device')
      return allowIf(matchesAny(DEVICE_SUBSCRIBE, levels, account.mac), 'filter');
    const mac = JOIN_CLIENT.exec(clientId)?.[1];
    return allowIf(mac !== undefined && matchesAny(JOIN_SUBSCRIBE, levels, mac), 'filter');
  }

  return { mayConnect, mayPublish, maySubscribe };
}
export type AccessRules = ReturnType<typeof createAccessRules>;

function ownsClientId(account: Account, clientId: string): boolean {
  if (clientId.length > 128) return false;
  // The MAC has a fixed length, so no device's identifiers start with another's.
  if (account.kind === 'device') return clientId.startsWith(`muster-agent-${account.mac}`);
  if (account.kind === 'join') return JOIN_CLIENT.test(clientId);
  // A control centre that took a device's identifier would throw the device out.
  return !clientId.startsWith('muster-agent-') && !clientId.startsWith('muster-join-');
}

function below(base: string, topic: string): readonly string[] {
  return topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split('/') : [];
}

function patterns(...texts: string[]): readonly (readonly string[])[] {
  return texts.map((text) => text.split('/'));
}

function matchesAny(list: readonly (readonly string[])[], levels: readonly string[], mac: string): boolean {
  return list.some(
    (pattern) =>
      pattern.length === levels.length &&
      pattern.every((expected, index) => matchesLevel(expected, levels[index] ?? '', mac)),
  );
}

function matchesLevel(expected: string, level: string, mac: string): boolean {
  switch (expected) {
    case '{mac}':
      return level === mac;
    case '{any-mac}':
      return MAC.test(level);
    case '{id}':
      return ID.test(level);
    case '{name}':
      return NAME.test(level);
    case '{sha}':
      return SHA256.test(level);
    case '+':
      return level === '+' || ID.test(level);
    default:
      return level === expected;
  }
}

function allowIf(condition: boolean, reason: string): Decision {
  return condition ? ALLOWED : denied(reason);
}

function denied(reason: string): Decision {
  return { allowed: false, reason };
}
