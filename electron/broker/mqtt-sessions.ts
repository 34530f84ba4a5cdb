import type { Duplex } from 'node:stream';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { AccessRules, Decision, Publication } from './access-rules.ts';
import { type Account, type AccountBook, accountUsername } from './account.ts';
import type { BrokerJournal } from './broker-journal.ts';
import type { BrokerLimits } from './broker-limits.ts';
import { createGuardedStream } from './guarded-stream.ts';
import type { IncomingConnection, ListenerSettings } from './listener.ts';
import type { OutgoingBudget } from './outgoing-budget.ts';
import type { Session, SessionRegistry } from './session-registry.ts';
import type { SessionStore } from './session-store.ts';

interface MqttDependencies {
  accounts: AccountBook;
  rules: AccessRules;
  limits: BrokerLimits;
  budget: OutgoingBudget;
  store: SessionStore;
  registry: SessionRegistry;
  journal: BrokerJournal;
}

// MQTT 3.1.1 §3.2.2.3.
const IDENTIFIER_REJECTED = 2;
const BAD_USER_NAME_OR_PASSWORD = 4;
const NOT_AUTHORISED = 5;
/**
 * Where a denied publication goes. MQTT 3.1.1 knows no "denied" for a publication: a broker either acknowledges and
 * forgets it or hangs up. Hanging up would turn a single wrong topic of an otherwise good device into an endless
 * series of reconnects. No access rule lets anyone hear this topic.
 */
const NOWHERE = '$denied';

