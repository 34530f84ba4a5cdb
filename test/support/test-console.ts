import { createHash, randomBytes } from 'node:crypto';
import type { IClientOptions } from 'mqtt';
import type { Inventory } from '../../contract/model/inventory.ts';
import type { OutputStream } from '../../contract/model/job.ts';
import { Metrics } from '../../contract/model/metrics.ts';
import type { Role } from '../../contract/model/role.ts';
import {
  createDocumentOpener,
  createSigner,
  generatePrivateKey,
  type Signer,
} from '../../contract/wire/documents.ts';
import { MESSAGE_LIMIT_BYTES } from '../../contract/wire/limits.ts';
import { Presence, SignedInventory } from '../../contract/wire/messages/device.ts';
import { JobMessage, Refusal, SignedResult } from '../../contract/wire/messages/job.ts';
import type { RequestBody, RequestTarget } from '../../contract/wire/messages/request.ts';
import { createTopics, parseDeviceTopic } from '../../contract/wire/topics.ts';
import { openMqttClient } from './mqtt-client.ts';
import { until } from './poll.ts';

export interface TestSite {
  readonly id: string;
  readonly key: Signer;
  readonly operator: Signer;
  readonly viewer: Signer;
}

/** As `until`, with the patience that programs need on a busy machine. */
export const eventually = (
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 20_000,
): Promise<void> => until(condition, what, timeoutMs);

/** A site with its keys, before there is any broker. */
export async function createTestSite(id = 'testsite1'): Promise<TestSite> {
  const [key, operator, viewer] = await Promise.all(
    [1, 2, 3].map(async () => createSigner(await generatePrivateKey())),
  );
  if (!key || !operator || !viewer) throw new Error('no keys');
  return { id, key, operator, viewer };
}

/** What the console heard of one job on one device. */
export interface HeardJob {
  readonly messages: JobMessage[];
  /** Every signed result, in order; a job must only ever have one text of it. */
  readonly results: SignedResult[];
  readonly refusals: Refusal[];
  /** Bytes by offset, as they came. */
  readonly output: Record<OutputStream, Map<number, Buffer>>;
}

export const newJobId = (): string => randomBytes(9).toString('hex');

