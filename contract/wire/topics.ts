import { PROTOCOL_VERSION } from './version.ts';

/** Every topic of the protocol under one root. MACs are 12 upper-case hex digits; ids are checked by their schemas. */
export interface Topics {
  readonly base: string;
  presence(mac: string): string;
  inventory(mac: string): string;
  metrics(mac: string): string;
  deviceRequest(mac: string): string;
  groupRequest(group: string): string;
  readonly allRequest: string;
  job(mac: string, jobId: string): string;
  log(mac: string, source: string): string;
  readonly trust: string;
  link(mac: string): string;
  want(mac: string): string;
  join(mac: string): string;
  joined(mac: string): string;
  probe(id: string): string;
}

/** `createTopics('iotm-sys').presence(mac)` → `iotm-sys/v2/device/<mac>/presence`. */
export function createTopics(rootTopic: string): Topics {
  const base = `${rootTopic}/v${PROTOCOL_VERSION}`;
  return {
    base,
    presence: (mac) => `${base}/device/${mac}/presence`,
    inventory: (mac) => `${base}/device/${mac}/inventory`,
    metrics: (mac) => `${base}/device/${mac}/metrics`,
    deviceRequest: (mac) => `${base}/device/${mac}/request`,
    groupRequest: (group) => `${base}/group/${topicSafe(group)}/request`,
    allRequest: `${base}/all/request`,
    job: (mac, jobId) => `${base}/device/${mac}/job/${jobId}`,
    log: (mac, source) => `${base}/device/${mac}/log/${source}`,
    trust: `${base}/site/trust`,
    link: (mac) => `${base}/site/link/${mac}`,
    want: (mac) => `${base}/site/want/${mac}`,
    join: (mac) => `${base}/site/join/${mac}`,
    joined: (mac) => `${base}/site/joined/${mac}`,
    probe: (id) => `${base}/site/probe/${id}`,
  };
}

/**
 * Group names as a topic level: every byte of their UTF-8 but letters, digits and `-_.!~*'()` is percent-encoded. Half
 * a character (a lone surrogate), which no text may hold, becomes U+FFFD.
 */
export function topicSafe(name: string): string {
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd'));
}

/** What a control centre subscribes to, relative to the base. */
export const CONTROL_SUBSCRIPTIONS = [
  'device/+/presence',
  'device/+/inventory',
  'device/+/metrics',
  'device/+/job/+',
  'site/want/+',
  'site/join/+',
] as const;

/** A topic that a device publishes on, taken apart. */
export type DeviceTopic =
  | { kind: 'presence' | 'inventory' | 'metrics' | 'want' | 'join'; mac: string }
  | { kind: 'job'; mac: string; jobId: string };

const MAC_LEVEL = /^[0-9A-F]{12}$/;
const JOB_LEVEL = /^[A-Za-z0-9_-]{8,64}$/;

/** Takes a topic apart, or undefined when no device publishes on it. */
export function parseDeviceTopic(base: string, topic: string): DeviceTopic | undefined {
  if (!topic.startsWith(`${base}/`)) return undefined;
  const levels = topic.slice(base.length + 1).split('/');
  if (levels[0] === 'device' && levels[1] !== undefined && MAC_LEVEL.test(levels[1])) {
    const mac = levels[1];
    const kind = levels[2];
    if (levels.length === 3 && (kind === 'presence' || kind === 'inventory' || kind === 'metrics'))
      return { kind, mac };
    const jobId = levels[3];
    if (levels.length === 4 && kind === 'job' && jobId !== undefined && JOB_LEVEL.test(jobId))
      return { kind, mac, jobId };
    return undefined;
  }
  if (levels.length === 3 && levels[0] === 'site' && (levels[1] === 'want' || levels[1] === 'join')) {
    const mac = levels[2];
    if (mac !== undefined && MAC_LEVEL.test(mac)) return { kind: levels[1], mac };
  }
  return undefined;
}
