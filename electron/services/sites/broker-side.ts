import { AppError } from '../../../contract/lib/errors.ts';
import type { Service } from '../../../contract/lib/service.ts';
import type { Account } from '../../broker/account.ts';
import type { BrokerEntrance } from '../enrolments/enrolments.ts';
import type { MqttAccess } from '../link/mqtt-session.ts';
import type { SiteSecrets } from './broker-secrets.ts';
import { lanAddresses } from './local-addresses.ts';
import { createSiteBroker } from './site-broker.ts';
import type { BrokerSecrets, PublicBrokerSettings, StoredSite } from './stored-site.ts';

/** What a site needs of its broker, embedded or not. */
export interface BrokerSide extends Service {
  access(): MqttAccess;
  /** How devices get in: the broker's part of an enrolment file. */
  entrance(): Promise<BrokerEntrance>;
  port(): number;
  /** For people: where devices connect. */
  displayUrl(): string;
  putAccounts(accounts: readonly Account[]): Promise<void>;
  removeAccounts(usernames: readonly string[]): Promise<void>;
}

export interface BrokerSideOptions {
  readonly record: StoredSite;
  readonly secrets: SiteSecrets;
  accounts(): readonly Account[];
  onTrouble(detail: string): void;
  onIgnored(topic: string, error: unknown): void;
  onError(error: unknown): void;
}

export function createBrokerSide(options: BrokerSideOptions): BrokerSide {
  const { broker } = options.record;
  return broker.kind === 'embedded'
    ? embeddedSide(options, broker.settings)
    : externalSide(options, broker.settings);
}

function embeddedSide(
  options: BrokerSideOptions,
  settings: { tlsPort: number; host: string; rootTopic: string },
): BrokerSide {
  const { record } = options;
  const broker = createSiteBroker({
    siteId: record.id,
    siteName: record.name,
    rootTopic: settings.rootTopic,
    host: settings.host,
    tlsPort: settings.tlsPort,
    secrets: options.secrets,
    accounts: options.accounts,
    onReport(report) {
      for (const denied of report.denied) {
        const what = `${denied.username} may not ${denied.action} (${denied.reason}), ${denied.count} times.`;
        options.onIgnored(denied.topic, new AppError('denied', what));
      }
      for (const refused of report.refused) {
        const what = `${refused.remoteAddress}: ${refused.reason}, ${refused.count} times. ${refused.detail}`;
        options.onIgnored('connection', new AppError('denied', what));
      }
    },
    onTrouble: options.onTrouble,
    onError: options.onError,
  });
  const onlyHere = settings.host === '127.0.0.1' || settings.host === '::1';
  const reachable = (): string[] => {
    if (onlyHere) return [settings.host];
    return settings.host === '0.0.0.0' || settings.host === '::'
      ? [...lanAddresses(), '127.0.0.1']
      : [settings.host];
  };
  const urls = (): string[] =>
    reachable().map((host) => `mqtts://${host.includes(':') ? `[${host}]` : host}:${broker.port()}`);
  return {
    ...broker,
    displayUrl: () => urls()[0] ?? '',
    entrance: async () => ({
      siteName: record.name,
      sitePublicKey: record.publicKey,
      rootTopic: settings.rootTopic,
      brokerUrls: urls().slice(0, 16),
      caPem: broker.caPem(),
      serverName: broker.serverName,
      login: 'join',
    }),
  };
}

function externalSide(options: BrokerSideOptions, settings: PublicBrokerSettings): BrokerSide {
  const { record } = options;
  let secrets: BrokerSecrets = {};
  return {
    name: 'external broker',
    async start() {
      secrets = await options.secrets.broker();
    },
    stop: () => undefined,
    access: () => ({ ...settings, password: secrets.password, clientKeyPem: secrets.clientKeyPem }),
    entrance: async () => ({
      siteName: record.name,
      sitePublicKey: record.publicKey,
      rootTopic: settings.rootTopic,
      brokerUrls: [settings.url],
      caPem: settings.caPem,
      serverName: settings.serverName,
      clientCertPem: settings.clientCertPem,
      clientKeyPem: secrets.clientKeyPem,
      login: 'shared',
      username: settings.deviceUsername ?? settings.username,
      password: settings.deviceUsername === undefined ? secrets.password : secrets.devicePassword,
    }),
    port: () => portOf(settings.url),
    displayUrl: () => settings.url,
    // An external broker keeps accounts of its own; those of the enrolment file are its administrator's.
    putAccounts: async () => undefined,
    removeAccounts: async () => undefined,
  };
}

const DEFAULT_PORTS: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port ? Number(port) : (DEFAULT_PORTS[protocol] ?? 0);
}
