import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createDiskFiles } from './files.ts';
import { createJsonStore, type JsonStore, type JsonStoreOptions } from './json-store.ts';
import type { StorageReport } from './report.ts';

const Names = z.object({ names: z.array(z.string().max(50)) });
type Names = z.infer<typeof Names>;

let folder: string;
let path: string;
let reports: StorageReport[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-store-'));
  path = join(folder, 'names.json');
  reports = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function newStore(options: Partial<JsonStoreOptions<Names>> = {}): JsonStore<Names> {
  return createJsonStore<Names>({
    path,
    schema: Names,
    version: 1,
    defaults: { names: [] },
    onReport: (report) => reports.push(report),
    ...options,
  });
}

async function openStore(options: Partial<JsonStoreOptions<Names>> = {}): Promise<JsonStore<Names>> {
  const store = newStore(options);
  await store.start();
  return store;
}

async function savedNames(...names: string[]): Promise<void> {
  const store = await openStore();
  await store.update((draft) => {
    draft.names.push(...names);
  });
  await store.stop();
}

const add = (store: JsonStore<Names>, name: string): Promise<number> =>
  store.update((draft) => draft.names.push(name));

describe('a JSON store', () => {
  test('keeps what was updated and gives the result of the change', async () => {
    const store = await openStore();
    expect(await add(store, 'Ada')).toBe(1);
    await store.stop();
    expect((await openStore()).data).toEqual({ names: ['Ada'] });
    expect(reports).toEqual([]);
  });

  test('writes files that only this user may read', async () => {
    await savedNames('Ada');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}.bak`).mode & 0o777).toBe(0o600);
  });

  test('shares few writes among many updates that are made at once, in their order', async () => {
    let writes = 0;
    const disk = createDiskFiles();
    const files = {
      ...disk,
      write: (to: string, bytes: Buffer, mode: number) => {
        writes += 1;
        return disk.write(to, bytes, mode);
      },
    };
    const store = await openStore({ files });
    const names = Array.from({ length: 500 }, (_, index) => `device ${index}`);
    await Promise.all(names.map((name) => add(store, name)));
    expect(store.data.names).toEqual(names);
    expect(writes).toBeLessThanOrEqual(4);
    await store.stop();
    expect((await openStore()).data.names).toEqual(names);
  });

  test('refuses only the update that breaks the schema or throws, and keeps the others made with it', async () => {
    const store = await openStore();
    const outcomes = await Promise.allSettled([
      add(store, 'Ada'),
      add(store, 'x'.repeat(51)),
      store.update((draft) => {
        draft.names.push('half');
        throw new Error('changed my mind');
      }),
      add(store, 'Grace'),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(store.data.names).toEqual(['Ada', 'Grace']);
    await expect(add(store, 'x'.repeat(51))).rejects.toMatchObject({ code: 'invalid' });
  });

  test('shows data that nobody can change by accident', async () => {
    await savedNames('Ada');
    const store = await openStore();
    expect(() => store.data.names.push('Eve')).toThrow(TypeError);
  });

  test('refuses to grow above its limit', async () => {
    const store = await openStore({ limitBytes: 200 });
    await expect(
      store.update((draft) => {
        draft.names = Array.from({ length: 20 }, () => 'a long enough name');
      }),
    ).rejects.toMatchObject({ code: 'too-large' });
    expect(store.data.names).toEqual([]);
  });

  test('says that it is closed after stop and before start', async () => {
    const store = newStore();
    expect(() => store.data).toThrow(/closed/);
    await expect(add(store, 'Ada')).rejects.toMatchObject({ code: 'cancelled' });
    await store.start();
    const pending = add(store, 'Ada');
    await store.stop();
    await pending;
    await expect(add(store, 'Eve')).rejects.toMatchObject({ code: 'cancelled' });
    expect((await openStore()).data.names).toEqual(['Ada']);
  });
});

describe('damage', () => {
  const damages: Record<string, (bytes: Buffer) => Buffer> = {
    'cut in half': (bytes) => bytes.subarray(0, bytes.length / 2),
    empty: () => Buffer.alloc(0),
    'zeros of the same length': (bytes) => Buffer.alloc(bytes.length),
    'one letter changed': (bytes) => Buffer.from(bytes.toString().replace('Ada', 'Adb')),
    'not UTF-8': (bytes) => Buffer.concat([bytes, Buffer.from([0xff, 0xfe])]),
    'another schema': () => Buffer.from('{"version":1,"data":{"names":"none"}}'),
    'no version': () => Buffer.from('{"names":[]}'),
    'a number': () => Buffer.from('42'),
    'nested very deep': () => Buffer.from('['.repeat(100_000)),
    'far too large': () => Buffer.alloc(2000, 'x'),
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(`a file that is ${name} is replaced by its backup, kept aside and reported`, async () => {
      await savedNames('Ada', 'Grace');
      const damaged = damage(readFileSync(path));
      writeFileSync(path, damaged);
      const store = await openStore({ limitBytes: 1000 });
      expect(store.data.names).toEqual(['Ada', 'Grace']);
      expect(reports).toHaveLength(1);
      expect(reports[0]?.level).toBe('warning');
      expect(reports[0]?.message).toContain('replaced by its backup');
      const kept = readdirSync(folder).filter((file) => file.startsWith('names.json.damaged-'));
      expect(kept).toHaveLength(1);
      expect(readFileSync(join(folder, kept[0] ?? ''))).toEqual(damaged);
      await store.stop();
      reports = [];
      expect((await openStore()).data.names).toEqual(['Ada', 'Grace']);
      expect(reports).toEqual([]);
    });
  }

  test('a file that was deleted comes back from its backup', async () => {
    await savedNames('Ada');
    rmSync(path);
    expect((await openStore()).data.names).toEqual(['Ada']);
    expect(reports[0]?.message).toContain('is missing');
    expect(existsSync(path)).toBe(true);
  });

  test('a damaged backup is made anew and reported while the file is whole', async () => {
    await savedNames('Ada');
    writeFileSync(`${path}.bak`, 'garbage');
    expect((await openStore()).data.names).toEqual(['Ada']);
    expect(reports[0]?.level).toBe('warning');
    expect(readFileSync(`${path}.bak`)).toEqual(readFileSync(path));
  });

  test('damage to both is an error that names the folder, and both are kept', async () => {
    await savedNames('Ada');
    writeFileSync(path, 'garbage');
    writeFileSync(`${path}.bak`, 'rubbish');
    const store = await openStore();
    expect(store.data.names).toEqual([]);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.level).toBe('error');
    expect(reports[0]?.message).toContain(folder);
    await add(store, 'Grace');
    const kept = readdirSync(folder).filter((file) => file.includes('.damaged-'));
    expect(kept.map((file) => readFileSync(join(folder, file), 'utf8')).sort()).toEqual([
      'garbage',
      'rubbish',
    ]);
  });

  test('a file that a person wrote without a check sum is accepted', async () => {
    writeFileSync(path, '{ "version": 1, "data": { "names": ["by hand"] } }');
    expect((await openStore()).data.names).toEqual(['by hand']);
  });
});

describe('versions', () => {
  const migrations = {
    1: (data: unknown) => ({ names: z.object({ list: z.array(z.string()) }).parse(data).list }),
  };

  test('an old file is migrated, and the old one is kept', async () => {
    writeFileSync(path, '{"version":1,"data":{"list":["Ada"]}}');
    const store = await openStore({ version: 2, migrations });
    expect(store.data.names).toEqual(['Ada']);
    expect(readFileSync(`${path}.version-1`, 'utf8')).toContain('"list"');
    await store.stop();
    expect((await openStore({ version: 2, migrations })).data.names).toEqual(['Ada']);
    expect(reports).toEqual([]);
  });

  test('a file from a newer Muster is refused and not touched', async () => {
    writeFileSync(path, '{"version":7,"data":{"future":true}}');
    await expect(openStore()).rejects.toMatchObject({ code: 'incompatible' });
    expect(readFileSync(path, 'utf8')).toBe('{"version":7,"data":{"future":true}}');
    expect(readdirSync(folder)).toEqual(['names.json']);
  });
});

describe('a folder without rights', () => {
  test('is named in the error', async (context) => {
    if (process.getuid?.() === 0) context.skip('no rights hold root back');
    await savedNames('Ada');
    const store = await openStore();
    chmodSync(folder, 0o500);
    try {
      await expect(add(store, 'Eve')).rejects.toMatchObject({ code: 'denied' });
      expect(store.data.names).toEqual(['Ada']);
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  test('an error of the system becomes a sentence that names the folder, whatever the account', async () => {
    const disk = createDiskFiles();
    for (const code of ['EACCES', 'EROFS', 'EPERM']) {
      const files = {
        ...disk,
        write: async () => {
          throw Object.assign(new Error(code), { code });
        },
      };
      const store = await openStore({ files });
      await expect(add(store, 'Eve')).rejects.toMatchObject({
        code: 'denied',
        message: expect.stringContaining(folder),
      });
      expect(store.data.names).toEqual([]);
    }
  });
});