/** The MQTT side of the broker: aedes, with accounts, access rules and limits. */
export function createMqttSessions(dependencies: MqttDependencies) {
  const { accounts, rules, limits, budget, store, registry, journal } = dependencies;

  const aedes = new Aedes({
    persistence: store,
    // Messages that are being delivered at a time; delivery never waits for a reader (see guarded-stream.ts).
    concurrency: 1000,
    connectTimeout: limits.connectTimeoutMs,
    maxInflightInbound: 100,
    maxTopicLevels: 32,
    preConnect(client, packet, done) {
      const session = registry.find(client.conn);
      const will = packet.will && describePublication(packet.will);
      if (session) session.connect = { keepAliveSeconds: packet.keepalive ?? 0, will };
      done(null, session !== undefined);
    },
    authenticate(client, username, password, done) {
      const session = registry.find(client.conn);
      const code = session ? signIn(session, client.id, username, password) : NOT_AUTHORISED;
      if (code === 0) done(null, true);
      else done(Object.assign(new Error('refused'), { returnCode: code }) as AuthenticateError, null);
    },
    authorizePublish(client, packet, done) {
      // A will comes after its connection has gone; it was judged at CONNECT.
      const session = client ? registry.find(client.conn) : undefined;
      if (session?.account) {
        const publication = describePublication(packet);
        const decision = judgePublication(session.account, publication);
        if (decision.allowed) journal.received(publication.payloadBytes);
        else {
          registry.deny(session, 'publish', packet.topic, decision.reason);
          Object.assign(packet, { topic: NOWHERE, payload: Buffer.alloc(0), retain: false });
        }
      }
      done(null);
    },
    authorizeSubscribe(client, subscription, done) {
      const session = registry.find(client.conn);
      const decision = session?.account
        ? judgeSubscription(session, session.account, subscription.topic)
        : ({ allowed: false, reason: 'filter' } as const);
      if (decision.allowed) {
        session?.filters.add(subscription.topic);
        done(null, subscription);
      } else {
        if (session) registry.deny(session, 'subscribe', subscription.topic, decision.reason);
        // Without an error: the SUBACK says 0x80 for this filter, and the client stays.
        done(null, null);
      }
    },
    authorizeForward(client, packet) {
      if (packet.qos !== 0 || !registry.find(client.conn)?.guard.shouldShed()) return packet;
      journal.shed();
      return null;
    },
  });

  aedes.on('clientReady', (client) => {
    const session = registry.find(client.conn);
    if (!session?.account) return;
    registry.opened(session, session.account);
    session.guard.release();
  });
  aedes.on('unsubscribe', (filters, client) => {
    for (const filter of filters) registry.find(client.conn)?.filters.delete(filter);
  });
  aedes.on('keepaliveTimeout', (client) => {
    const session = registry.find(client.conn);
    if (session) session.reason ??= 'keep-alive';
  });
  aedes.on('clientError', noteError);
  aedes.on('connectionError', noteError);

  // aedes also calls when a socket merely broke, which is no fault of anyone, and after its own refusals.
  function noteError(client: Client, error: Error & { errorCode?: number }): void {
    const session = registry.find(client.conn);
    if (!session || session.reason || error.errorCode !== undefined || session.guard.isSocketGone()) return;
    session.reason = 'protocol-error';
    registry.reportRefusal(session, 'protocol-error', error.message);
  }

  /** Returns the CONNACK code; 0 means welcome. */
  function signIn(
    session: Session,
    clientId: string,
    username: string | undefined,
    password: Buffer | undefined,
  ): number {
    const result = accounts.signIn(username, password);
    if (!result.ok) {
      registry.reportRefusal(session, result.reason, `User name ${username ?? '(none)'}`);
      return result.reason === 'token-expired' ? NOT_AUTHORISED : BAD_USER_NAME_OR_PASSWORD;
    }
    const decision = judgeConnect(session, result.account, clientId);
    if (!decision.allowed) {
      const name = accountUsername(result.account);
      journal.denied({ action: 'connect', username: name, clientId, topic: '', reason: decision.reason });
      registry.reportRefusal(session, 'not-allowed', `${name}: ${decision.reason}`);
      return decision.reason === 'client-id' ? IDENTIFIER_REJECTED : NOT_AUTHORISED;
    }
    registry.identify(session, result.account, clientId);
    return 0;
  }

  function judgeConnect(session: Session, account: Account, clientId: string): Decision {
    if (session.listener.controlOnly && account.kind !== 'control')
      return { allowed: false, reason: 'control-only' };
    return rules.mayConnect(account, { clientId, ...session.connect });
  }

  function judgePublication(account: Account, publication: Publication): Decision {
    const decision = rules.mayPublish(account, publication);
    if (!decision.allowed || !publication.retain) return decision;
    const fits = store.hasRoomFor(publication.topic, publication.payloadBytes);
    return fits ? decision : { allowed: false, reason: 'retained-limit' };
  }

  function judgeSubscription(session: Session, account: Account, filter: string): Decision {
    if (session.filters.size >= limits.subscriptionsPerClient && !session.filters.has(filter))
      return { allowed: false, reason: 'subscription-limit' };
    return rules.maySubscribe(account, session.clientId, filter);
  }

  return {
    /** Takes over a connection that has been let in. */
    handle({ socket, ticket }: IncomingConnection, listener: ListenerSettings): void {
      const guard = createGuardedStream({
        socket,
        connectPacketBytes: limits.connectPacketBytes,
        packetBytes: limits.packetBytes,
        budget,
        outgoingBytes: listener.controlOnly ? limits.controlOutgoingBytes : limits.outgoingBytes,
        onConnect: (stream: Duplex) => aedes.handle(stream),
        onRefused: (reason) => {
          session.reason ??= reason;
          registry.reportRefusal(session, reason);
        },
        onClosed: () => registry.closed(session),
      });
      const { remoteAddress, accept } = ticket;
      const session = registry.add({ remoteAddress, listener, guard, accept });
    },

    async start(onError: (error: Error) => void): Promise<void> {
      aedes.addListener('error', onError);
      await aedes.listen();
      registry.start();
    },

    /** Closes every session; last wills go out to those not yet closed. */
    stop(): Promise<void> {
      registry.stop();
      return new Promise((resolve) => aedes.close(() => resolve()));
    },
  };
}

function describePublication(packet: {
  topic: string;
  qos?: number;
  retain?: boolean;
  payload?: string | Uint8Array;
}): Publication {
  const { topic, qos = 0, retain = false, payload = '' } = packet;
  return {
    topic,
    qos,
    retain,
    payloadBytes: typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length,
  };
}
