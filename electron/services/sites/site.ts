import { join } from 'node:path';
import { AppError } from '../../../contract/lib/errors.ts';
import { group, type Service } from '../../../contract/lib/service.ts';
import { createSignal, type Signal } from '../../../contract/lib/signal.ts';
import type { ConnectionState, Site } from '../../../contract/model/site.ts';
import {
  createDocumentOpener,
  createSigner,
  type PrivateKey,
  type Signer,
} from '../../../contract/wire/documents.ts';
import { MESSAGE_LIMIT_BYTES } from '../../../contract/wire/limits.ts';
import type { RequestBody, RequestTarget } from '../../../contract/wire/messages/request.ts';
import { CONTROL_SUBSCRIPTIONS, createTopics } from '../../../contract/wire/topics.ts';
import { PROTOCOL_VERSION } from '../../../contract/wire/version.ts';
import { createEnrolments, type Enrolments } from '../enrolments/enrolments.ts';
import { announceJitterMs } from '../fleet/announce-jitter.ts';
import { createFleet, type Fleet } from '../fleet/fleet.ts';
import { createInquiry } from '../fleet/inquiry.ts';
import { createLinkRegister, type LinkRegister } from '../fleet/link-register.ts';
import { EMPTY_FLEET, StoredFleet } from '../fleet/stored-device.ts';
import type { History } from '../history/history.ts';
import type { Sequence } from '../identity/sequence.ts';
import { createJobEngine, type JobEngine } from '../jobs/job-engine.ts';
import { createMqttSession } from '../link/mqtt-session.ts';
import { createJsonStore } from '../storage/json-store.ts';
import type { OnStorageReport } from '../storage/report.ts';
import type { SiteSecrets } from './broker-secrets.ts';
import { createBrokerSide } from './broker-side.ts';
import { createMessageRouter } from './message-router.ts';
import type { StoredSite } from './stored-site.ts';
import { createTrustPublisher } from './trust-publisher.ts';

/** Everything of one site. `start` opens what is known of it; `connect` and `disconnect` are about its broker. */
export interface RunningSite extends Service {
  readonly fleet: Fleet;
  readonly links: LinkRegister;
  readonly jobs: JobEngine;
  readonly enrolments: Enrolments;
  readonly connection: ConnectionState;
  /** Starts the broker or goes to it; throws a sentence when that cannot even be tried. */
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  view(record: StoredSite): Site;
  /** The name, broker settings or anything else that `view` shows has changed. */
  readonly changed: Signal<void>;
}

export interface SiteOptions {
  readonly record: StoredSite;
  readonly folder: string;
  readonly secrets: SiteSecrets;
  readonly history: History;
  readonly sequence: Sequence;
  readonly operatorKey: PrivateKey;
  readonly now: () => number;
  /** Makes the broker known in the LAN; answers how to end that. */
  announce(siteId: string, siteName: string, port: number): () => void;
  onReport: OnStorageReport;
  onError(error: unknown): void;
  /** A message from the network was ignored, and why. */
  onIgnored(topic: string, error: unknown): void;
}

