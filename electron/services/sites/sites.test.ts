import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generatePrivateKey, type PrivateKey } from '../../../contract/wire/documents.ts';
import { until } from '../../../test/support/poll.ts';
import { createHistory, type History } from '../history/history.ts';
import { createSequence, type Sequence } from '../identity/sequence.ts';
import { createFileSecretStore } from '../secrets/file-secret-store.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createSites, type Sites } from './sites.ts';

const MAC = 'B827EB000001';
const BROKER = { tlsPort: 0, host: '127.0.0.1', rootTopic: 'iotm-sys' };

let folder: string;
let history: History;
let secretStore: SecretStore;
let sequence: Sequence;
let operatorKey: PrivateKey;
let sites: Sites;
let errors: unknown[];

async function open(): Promise<void> {
  const onReport = (): void => undefined;
  history = createHistory({ path: join(folder, 'history.sqlite'), onReport });
  secretStore = createFileSecretStore({ path: join(folder, 'secrets.json'), onReport });
  sequence = createSequence({ path: join(folder, 'sequence.json'), onReport });
  sites = createSites({
    dataFolder: folder,
    secretStore,
    history,
    sequence,
    operatorKey: () => operatorKey,
    operatorName: () => 'Ada',
    now: Date.now,
    announce: () => () => undefined,
    onReport,
    onError: (error) => errors.push(error),
    onIgnored: (_topic, error) => errors.push(error),
    onTrouble: (message) => errors.push(message),
  });
  await history.start();
  await secretStore.start();
  await sequence.start();
  await sites.start();
}

async function close(): Promise<void> {
  await sites.stop();
  await sequence.stop();
  await secretStore.stop();
  await history.stop();
}

const untilConnected = (siteId: string): Promise<void> =>
  until(() => sites.view(siteId).connection.state === 'connected', 'the site to be connected');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-sites-'));
  operatorKey = await generatePrivateKey();
  errors = [];
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the connection of a site', () => {
  it('keeps the port that the system chose when it is connected again, because devices know it', async () => {
    const { id, port } = await sites.create({ name: 'Yard', broker: BROKER });
    expect(port).toBeGreaterThan(0);
    await sites.connect(id, false);
    await sites.connect(id, true);
    expect(sites.view(id).port).toBe(port);
    await untilConnected(id);
  });

  it('is made once when two people ask for it at the same time', async () => {
    const { id } = await sites.create({ name: 'Yard', broker: BROKER });
    await sites.connect(id, false);
    const outcomes = await Promise.allSettled([sites.connect(id, true), sites.connect(id, true)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await untilConnected(id);
    expect(errors).toEqual([]);
  });

  it('ends as it was asked for last when it is ended while it is being made', async () => {
    const { id } = await sites.create({ name: 'Yard', broker: BROKER });
    await sites.connect(id, false);
    await Promise.all([sites.connect(id, true), sites.connect(id, false)]);
    expect(sites.view(id).connection.state).toBe('stopped');
    await Promise.all([sites.connect(id, true), sites.connect(id, false), sites.connect(id, true)]);
    await untilConnected(id);
    expect(errors).toEqual([]);
  });
});

describe('a device that was online when the program ended', () => {
  it('was heard last then, also when it never comes back', async () => {
    const { id } = await sites.create({ name: 'Yard', broker: BROKER });
    await untilConnected(id);
    const presence = {
      v: 2,
      online: true,
      session: 'session-1',
      since: new Date().toISOString(),
      bootId: 'boot-1',
      agentVersion: '0.1.0',
      capabilities: ['shell.run'],
      keepAliveSec: 20,
    };
    sites.get(id).fleet.presence(MAC, JSON.stringify(presence), false);
    const heard = sites.get(id).fleet.get(MAC);
    expect(heard).toMatchObject({ online: true, lastHeard: expect.any(String) });
    await close();
    await open();
    expect(sites.get(id).fleet.get(MAC)?.lastHeard).toBe(heard?.lastHeard);
  });
});
