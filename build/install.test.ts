import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled } from './install.mjs';

let folder = '';

const lock = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/fsevents': { version: '2.3.3', optional: true },
};

function write(file: string, packages: object) {
  writeFileSync(join(folder, file), JSON.stringify({ packages }));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-install-'));
  mkdirSync(join(folder, 'node_modules'));
  write('package-lock.json', lock);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('node_modules', () => {
  it('counts as installed when it has what the lock file asks for, optional packages aside', () => {
    write('node_modules/.package-lock.json', { 'node_modules/zod': { version: '4.6.7' } });
    expect(isInstalled(folder)).toBe(true);
  });

  it('counts as missing when npm never finished', () => {
    expect(isInstalled(folder)).toBe(false);
  });

  it.each([
    ['another version', { 'node_modules/zod': { version: '4.0.0' } }],
    ['no such package', {}],
    [
      'another version of an optional package',
      {
        'node_modules/zod': { version: '4.6.7' },
        'node_modules/fsevents': { version: '1.0.0' },
      },
    ],
  ])('counts as outdated with %s', (_difference, packages) => {
    write('node_modules/.package-lock.json', packages);
    expect(isInstalled(folder)).toBe(false);
  });

  it('cannot be judged without a lock file, and the message says so', () => {
    rmSync(join(folder, 'package-lock.json'));
    expect(() => isInstalled(folder)).toThrow('package-lock.json is missing or damaged');
  });
});
