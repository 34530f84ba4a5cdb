import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { AppError } from '../../../contract/lib/errors.ts';
import type { BrokerSettings, ConnectionReport, ConnectionStage } from '../../../contract/model/site.ts';
import { type BrokerAddress, parseBrokerUrl } from './broker-address.ts';
import { describeSessionFailure, mayBeVersionProblem } from './connack-advice.ts';
import { type MqttSession, startSession } from './mqtt-stage.ts';
import { connectTcp, resolveName } from './network-stages.ts';
import { checkRights } from './rights-stage.ts';
import { failed, messageOf, passed, type StageOutcome } from './stage.ts';
import { describeClientCertificateAlert } from './tls-advice.ts';
import { secure } from './tls-stage.ts';

/** What `testConnection` needs of a site's broker settings. */
export type TestedBroker = Omit<BrokerSettings, 'deviceUsername' | 'devicePassword'>;

/** Longest time of each stage in milliseconds. */
export type StageLimits = Record<ConnectionStage, number>;

export interface ConnectionTestResult extends ConnectionReport {
  /** Known once the broker has accepted the client. */
  broker?: { protocol: 4 | 5; maximumPacketSize?: number };
}

const LIMITS: StageLimits = { name: 5000, tcp: 5000, tls: 8000, connack: 8000, rights: 10_000 };

interface Welcome {
  session: MqttSession;
  protocol: 4 | 5;
}

/**
 * Connects to a broker step by step (name, TCP, TLS, CONNACK, rights) and reports each step; the first that fails is the
 * last. Leaves nothing behind on the broker. Throws only `cancelled`, when the signal says so.
 */
export async function testConnection(
  settings: TestedBroker,
  {
    signal = new AbortController().signal,
    limits = {},
  }: { signal?: AbortSignal; limits?: Partial<StageLimits> } = {},
): Promise<ConnectionTestResult> {
  const limitsMs = { ...LIMITS, ...limits };
  const stages: ConnectionReport['stages'] = [];
  const opened = new Set<Socket>();
  let welcome: Welcome | undefined;

  /** Runs one stage and notes it; undefined when it failed. */
  async function run<T>(
    stage: ConnectionStage,
    work: (limit: { signal: AbortSignal; limitMs: number }) => Promise<StageOutcome<T>>,
  ): Promise<{ value: T } | undefined> {
    const startedMs = performance.now();
    const limitMs = limitsMs[stage];
    const outcome = await work({ signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]), limitMs });
    if (signal.aborted) throw new AppError('cancelled', 'The connection test was cancelled.');
    const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
    if (outcome.ok) {
      stages.push({ stage, ok: true, durationMs, detail: outcome.detail, advice: outcome.advice });
      return { value: outcome.value };
    }
    const { detail, advice } = outcome;
    // A failure of an earlier stage that only shows now takes that stage's place.
    const culprit = stages.findIndex((entry) => entry.stage === outcome.stage);
    if (culprit >= 0) stages.length = culprit;
    stages.push({ stage: outcome.stage ?? stage, ok: false, durationMs, detail, advice });
    return undefined;
  }

  async function runAll(): Promise<void> {
    const named = await run('name', async (limit) => {
      const parsed = parse(settings.url);
      if (!parsed.ok) return parsed;
      const found = await resolveName(parsed.value.host, limit);
      return found.ok ? passed({ address: parsed.value, addresses: found.value }, found.detail) : found;
    });
    if (!named) return;
    const { address, addresses } = named.value;
    const tcp = await run('tcp', async (limit) => keep(await connectTcp(addresses, address, limit)));
    if (!tcp) return;
    let socket = tcp.value;
    if (address.isSecure) {
      const tls = await run('tls', async (limit) => keep(await secure(socket, address, settings, limit)));
      if (!tls) return;
      socket = tls.value;
    }
    const connack = await run('connack', (limit) => greet(socket, address, addresses, limit));
    if (!connack) return;
    welcome = connack.value;
    const { session, protocol } = welcome;
    await run('rights', (limit) =>
      checkRights(session.client, session.connack, {
        rootTopic: settings.rootTopic,
        username: settings.username,
        protocol,
        probeId: randomBytes(8).toString('hex'),
        ...limit,
      }),
    );
  }

  /** MQTT 5 first, for its reason codes; over a new connection MQTT 3.1.1 when the broker does not know it. */
  async function greet(
    socket: Socket,
    address: BrokerAddress,
    addresses: readonly string[],
    limit: { signal: AbortSignal; limitMs: number },
  ): Promise<StageOutcome<Welcome>> {
    const { username, password } = settings;
    const attempt = (protocolVersion: 4 | 5, over: Socket) => {
      const clientId = `muster-test-${randomBytes(6).toString('hex')}`;
      return startSession(over, address, { protocolVersion, clientId, username, password }, limit.signal);
    };
    let protocol: 4 | 5 = 5;
    let result = await attempt(5, socket);
    if (!result.ok && mayBeVersionProblem(result.failure) && !limit.signal.aborted) {
      const again = await reconnect(address, addresses, limit);
      if (again) {
        protocol = 4;
        result = await attempt(4, again);
      }
    }
    if (result.ok) {
      const name = protocol === 5 ? 'MQTT 5' : 'MQTT 3.1.1';
      return passed(
        { session: result.session, protocol },
        `The broker accepted the connection with ${name}.`,
      );
    }
    const { failure } = result;
    const error = failure.kind === 'closed' || failure.kind === 'not-websocket' ? failure.error : undefined;
    const alert = address.isSecure && error ? describeClientCertificateAlert(error) : undefined;
    if (alert) return failed(alert, 'tls');
    return failed(describeSessionFailure(failure, { address, username, limitMs: limit.limitMs }));
  }

  async function reconnect(
    address: BrokerAddress,
    addresses: readonly string[],
    limit: { signal: AbortSignal; limitMs: number },
  ): Promise<Socket | undefined> {
    const tcp = keep(await connectTcp(addresses, address, limit));
    if (!tcp.ok || !address.isSecure) return tcp.ok ? tcp.value : undefined;
    const tls = keep(await secure(tcp.value, address, settings, limit));
    return tls.ok ? tls.value : undefined;
  }

  function keep<S extends Socket>(outcome: StageOutcome<S>): StageOutcome<S> {
    if (outcome.ok) {
      opened.add(outcome.value);
      // Between two stages a connection may break without anyone looking; the next stage finds it closed.
      outcome.value.on('error', () => outcome.value.destroy());
    }
    return outcome;
  }

  try {
    await runAll();
  } finally {
    welcome?.session.client.end(true);
    for (const socket of opened) socket.destroy();
  }
  const ok = stages.every((entry) => entry.ok);
  if (!welcome) return { ok, stages };
  const { protocol, session } = welcome;
  const maximumPacketSize = session.connack.properties?.maximumPacketSize;
  return {
    ok,
    stages,
    broker: maximumPacketSize === undefined ? { protocol } : { protocol, maximumPacketSize },
  };
}

function parse(url: string): StageOutcome<BrokerAddress> {
  try {
    return passed(parseBrokerUrl(url), '');
  } catch (error) {
    return failed({ detail: messageOf(error), advice: 'Correct the address.' });
  }
}
