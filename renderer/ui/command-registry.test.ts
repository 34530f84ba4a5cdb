import { describe, expect, it, vi } from 'vitest';
import { createCommandRegistry, createShortcutReader } from './command-registry.ts';

/** A key press as the window sees it, without a browser. */
function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return {
    key,
    defaultPrevented: false,
    preventDefault: vi.fn(),
    target: null,
    ...more,
  } as unknown as KeyboardEvent;
}

function start() {
  vi.stubGlobal('HTMLElement', class {});
  vi.stubGlobal('document', { querySelector: () => null });
  const registry = createCommandRegistry();
  const clock = { nowMs: 10_000 };
  const read = createShortcutReader(registry, () => clock.nowMs);
  return { registry, read, clock };
}

describe('shortcuts', () => {
  it('run a command by any of its keys', () => {
    const { registry, read } = start();
    const run = vi.fn();
    registry.add({ id: 'palette', title: 'Search', shortcut: 'mod+k, mod+shift+p', run });
    read(press('k', { ctrlKey: true }));
    read(press('P', { ctrlKey: true, shiftKey: true }));
    read(press('k'));
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('take two letters one after the other', () => {
    const { registry, read, clock } = start();
    const run = vi.fn();
    registry.add({ id: 'go', title: 'Devices', shortcut: 'g d', run });
    read(press('g'));
    clock.nowMs += 300;
    read(press('d'));
    expect(run).toHaveBeenCalledTimes(1);
    read(press('g'));
    clock.nowMs += 2_000;
    read(press('d'));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('rest when the command is gone', () => {
    const { registry, read } = start();
    const run = vi.fn();
    registry.add({ id: 'help', title: 'Help', shortcut: '?', run })();
    read(press('?'));
    expect(run).not.toHaveBeenCalled();
  });
});

it('lets the newest command of an id win until it leaves', () => {
  const { registry } = start();
  const command = (title: string) => ({ id: 'link', title, run: () => undefined });
  registry.add(command('first'));
  const leave = registry.add(command('second'));
  expect(registry.store.getState().commands.map(({ title }) => title)).toEqual(['second']);
  leave();
  expect(registry.store.getState().commands.map(({ title }) => title)).toEqual(['first']);
});
