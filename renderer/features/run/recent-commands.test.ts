import { expect, test } from 'vitest';
import { createRecentCommands, type TextStorage } from './recent-commands.ts';

function memoryStorage(): TextStorage & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

test('the newest command comes first and is kept once', () => {
  const recent = createRecentCommands(memoryStorage());
  for (const command of ['uname -a', 'df -h', ' uname -a ', '']) recent.add(command);
  expect(recent.list()).toEqual(['uname -a', 'df -h']);
});

test('thirty are kept, and clearing forgets them', () => {
  const storage = memoryStorage();
  const recent = createRecentCommands(storage);
  for (let index = 0; index < 40; index += 1) recent.add(`echo ${index}`);
  expect(recent.list()).toHaveLength(30);
  expect(recent.list()[0]).toBe('echo 39');
  recent.clear();
  expect(storage.values.size).toBe(0);
});

test('nonsense in the storage is an empty list', () => {
  const storage = memoryStorage();
  storage.setItem('muster.recent-commands', '{"a":1}');
  expect(createRecentCommands(storage).list()).toEqual([]);
});
