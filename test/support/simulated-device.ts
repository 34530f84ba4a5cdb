import { createHash, randomBytes } from 'node:crypto';
import { checkServerIdentity } from 'node:tls';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import {
  createDocumentOpener,
  createSigner,
  type DocumentOpener,
  generatePrivateKey,
  type Signer,
} from '../../contract/wire/documents.ts';
import { KEEP_ALIVE_SEC, LINK_LIMIT_BYTES, MESSAGE_LIMIT_BYTES } from '../../contract/wire/limits.ts';
import { Request } from '../../contract/wire/messages/request.ts';
import { Link, Trust } from '../../contract/wire/messages/site.ts';
import { createTopics } from '../../contract/wire/topics.ts';

/**
 * A device without a machine: a real MQTT session of its own that joins, announces itself, checks every request's
 * signature, target and link, and answers `shell.run` with a signed result at once, as protocol.md says. It keeps no
 * journal on disk, so it serves tests and benchmarks of the control centre, not of the agent.
 */
export interface SimulatedDevice {
  readonly mac: string;
  readonly publicKey: string;
  /** Job ids in the order in which they were run. */
  readonly ran: string[];
  sendMetrics(): void;
  /** Ends without a word, as a power cut does. */
  cut(): void;
  stop(): Promise<void>;
}

export interface SimulatedDeviceOptions {
  readonly mac: string;
  readonly enrolment: EnrolmentFile;
  readonly signer?: Signer;
  readonly opener?: DocumentOpener;
  /** Text that every command prints. */
  readonly prints?: string;
}

const STREAM_NOTHING = { bytes: 0, sha256: createHash('sha256').digest('hex'), kept: [] };

