import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../contract/lib/errors.ts';
import {
  createDocumentOpener,
  createSigner,
  generatePrivateKey,
  type Signer,
} from '../../contract/wire/documents.ts';
import { Link } from '../../contract/wire/messages/site.ts';
import { createFleet, type Fleet } from '../../electron/services/fleet/fleet.ts';
import { createLinkRegister, type LinkRegister } from '../../electron/services/fleet/link-register.ts';
import { EMPTY_FLEET, StoredFleet } from '../../electron/services/fleet/stored-device.ts';
import { createJsonStore, type JsonStore } from '../../electron/services/storage/json-store.ts';

const SITE = 'site12345678';
export const FLEET_MAC = 'B827EB000001';

/** A fleet and its links on a real store, one device key, a clock that a test moves, and no broker. */
export async function startFleetBench() {
  const folder = mkdtempSync(join(tmpdir(), 'muster-fleet-'));
  const siteKey = await createSigner(await generatePrivateKey());
  const device = await createSigner(await generatePrivateKey());
  const published: Link[] = [];
  const cleared: string[] = [];
  const events: string[] = [];
  const appeared: string[] = [];
  let nowMs = Date.parse('2026-11-25T08:00:00.000Z');
  let offline = false;
  let store: JsonStore<StoredFleet>;
  let fleet: Fleet;
  let links: LinkRegister;

  function requireConnection(): void {
    if (offline) throw new AppError('offline', 'There is no connection.');
  }

  async function open(): Promise<void> {
    store = createJsonStore({
      path: join(folder, 'devices.json'),
      schema: StoredFleet,
      version: 1,
      defaults: EMPTY_FLEET,
      onReport: () => undefined,
    });
    await store.start();
    const opener = createDocumentOpener();
    fleet = createFleet({
      siteId: SITE,
      store,
      opener,
      now: () => nowMs,
      onEvent: (mac, kind) => events.push(`${mac} ${kind}`),
      onError: (error) => {
        throw error;
      },
    });
    await fleet.start();
    links = createLinkRegister({
      siteId: SITE,
      store,
      fleet,
      signer: () => siteKey,
      now: () => nowMs,
      async publishLink(_mac, jws) {
        requireConnection();
        const accepts = (key: string): boolean => key === siteKey.publicKey;
        const opened = await opener.open({
          jws,
          type: 'muster-link',
          limitBytes: 50_000,
          schema: Link,
          accepts,
        });
        published.push(opened.payload);
      },
      async clearRetained(mac) {
        requireConnection();
        cleared.push(mac);
      },
    });
    fleet.appeared.on((mac) => appeared.push(mac));
    fleet.keySeen.on(({ mac, publicKey }) => void links.bind(mac, publicKey));
  }

  async function close(): Promise<void> {
    await fleet.stop();
    await store.stop();
  }

  const inventoryOf = (signer: Signer, change: Record<string, unknown> = {}): Promise<string> =>
    signer.sign('muster-inventory', {
      v: 2,
      site: SITE,
      mac: FLEET_MAC,
      publicKey: signer.publicKey,
      hostName: 'press-07',
      arch: 'arm64',
      addresses: [],
      agentVersion: '0.1.0',
      ...change,
    });
  const presenceText = (change: Record<string, unknown> = {}): string =>
    JSON.stringify({
      v: 2,
      online: true,
      session: 's1',
      since: '1970-01-01T00:00:00.000Z',
      bootId: 'b1',
      agentVersion: '0.1.0',
      capabilities: ['shell.run'],
      keepAliveSec: 20,
      ...change,
    });

  await open();
  return {
    device,
    published,
    cleared,
    events,
    appeared,
    get store() {
      return store;
    },
    get fleet() {
      return fleet;
    },
    get links() {
      return links;
    },
    advance(ms: number): void {
      nowMs += ms;
    },
    setOffline(value: boolean): void {
      offline = value;
    },
    inventoryOf,
    presenceText,
    /** The device says that it is there, and who it is. */
    async announce(): Promise<void> {
      fleet.presence(FLEET_MAC, presenceText(), false);
      await fleet.inventory(FLEET_MAC, await inventoryOf(device));
    },
    async restart(): Promise<void> {
      await close();
      await open();
    },
    /** As after the loss of the disk. */
    async restartEmpty(): Promise<void> {
      await close();
      rmSync(folder, { recursive: true });
      await open();
    },
    async remove(): Promise<void> {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type FleetBench = Awaited<ReturnType<typeof startFleetBench>>;