/** A console that signs, sends and checks by the contract alone: a second implementation to test an agent against. */
export async function openTestConsole(options: {
  url: string;
  site: TestSite;
  rootTopic?: string;
  client?: IClientOptions;
  /** Acknowledge results as they come (default). */
  acknowledge?: boolean;
}) {
  const { site } = options;
  const topics = createTopics(options.rootTopic ?? 'iotm-sys');
  const opener = createDocumentOpener();
  const devices = new Map<
    string,
    { inventory?: Inventory; presence: Presence[]; metrics: Metrics[]; wants: number }
  >();
  const jobs = new Map<string, HeardJob>();
  const problems: unknown[] = [];
  let seq = Date.now();
  let versions = Date.now();
  let acknowledge = options.acknowledge ?? true;

  const deviceOf = (mac: string) => {
    const known = devices.get(mac) ?? { presence: [], metrics: [], wants: 0 };
    devices.set(mac, known);
    return known;
  };
  const jobOf = (mac: string, jobId: string): HeardJob => {
    const key = `${mac} ${jobId}`;
    const known = jobs.get(key) ?? {
      ...{ messages: [], results: [], refusals: [], output: { stdout: new Map(), stderr: new Map() } },
    };
    jobs.set(key, known);
    return known;
  };

  async function openSigned<T>(
    mac: string,
    type: 'muster-result' | 'muster-refusal',
    schema: Parameters<typeof opener.open<T>>[0]['schema'],
    jws: string,
  ): Promise<T> {
    const key = deviceOf(mac).inventory?.publicKey;
    const accepts = (publicKey: string): boolean => key === undefined || publicKey === key;
    return (await opener.open({ jws, type, limitBytes: MESSAGE_LIMIT_BYTES, schema, accepts })).payload;
  }

  async function hear(topic: string, payload: Buffer): Promise<void> {
    const place = parseDeviceTopic(topics.base, topic);
    if (!place) return;
    const { mac } = place;
    const text = payload.toString('utf8');
    switch (place.kind) {
      case 'presence':
        deviceOf(mac).presence.push(Presence.parse(JSON.parse(text)));
        return;
      case 'metrics':
        deviceOf(mac).metrics.push(Metrics.parse(JSON.parse(text)));
        return;
      case 'want':
        deviceOf(mac).wants += 1;
        return;
      case 'inventory': {
        const opened = await opener.open({
          ...{
            jws: text,
            type: 'muster-inventory',
            limitBytes: MESSAGE_LIMIT_BYTES,
            schema: SignedInventory,
          },
          accepts: () => true,
        });
        if (opened.publicKey !== opened.payload.publicKey) throw new Error('inventory signed by another key');
        deviceOf(mac).inventory = opened.payload;
        return;
      }
      case 'job': {
        const message = JobMessage.parse(JSON.parse(text));
        const heard = jobOf(mac, place.jobId);
        heard.messages.push(message);
        if (message.type === 'output')
          heard.output[message.stream].set(message.offset, Buffer.from(message.data, 'base64'));
        if (message.type === 'refused')
          heard.refusals.push(await openSigned(mac, 'muster-refusal', Refusal, message.refusal));
        if (message.type === 'finished') {
          const result = await openSigned(mac, 'muster-result', SignedResult, message.result);
          if (result.jobId !== place.jobId || result.mac !== mac) throw new Error('a result of another job');
          heard.results.push(result);
          if (acknowledge) await send({ kind: 'device', mac }, { type: 'acknowledge', ids: [place.jobId] });
        }
        return;
      }
      default:
    }
  }

  async function connect() {
    const opened = await openMqttClient(options.url, {
      clientId: `test-console-${randomBytes(4).toString('hex')}`,
      ...options.client,
    });
    let queue = Promise.resolve();
    opened.client.on('message', (topic, payload) => {
      queue = queue.then(() => hear(topic, payload)).catch((error) => void problems.push(error));
    });
    await opened.subscribe(`${topics.base}/device/#`, `${topics.base}/site/want/+`);
    return opened;
  }
  let session = await connect();

  const topicOf = (target: RequestTarget): string =>
    target.kind === 'device'
      ? topics.deviceRequest(target.mac)
      : target.kind === 'group'
        ? topics.groupRequest(target.group)
        : topics.allRequest;

  /** Signs a request without sending it. */
  function sign(
    target: RequestTarget,
    body: RequestBody,
    by: { signer?: Signer; seq?: number; site?: string } = {},
  ) {
    seq += 1;
    return (by.signer ?? site.operator).sign('muster-request', {
      ...{ v: 2, site: by.site ?? site.id, seq: by.seq ?? seq, target, body },
    });
  }

  async function send(
    target: RequestTarget,
    body: RequestBody,
    by: { signer?: Signer; seq?: number } = {},
  ): Promise<string> {
    const jws = await sign(target, body, by);
    await session.publish(topicOf(target), jws);
    return jws;
  }

  /** Waits for the result of a job on a device. */
  async function result(mac: string, id: string, timeoutMs = 20_000): Promise<SignedResult> {
    const heard = jobOf(mac, id);
    await until(
      () => heard.results.length > 0 || problems.length > 0,
      `the result of ${id} on ${mac}`,
      timeoutMs,
    );
    const [first] = heard.results;
    if (!first) throw problems[0];
    return first;
  }

  return {
    topics,
    problems,
    devices,
    get session() {
      return session;
    },
    setAcknowledge(value: boolean) {
      acknowledge = value;
    },
    sign,
    send,
    publish: (topic: string, payload: string | Buffer) => session.publish(topic, payload),
    job: jobOf,
    result,
    device: deviceOf,
    nextSeq: () => (seq += 1),
    async trust(
      operators = [
        { publicKey: site.operator.publicKey, name: 'operator', role: 'operator' as Role },
        { publicKey: site.viewer.publicKey, name: 'viewer', role: 'viewer' as Role },
      ],
    ) {
      versions += 1;
      const jws = await site.key.sign('muster-trust', { v: 2, site: site.id, version: versions, operators });
      await session.publish(topics.trust, jws, { retain: true });
    },
    async link(mac: string, publicKey: string | null, more: { linked?: boolean; groups?: string[] } = {}) {
      versions += 1;
      const jws = await site.key.sign('muster-link', {
        ...{ v: 2, site: site.id, version: versions, mac, publicKey, name: `device ${mac}`, tags: [] },
        ...{ linked: true, groups: [], ...more },
      });
      await session.publish(topics.link(mac), jws, { retain: true });
    },
    /** Runs a job on one device and waits for its result. */
    async run(mac: string, op: string, args: Record<string, unknown>, timeoutMs?: number) {
      const id = newJobId();
      await send({ kind: 'device', mac }, { type: 'job', id, op, args });
      return { id, result: await result(mac, id, timeoutMs), heard: jobOf(mac, id) };
    },
    async online(mac: string, timeoutMs = 20_000) {
      const device = deviceOf(mac);
      await until(
        () => device.presence.at(-1)?.online === true && device.inventory !== undefined,
        `${mac} to be online`,
        timeoutMs,
      );
      return device;
    },
    /** Connects again after the broker was away. */
    async reconnect() {
      await session.client.endAsync(true).catch(() => undefined);
      session = await connect();
    },
    close: () => session.close().catch(() => undefined),
  };
}
export type TestConsole = Awaited<ReturnType<typeof openTestConsole>>;

/** One stream's bytes put together, and whether they are without a gap. */
export function assemble(chunks: Map<number, Buffer>): {
  bytes: Buffer;
  ranges: { offset: number; length: number }[];
  sha256: string;
} {
  const ranges: { offset: number; length: number }[] = [];
  const parts: Buffer[] = [];
  for (const [offset, bytes] of [...chunks].sort(([a], [b]) => a - b)) {
    const last = ranges.at(-1);
    const end = last ? last.offset + last.length : 0;
    const fresh = bytes.subarray(Math.max(0, Math.min(bytes.length, (last ? end : offset) - offset)));
    if (fresh.length === 0) continue;
    const start = offset + bytes.length - fresh.length;
    if (last && start === end) last.length += fresh.length;
    else ranges.push({ offset: start, length: fresh.length });
    parts.push(fresh);
  }
  const bytes = Buffer.concat(parts);
  return { bytes, ranges, sha256: createHash('sha256').update(bytes).digest('hex') };
}
