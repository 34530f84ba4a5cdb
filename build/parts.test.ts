import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, parts, recordFile, staleParts } from './parts.mjs';

let folder = '';

function write(file: string, content: string) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-parts-'));
  write('package.json', '{}');
  write('contract/model/device.ts', 'export const device = 1;');
  write('agent/main.ts', 'export {};');
  write('cli/main.ts', 'export {};');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the fingerprint of a part', () => {
  it('is the same as long as nothing changes', () => {
    const before = fingerprint(folder, 'agent');
    write('agent/main.ts', 'export {};');
    expect(fingerprint(folder, 'agent')).toBe(before);
  });

  it.each([
    ['a source changes', 'agent/main.ts', 'export const x = 1;'],
    ['a source appears', 'agent/link/session.ts', ''],
    ['the contract changes', 'contract/model/device.ts', 'export const device = 2;'],
    ['a package changes', 'package.json', '{"version":"2.0.0"}'],
  ])('changes when %s', (_change, file, content) => {
    const before = fingerprint(folder, 'agent');
    write(file, content);
    expect(fingerprint(folder, 'agent')).not.toBe(before);
  });

  it.each(['cli/main.ts', 'agent/main.test.ts', 'agent/README.md', 'contract/wire/fixtures/a.ts'])(
    'of the agent ignores %s',
    (file) => {
      const before = fingerprint(folder, 'agent');
      write(file, 'changed');
      expect(fingerprint(folder, 'agent')).toBe(before);
    },
  );
});

describe('a part is stale', () => {
  const build = () => {
    for (const output of parts.agent.outputs) write(output, '');
    write(recordFile, JSON.stringify({ agent: fingerprint(folder, 'agent') }));
  };

  it('until it was built from the present sources', () => {
    expect(staleParts(folder, ['agent', 'cli'])).toEqual(['agent', 'cli']);
    build();
    expect(staleParts(folder, ['agent', 'cli'])).toEqual(['cli']);
    write('agent/main.ts', 'export const x = 1;');
    expect(staleParts(folder, ['agent'])).toEqual(['agent']);
  });

  it('when its output is gone', () => {
    build();
    rmSync(join(folder, 'dist/agent'), { recursive: true });
    expect(staleParts(folder, ['agent'])).toEqual(['agent']);
  });

  it('when the record of the last build is damaged', () => {
    build();
    write(recordFile, '{"agent":');
    expect(staleParts(folder, ['agent'])).toEqual(['agent']);
  });
});
