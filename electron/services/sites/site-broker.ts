import { randomBytes } from 'node:crypto';
import type { Service } from '../../../contract/lib/service.ts';
import { type Account, hashPassword } from '../../broker/account.ts';
import type { BrokerReport } from '../../broker/broker-report.ts';
import { createEmbeddedBroker, INTERNAL_LISTENER } from '../../broker/embedded-broker.ts';
import { createAuthority } from '../authority/certificate-authority.ts';
import {
  issueServerCertificate,
  serverCertificateFits,
  siteServerName,
} from '../authority/server-certificate.ts';
import type { MqttAccess } from '../link/mqtt-session.ts';
import type { SiteSecrets } from './broker-secrets.ts';
import { lanAddresses, localHostName } from './local-addresses.ts';

/** The embedded broker of one site with its certificate and accounts. */
export interface SiteBroker extends Service {
  /** How the control centre itself gets in; valid after start. */
  access(): MqttAccess;
  /** The port for devices; valid after start. */
  port(): number;
  caPem(): string;
  readonly serverName: string;
  putAccounts(accounts: readonly Account[]): Promise<void>;
  removeAccounts(usernames: readonly string[]): Promise<void>;
}

export interface SiteBrokerOptions {
  readonly siteId: string;
  readonly siteName: string;
  readonly rootTopic: string;
  readonly host: string;
  readonly tlsPort: number;
  readonly secrets: SiteSecrets;
  accounts(): readonly Account[];
  onReport(report: BrokerReport): void;
  onTrouble(detail: string): void;
  onError(error: unknown): void;
}

const DEVICES = 'devices';

export function createSiteBroker(options: SiteBrokerOptions): SiteBroker {
  const { siteId, secrets } = options;
  const serverName = siteServerName(siteId);
  const username = `control-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(32).toString('hex');
  const control: Account = { kind: 'control', username, passwordSha256: hashPassword(password) };
  let broker: ReturnType<typeof createEmbeddedBroker> | undefined;
  let ports: Record<string, number> = {};
  let caPem = '';

  async function identity() {
    let ca = await secrets.authority();
    if (!ca) {
      ca = await createAuthority(options.siteName);
      await secrets.setAuthority(ca);
    }
    caPem = ca.certPem;
    const names = { siteId, hostNames: [localHostName()], addresses: lanAddresses() };
    const stored = await secrets.serverCertificate();
    if (stored && serverCertificateFits({ caPem, certPem: stored.certPem, ...names })) return stored;
    const issued = await issueServerCertificate({ ca, ...names });
    await secrets.setServerCertificate(issued);
    return issued;
  }

  return {
    name: 'site broker',
    serverName,
    async start() {
      const created = createEmbeddedBroker({
        rootTopic: options.rootTopic,
        // Once the system has chosen a port, devices know it.
        listeners: [
          { name: DEVICES, transport: 'mqtts', host: options.host, port: ports[DEVICES] ?? options.tlsPort },
        ],
        tls: await identity(),
        accounts: [control, ...options.accounts()],
        onListenerError: options.onError,
      });
      created.reports.on(options.onReport);
      created.states.on(({ state, detail }) => {
        if (state === 'restarting') options.onTrouble(detail);
      });
      ports = await created.start();
      broker = created;
    },
    async stop() {
      await broker?.stop();
      broker = undefined;
    },
    access: () => ({
      url: `mqtt://127.0.0.1:${broker?.ports()[INTERNAL_LISTENER] ?? 0}`,
      username,
      password,
    }),
    port: () => ports[DEVICES] ?? options.tlsPort,
    caPem: () => caPem,
    putAccounts: async (accounts) => broker?.putAccounts(accounts),
    removeAccounts: async (usernames) => broker?.removeAccounts(usernames),
  };
}
