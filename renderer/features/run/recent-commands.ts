import { z } from 'zod';

/** What this module needs of `localStorage`. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const KEY = 'muster.recent-commands';
const LIMIT = 30;
const LENGTH_LIMIT = 2_000;
const Commands = z.array(z.string().min(1).max(LENGTH_LIMIT)).max(LIMIT);

/** Commands that were run from this machine's window, newest first. Environment and scripts are never kept. */
export interface RecentCommands {
  list(): readonly string[];
  add(command: string): void;
  clear(): void;
}

/** A storage that is full, forbidden or holds nonsense is the same as an empty one: this is a convenience only. */
export function createRecentCommands(storage: TextStorage): RecentCommands {
  const list = (): readonly string[] => {
    try {
      const parsed = Commands.safeParse(JSON.parse(storage.getItem(KEY) ?? '[]'));
      return parsed.success ? parsed.data : [];
    } catch (error) {
      console.warn('The recent commands cannot be read.', error);
      return [];
    }
  };
  return {
    list,
    add(command) {
      const text = command.trim();
      if (text === '' || text.length > LENGTH_LIMIT) return;
      const commands = [text, ...list().filter((known) => known !== text)].slice(0, LIMIT);
      try {
        storage.setItem(KEY, JSON.stringify(commands));
      } catch (error) {
        console.warn('The recent commands cannot be kept.', error);
      }
    },
    clear: () => storage.removeItem(KEY),
  };
}
