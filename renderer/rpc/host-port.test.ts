import { expect, it } from 'vitest';
import { takeToken } from './host-port.ts';

function createStorage() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

it('takes the token out of the address and keeps it for a reload', () => {
  const storage = createStorage();
  const shown: unknown[] = [];
  const history = {
    replaceState: (_data: unknown, _unused: string, url?: string | URL | null) => void shown.push(url),
  };
  const location = { hash: '#token=secret', pathname: '/jobs', search: '?q=1' };
  expect(takeToken(location, history, storage)).toBe('secret');
  expect(shown).toEqual(['/jobs?q=1']);
  expect(takeToken({ ...location, hash: '' }, history, storage)).toBe('secret');
});

it('has none when nobody gave one', () => {
  const history = { replaceState: () => undefined };
  expect(takeToken({ hash: '', pathname: '/', search: '' }, history, createStorage())).toBeUndefined();
});
