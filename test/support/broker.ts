import { randomBytes } from 'node:crypto';
import { type Account, hashPassword } from '../../electron/broker/account.ts';
import type { BrokerLimits } from '../../electron/broker/broker-limits.ts';
import type { BrokerReport } from '../../electron/broker/broker-report.ts';
import {
  createEmbeddedBroker,
  type EmbeddedBrokerOptions,
  INTERNAL_LISTENER,
} from '../../electron/broker/embedded-broker.ts';
import {
  type CertificateWithKey,
  createAuthority,
} from '../../electron/services/authority/certificate-authority.ts';
import {
  issueServerCertificate,
  siteServerName,
} from '../../electron/services/authority/server-certificate.ts';
import { openMqttClient, refusalOf, type TestMqttClient } from './mqtt-client.ts';
import { until } from './poll.ts';

export const TEST_MAC = 'B827EB407E5A';
export const OTHER_MAC = 'DCA632000001';
const siteId = 'k3v9x2m7q1';

/** An embedded broker on free ports of loopback, with all transports, two devices, a console and two tokens. */
export async function startTestBroker(
  options: { limits?: Partial<BrokerLimits> } & Partial<EmbeddedBrokerOptions> = {},
) {
  const secret = randomBytes(32).toString('base64url');
  const passwordSha256 = hashPassword(secret);
  const accounts: Account[] = [
    { kind: 'control', username: 'control-1', passwordSha256 },
    { kind: 'device', mac: TEST_MAC, passwordSha256 },
    { kind: 'device', mac: OTHER_MAC, passwordSha256 },
    { kind: 'join', tokenId: 'freshone', passwordSha256, expiresAtMs: Date.now() + 3_600_000 },
    { kind: 'join', tokenId: 'expired1', passwordSha256, expiresAtMs: Date.now() - 1000 },
  ];
  const ca = await createAuthority('Test');
  const host = '127.0.0.1';
  const broker = createEmbeddedBroker({
    rootTopic: 'iotm-sys',
    tls: await issueTestCertificate(ca),
    accounts,
    listeners: (['mqtts', 'mqtt', 'ws', 'wss'] as const).map((transport) => ({
      name: transport,
      transport,
      host,
      port: 0,
    })),
    ...options,
  });
  const seen: Required<Omit<BrokerReport, 'statistics'>> & Pick<BrokerReport, 'statistics'> = {
    connected: [],
    disconnected: [],
    denied: [],
    refused: [],
  };
  broker.reports.on((report) => {
    seen.connected.push(...report.connected);
    seen.disconnected.push(...report.disconnected);
    seen.denied.push(...report.denied);
    seen.refused.push(...report.refused);
    if (report.statistics) seen.statistics = report.statistics;
  });
  const ports = await broker.start();
  let sessions: TestMqttClient[] = [];

  const url = (name = 'mqtt'): string =>
    `${name === INTERNAL_LISTENER ? 'mqtt' : name}://127.0.0.1:${ports[name]}`;
  const trusting = { ca: ca.certPem, servername: siteServerName(siteId) };
  const credentialsOf = (mac: string) => ({
    username: mac,
    password: secret,
    clientId: `muster-agent-${mac}`,
  });

  async function open(target: string, clientOptions: object): Promise<TestMqttClient> {
    const session = await openMqttClient(target, { password: secret, ...clientOptions });
    sessions.push(session);
    return session;
  }

  async function closeSessions(): Promise<void> {
    await Promise.all(sessions.map((session) => session.close()));
    sessions = [];
  }

  return {
    broker,
    ports,
    ca,
    seen,
    secret,
    passwordSha256,
    trusting,
    url,
    open,
    closeSessions,
    credentialsOf,
    topic: (rest: string): string => `iotm-sys/v2/${rest}`,
    openControl: (clientOptions: object = {}) =>
      open(url(INTERNAL_LISTENER), {
        username: 'control-1',
        clientId: `control-${randomBytes(4).toString('hex')}`,
        ...clientOptions,
      }),
    openDevice: (mac = TEST_MAC, clientOptions: object = {}) =>
      open(url(), { ...credentialsOf(mac), ...clientOptions }),
    /** CONNACK code with which a device is refused, or `connected`. */
    refusal: (clientOptions: object = {}, target = url()) =>
      refusalOf(target, { ...credentialsOf(TEST_MAC), ...clientOptions }),
    /** Waits until the broker has reported a refused or cut connection. */
    refusedAs: (reason: string) =>
      until(() => seen.refused.some((entry) => entry.reason === reason), `a report of ${reason}`),
    async stop(): Promise<void> {
      await closeSessions();
      await broker.stop();
    },
  };
}
export type TestBroker = Awaited<ReturnType<typeof startTestBroker>>;

/** A certificate for the test site, signed by this authority. */
export function issueTestCertificate(ca: CertificateWithKey): Promise<CertificateWithKey> {
  return issueServerCertificate({ ca, siteId, hostNames: [], addresses: [] });
}
