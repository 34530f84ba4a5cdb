import { createStore, type StoreApi } from 'zustand/vanilla';

/** An action that the palette offers and that may have a shortcut. */
export interface Command {
  id: string;
  title: string;
  /** `mod+k`, `g d` (one after the other), `?`. */
  shortcut?: string;
  /** Heading in the palette and in the list of shortcuts. */
  group?: string;
  /** A few words beside the title. */
  detail?: string;
  /** Further words that find it. */
  keywords?: string;
  run: () => void;
}

/** What the screens offer now; the newest registration of an id wins. */
export interface CommandRegistry {
  readonly store: StoreApi<{ commands: readonly Command[] }>;
  add(command: Command): () => void;
}

export function createCommandRegistry(): CommandRegistry {
  const entries = new Set<Command>();
  const store = createStore<{ commands: readonly Command[] }>(() => ({ commands: [] }));
  const publish = (): void => {
    const byId = new Map<string, Command>();
    for (const command of entries) byId.set(command.id, command);
    store.setState({ commands: [...byId.values()] });
  };
  return {
    store,
    add(command) {
      entries.add(command);
      publish();
      return () => {
        entries.delete(command);
        publish();
      };
    },
  };
}

const SEQUENCE_MS = 1_200;

/** Turns key presses into commands. Sequences such as `g d` must follow within 1.2 s. */
export function createShortcutReader(registry: CommandRegistry, now: () => number = Date.now) {
  let before = { key: '', atMs: 0 };
  return (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const { commands } = registry.store.getState();
    if (mod) {
      const pressed = event.shiftKey ? `mod+shift+${key}` : `mod+${key}`;
      const command = commands.find((candidate) => candidate.shortcut?.split(', ').includes(pressed));
      if (!command) return;
      event.preventDefault();
      command.run();
      return;
    }
    // Letters belong to whoever types, and to a dialog while one is open.
    if (isTyping(event.target) || document.querySelector('[role="dialog"]')) return;
    const sequence = now() - before.atMs < SEQUENCE_MS ? `${before.key} ${key}` : '';
    before = { key, atMs: now() };
    const command = commands.find(
      ({ shortcut }) => shortcut !== undefined && [sequence, key].includes(shortcut),
    );
    if (!command) return;
    event.preventDefault();
    before = { key: '', atMs: 0 };
    command.run();
  };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