/** Puts the parts of one site together: broker side, session, fleet, links, enrolments, jobs. */
export function createSite(options: SiteOptions): RunningSite {
  const { record, history, now } = options;
  const siteId = record.id;
  const topics = createTopics(record.broker.settings.rootTopic);
  const opener = createDocumentOpener();
  const changed = createSignal<void>(options.onError);
  let connection: ConnectionState = { state: 'stopped', since: iso(), detail: '', roundTripMs: null };
  let signers: { site: Signer; operator: Signer } | undefined;

  function iso(): string {
    return new Date(now()).toISOString();
  }
  function use(): { site: Signer; operator: Signer } {
    if (signers) return signers;
    throw new AppError('cancelled', 'The site is not running. Connect it first.');
  }
  function setConnection(state: ConnectionState['state'], detail: string): void {
    const since = state === connection.state ? connection.since : iso();
    connection = { state, since, detail, roundTripMs: state === 'connected' ? connection.roundTripMs : null };
    changed.emit();
  }

  const store = createJsonStore<StoredFleet>({
    path: join(options.folder, 'devices.json'),
    schema: StoredFleet,
    version: 1,
    defaults: EMPTY_FLEET,
    onReport: options.onReport,
  });
  const queueEvent = (mac: string, kind: string, detail: string): void => {
    const event = { at: iso(), siteId, mac, kind, detail };
    history.write(() => history.events.append(event)).catch(options.onError);
  };
  const fleet = createFleet({ siteId, store, opener, now, onEvent: queueEvent, onError: options.onError });

  const brokerSide = createBrokerSide({
    record,
    secrets: options.secrets,
    accounts: () => enrolments.accounts(),
    onTrouble: (detail) => setConnection('disconnected', detail),
    onIgnored: options.onIgnored,
    onError: options.onError,
  });
  const session = createMqttSession({
    access: brokerSide.access,
    clientId: `muster-control-${siteId}-${options.operatorKey.x.slice(0, 8)}`,
    subscriptions: CONTROL_SUBSCRIPTIONS.map((filter) => `${topics.base}/${filter}`),
    subscriptionQos: record.broker.kind === 'embedded' ? 1 : 0,
    probeTopic: topics.probe(options.operatorKey.x.slice(0, 12)),
    onMessage: (topic, payload, retained) => void router.receive(topic, payload, retained),
    onConnected: () =>
      void greet().catch((error) => {
        // A connection that ended meanwhile is told of by itself, and the next one is greeted anew.
        if (session.connected) options.onError(error);
      }),
    onDisconnected(reason) {
      setConnection('disconnected', reason);
      fleet.disconnected();
    },
    onRoundTrip(roundTripMs) {
      connection = { ...connection, roundTripMs: Math.round(roundTripMs * 10) / 10 };
      changed.emit();
    },
  });
  const links = createLinkRegister({
    siteId,
    store,
    fleet,
    signer: () => use().site,
    now,
    publishLink: (mac, jws) => session.publish(topics.link(mac), jws, { qos: 1, retain: true }),
    async clearRetained(mac) {
      for (const topic of [topics.presence(mac), topics.inventory(mac)])
        await session.publish(topic, '', { qos: 1, retain: true });
    },
  });
  const enrolments = createEnrolments({
    siteId,
    path: join(options.folder, 'enrolments.json'),
    opener,
    now,
    entrance: brokerSide.entrance,
    putAccounts: brokerSide.putAccounts,
    removeAccounts: brokerSide.removeAccounts,
    async answer(mac, joined) {
      const jws = await use().site.sign('muster-joined', { v: PROTOCOL_VERSION, site: siteId, ...joined });
      await session.publish(topics.joined(mac), jws, { qos: 1 });
    },
    onJoined: (mac, tokenId) => queueEvent(mac, 'joined', `Joined with enrolment ${tokenId}.`),
    onReport: options.onReport,
  });
  const jobs = createJobEngine({
    siteId,
    history,
    fleet,
    opener,
    now,
    request: (mac, body) => requestDevice(mac, body),
    raiseSequence: options.sequence.raiseAbove,
    onError: options.onError,
  });

  const router = createMessageRouter({
    base: topics.base,
    fleet,
    jobs,
    join: enrolments.join,
    give,
    onIgnored: options.onIgnored,
  });

  async function request(topic: string, target: RequestTarget, body: RequestBody): Promise<void> {
    const payload = { v: PROTOCOL_VERSION, site: siteId, seq: await options.sequence.next(), target, body };
    const jws = await use().operator.sign('muster-request', payload);
    if (jws.length > MESSAGE_LIMIT_BYTES) {
      throw new AppError(
        'too-large',
        `The request has ${jws.length} bytes; at most ${MESSAGE_LIMIT_BYTES} can be sent. Send the script as a file.`,
      );
    }
    await session.publish(topic, jws, { qos: 1 });
  }

  const requestDevice = (mac: string, body: RequestBody): Promise<void> =>
    request(topics.deviceRequest(mac), { kind: 'device', mac }, body);

  const trust = createTrustPublisher({
    siteId,
    trust: record.trust,
    signer: () => use().site,
    send: (jws) => session.publish(topics.trust, jws, { qos: 1, retain: true }),
    onError: options.onError,
  });

  /** After every connect: tell who may command, what is linked, and ask all devices to announce themselves. */
  async function greet(): Promise<void> {
    setConnection('connected', '');
    fleet.connected();
    await trust.publish();
    await links.publishPending();
    await request(
      topics.allRequest,
      { kind: 'all' },
      { type: 'announce', jitterMs: announceJitterMs(fleet.list().length) },
    );
  }

  async function give(mac: string, wants: readonly ('trust' | 'link')[]): Promise<void> {
    if (wants.includes('trust')) trust.soon();
    if (wants.includes('link')) await links.publish(mac);
  }

  fleet.appeared.on((mac) => {
    jobs.resume(mac);
    // A device that missed its unlinking must hear of it; a linked one that lacks its link asks for it.
    const stored = fleet.stored(mac);
    if (stored && !stored.linked && stored.linkVersion > 0) links.publish(mac).catch(options.onError);
  });
  const ask = (mac: string): void =>
    void requestDevice(mac, { type: 'announce', jitterMs: 0 }).catch(options.onError);
  fleet.unannounced.on(createInquiry({ now, ask }).heard);
  fleet.changed.on((mac) => jobs.refresh(mac));
  fleet.measured.on(({ mac, metrics }) => history.metrics.record(siteId, mac, metrics));
  fleet.keySeen.on(({ mac, publicKey }) => {
    links
      .bind(mac, publicKey)
      // Queued, because a thousand may come at once and each commit waits for the disk.
      .then(() => queueEvent(mac, 'bound', 'Its key is bound to the link.'))
      .catch(options.onError);
  });

  let endAnnouncement: (() => void) | undefined;
  const memory = group(`memory of ${record.name}`, [store, enrolments, fleet, jobs]);
  const line = group(`line of ${record.name}`, [brokerSide, session]);

  async function disconnect(): Promise<void> {
    endAnnouncement?.();
    endAnnouncement = undefined;
    trust.stop();
    await line.stop();
    fleet.disconnected();
    setConnection('stopped', '');
  }

  return {
    name: record.name,
    fleet,
    links,
    jobs,
    enrolments,
    changed,
    get connection() {
      return connection;
    },
    start: memory.start,
    async stop() {
      await disconnect();
      await memory.stop();
    },
    async connect() {
      const siteKey = await options.secrets.siteKey();
      if (!siteKey) {
        throw new AppError(
          'not-found',
          `The key of the site “${record.name}” is not in the secret store, so nothing can be signed for its devices. Restore the data folder from a backup.`,
        );
      }
      signers = { site: await createSigner(siteKey), operator: await createSigner(options.operatorKey) };
      setConnection('connecting', '');
      try {
        await line.start();
      } catch (error) {
        setConnection('stopped', error instanceof Error ? error.message : String(error));
        throw error;
      }
      if (record.broker.kind === 'embedded')
        endAnnouncement = options.announce(siteId, record.name, brokerSide.port());
    },
    disconnect,
    view: (current) => ({
      id: siteId,
      name: current.name,
      broker: current.broker.kind,
      brokerUrl: brokerSide.displayUrl(),
      port: brokerSide.port(),
      rootTopic: current.broker.settings.rootTopic,
      username: current.broker.kind === 'external' ? (current.broker.settings.username ?? null) : null,
      publicKey: current.publicKey,
      role: 'admin',
      demo: current.demo,
      createdAt: current.createdAt,
      connection,
    }),
  };
}