export async function startSimulatedDevice(options: SimulatedDeviceOptions): Promise<SimulatedDevice> {
  const { mac, enrolment } = options;
  const signer = options.signer ?? (await createSigner(await generatePrivateKey()));
  const opener = options.opener ?? createDocumentOpener();
  const topics = createTopics(enrolment.rootTopic);
  const common = { v: 2, site: enrolment.siteId } as const;
  const account =
    enrolment.login === 'join'
      ? await join()
      : { username: enrolment.username, password: enrolment.password };
  const session = randomBytes(8).toString('hex');
  const presence = (online: boolean): string =>
    JSON.stringify({
      v: 2,
      online,
      session,
      since: new Date().toISOString(),
      bootId: 'simulated',
      agentVersion: '0.1.0',
      capabilities: ['shell.run', 'info.collect'],
      keepAliveSec: KEEP_ALIVE_SEC,
    });
  const client = mqtt.connect(enrolment.brokerUrls[0] ?? '', {
    ...connection(enrolment),
    ...account,
    clientId: `muster-agent-${mac}`,
    will: { topic: topics.presence(mac), payload: Buffer.from(presence(false)), qos: 1, retain: true },
  });
  const ran: string[] = [];
  const results = new Map<string, string>();
  let trusted = new Set<string>();
  let linked = false;

  async function join(): Promise<{ username: string; password: string }> {
    const password = randomBytes(32).toString('hex');
    const joining = mqtt.connect(enrolment.brokerUrls[0] ?? '', {
      ...connection(enrolment),
      username: enrolment.username ?? '',
      password: enrolment.password ?? '',
      clientId: `muster-join-${mac}`,
    });
    await connected(joining);
    await joining.subscribeAsync(topics.joined(mac), { qos: 1 });
    const answer = new Promise((resolve) => joining.once('message', resolve));
    const document = {
      ...common,
      tokenId: enrolment.tokenId,
      mac,
      publicKey: signer.publicKey,
      hostName: `sim-${mac}`,
      passwordSha256: createHash('sha256').update(password).digest('hex'),
      nonce: randomBytes(12).toString('hex'),
    };
    await joining.publishAsync(topics.join(mac), await signer.sign('muster-join', document), { qos: 1 });
    await answer;
    await joining.endAsync();
    return { username: mac, password };
  }

  async function takeTrust(jws: string): Promise<void> {
    const accepts = (key: string): boolean => key === enrolment.sitePublicKey;
    const { payload } = await opener.open({
      jws,
      type: 'muster-trust',
      limitBytes: MESSAGE_LIMIT_BYTES,
      schema: Trust,
      accepts,
    });
    trusted = new Set(payload.operators.map((operator) => operator.publicKey));
  }

  async function takeLink(jws: string): Promise<void> {
    const accepts = (key: string): boolean => key === enrolment.sitePublicKey;
    const { payload } = await opener.open({
      jws,
      type: 'muster-link',
      limitBytes: LINK_LIMIT_BYTES,
      schema: Link,
      accepts,
    });
    linked = payload.linked && payload.mac === mac && payload.publicKey === signer.publicKey;
  }

  async function takeRequest(jws: string): Promise<void> {
    const accepts = (key: string): boolean => trusted.has(key);
    const { payload } = await opener.open({
      jws,
      type: 'muster-request',
      limitBytes: MESSAGE_LIMIT_BYTES,
      schema: Request,
      accepts,
    });
    const { body, target } = payload;
    if (body.type === 'announce') announce();
    if (target.kind === 'device' && target.mac !== mac) return;
    if (!linked) return;
    if (body.type === 'acknowledge') for (const id of body.ids) results.set(id, '');
    if (body.type === 'job') await answerJob(body.id, body.op);
  }

  async function answerJob(jobId: string, op: string): Promise<void> {
    const topic = topics.job(mac, jobId);
    const known = results.get(jobId);
    if (known === '') return;
    const send = (message: object): void =>
      void client.publish(topic, JSON.stringify({ v: 2, ...message }), { qos: 1 });
    if (known === undefined) {
      ran.push(jobId);
      send({ type: 'accepted', seq: 0 });
      const text = Buffer.from(options.prints ?? '');
      if (text.length > 0)
        send({ type: 'output', seq: 1, stream: 'stdout', offset: 0, data: text.toString('base64') });
      const stdout =
        text.length === 0
          ? STREAM_NOTHING
          : {
              bytes: text.length,
              sha256: createHash('sha256').update(text).digest('hex'),
              kept: [{ offset: 0, length: text.length }],
            };
      const result = {
        ...common,
        mac,
        jobId,
        op,
        state: 'succeeded',
        exitCode: 0,
        signal: null,
        durationMs: 1,
        error: null,
        output: { stdout, stderr: STREAM_NOTHING },
        value: null,
      };
      results.set(jobId, await signer.sign('muster-result', result));
    }
    send({ type: 'finished', seq: 2, ageMs: 0, result: results.get(jobId) });
  }

  async function sendInventory(): Promise<void> {
    const inventory = {
      ...common,
      mac,
      publicKey: signer.publicKey,
      hostName: `sim-${mac}`,
      arch: 'arm64',
      addresses: [],
      agentVersion: '0.1.0',
      model: 'Simulated device',
    };
    client.publish(topics.inventory(mac), await signer.sign('muster-inventory', inventory), {
      qos: 1,
      retain: true,
    });
  }

  function announce(): void {
    client.publish(topics.presence(mac), presence(true), { qos: 1, retain: true });
    void sendInventory();
  }

  client.on('message', (topic, payload) => {
    const text = payload.toString();
    const work =
      topic === topics.trust
        ? takeTrust(text)
        : topic === topics.link(mac)
          ? takeLink(text)
          : takeRequest(text);
    // A device ignores what is not genuine.
    work.catch(() => undefined);
  });
  await connected(client);
  await client.subscribeAsync(
    [topics.deviceRequest(mac), topics.allRequest, topics.trust, topics.link(mac)],
    { qos: 1 },
  );
  announce();

  return {
    mac,
    publicKey: signer.publicKey,
    ran,
    sendMetrics() {
      const metrics = {
        at: new Date().toISOString(),
        cpuPercent: Math.random() * 100,
        load1: 0.5,
        memoryTotalBytes: 4e9,
        memoryUsedBytes: 1e9 + Math.random() * 1e9,
        disks: [{ mount: '/', totalBytes: 32e9, usedBytes: 12e9 }],
        temperatureC: 45 + Math.random() * 10,
        receivedBytesPerSec: 1000,
        sentBytesPerSec: 500,
        uptimeSec: 1000,
      };
      client.publish(topics.metrics(mac), JSON.stringify(metrics), { qos: 0 });
    },
    cut: () => void client.stream.destroy(),
    async stop() {
      await client.publishAsync(topics.presence(mac), presence(false), { qos: 1, retain: true });
      await client.endAsync();
    },
  };
}

function connection(enrolment: EnrolmentFile): IClientOptions {
  const { serverName } = enrolment;
  const options: IClientOptions & { checkServerIdentity?: typeof checkServerIdentity } = {
    protocolVersion: 4,
    clean: true,
    keepalive: KEEP_ALIVE_SEC,
    reconnectPeriod: 0,
    queueQoSZero: false,
  };
  if (enrolment.caPem !== undefined) options.ca = enrolment.caPem;
  if (serverName !== undefined) {
    options.servername = serverName;
    options.checkServerIdentity = (_host, certificate) => checkServerIdentity(serverName, certificate);
  }
  return options;
}

async function connected(client: MqttClient): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => {
      if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function')
        client.stream.setNoDelay(true);
      resolve();
    });
    client.once('error', reject);
    client.once('close', () => reject(new Error('The broker closed the connection.')));
  });
}
