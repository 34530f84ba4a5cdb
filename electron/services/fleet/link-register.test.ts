import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentOpener, createSigner, generatePrivateKey } from '../../../contract/wire/documents.ts';
import { createJsonStore, type JsonStore } from '../storage/json-store.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { createLinkRegister, type LinkRegister } from './link-register.ts';
import { EMPTY_FLEET, StoredFleet } from './stored-device.ts';

const macOf = (index: number): string => `B827EB${index.toString(16).toUpperCase().padStart(6, '0')}`;

let folder: string;
let store: JsonStore<StoredFleet>;
let fleet: Fleet;
let register: LinkRegister;
let cleared: string[] = [];
let published: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-links-'));
  published = [];
  const ignore = (): void => undefined;
  const path = join(folder, 'devices.json');
  store = createJsonStore({ path, schema: StoredFleet, version: 1, defaults: EMPTY_FLEET, onReport: ignore });
  await store.start();
  const fail = (error: unknown): never => {
    throw error;
  };
  const opener = createDocumentOpener();
  fleet = createFleet({ siteId: 'site1234', store, opener, now: Date.now, onEvent: ignore, onError: fail });
  await fleet.start();
  const signer = await createSigner(await generatePrivateKey());
  register = createLinkRegister({
    siteId: 'site1234',
    store,
    fleet,
    signer: () => signer,
    now: Date.now,
    clearRetained: async (mac) => void cleared.push(mac),
    async publishLink(mac) {
      published.push(mac);
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  });
});
afterEach(async () => {
  await fleet.stop();
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('links of many devices', () => {
  it('are published once each when their keys become known all at once', async () => {
    const macs = Array.from({ length: 60 }, (_, index) => macOf(index));
    await register.link(macs, {});
    expect(published.sort()).toEqual(macs);
    published = [];
    const key = (await createSigner(await generatePrivateKey())).publicKey;
    await Promise.all(macs.map((mac) => register.bind(mac, key)));
    expect(published.sort()).toEqual(macs);
    expect(Object.values(store.data.devices).every((device) => device.linkPublished)).toBe(true);
  });
});

it('a forgotten device is taken off the broker too, and a linked one is not forgotten', async () => {
  cleared = [];
  const mac = macOf(1);
  await register.link([mac], {});
  await expect(register.forget([mac])).rejects.toMatchObject({ code: 'conflict' });
  await register.unlink([mac]);
  await register.forget([mac]);
  expect(cleared).toEqual([mac]);
  expect(fleet.stored(mac)).toBeUndefined();
});
