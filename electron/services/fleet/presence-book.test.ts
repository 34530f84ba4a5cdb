import { beforeEach, describe, expect, it } from 'vitest';
import type { Presence } from '../../../contract/wire/messages/device.ts';
import { createPresenceBook, type PresenceBook } from './presence-book.ts';

const MAC = 'B827EB000001';
let nowMs: number;
let lastHeardMs: number | null;
let book: PresenceBook;
beforeEach(() => {
  nowMs = 1_000_000;
  lastHeardMs = null;
  book = createPresenceBook({ now: () => nowMs, lastHeardMs: () => lastHeardMs });
});

const presence = (change: Partial<Presence> = {}): Presence => ({
  v: 2,
  online: true,
  session: 'first',
  since: '1970-01-01T00:00:00.000Z',
  bootId: 'boot',
  agentVersion: '0.1.0',
  capabilities: [],
  keepAliveSec: 20,
  ...change,
});

describe('a device', () => {
  it('is never seen before anybody heard of it, and unknown while there is no connection', () => {
    expect(book.get(MAC).state).toBe('unknown');
    book.connected();
    expect(book.get(MAC).state).toBe('never-seen');
  });

  it('is online once it says so itself on this connection', () => {
    book.connected();
    expect(book.presence(MAC, presence(), false)).toEqual({ changed: true, newSession: true });
    expect(book.get(MAC)).toMatchObject({ state: 'online', sinceMs: nowMs, lastHeardMs: nowMs });
    nowMs += 5_000;
    expect(book.presence(MAC, presence(), false)).toEqual({ changed: false, newSession: false });
    expect(book.get(MAC).sinceMs).toBe(1_000_000);
  });

  it('is not online because the broker kept that it was', () => {
    lastHeardMs = 500_000;
    book.connected();
    expect(book.presence(MAC, presence(), true)).toEqual({ changed: false, newSession: false });
    expect(book.get(MAC)).toMatchObject({ state: 'unknown', lastHeardMs: 500_000 });
    // But then anything that is heard from it will do.
    expect(book.heard(MAC)).toEqual({ changed: true });
    expect(book.get(MAC).state).toBe('online');
  });

  it('is offline because the broker kept that it left, since it was last heard', () => {
    lastHeardMs = 500_000;
    book.connected();
    expect(book.presence(MAC, presence({ online: false }), true).changed).toBe(true);
    expect(book.get(MAC)).toMatchObject({ state: 'offline', sinceMs: 500_000 });
  });

  it('is not online from measurements alone: it must have said what it can do', () => {
    book.connected();
    expect(book.heard(MAC)).toEqual({ changed: false });
    expect(book.get(MAC).state).not.toBe('online');
  });

  it('is offline at once when its will or its farewell says so', () => {
    book.connected();
    book.presence(MAC, presence(), false);
    nowMs += 1_000;
    expect(book.presence(MAC, presence({ online: false }), false).changed).toBe(true);
    expect(book.get(MAC)).toMatchObject({ state: 'offline', sinceMs: nowMs });
    // A late measurement does not bring it back.
    expect(book.heard(MAC)).toEqual({ changed: false });
    expect(book.get(MAC).state).toBe('offline');
  });

  it('stays online when the will of an earlier connection arrives late', () => {
    book.connected();
    book.presence(MAC, presence(), false);
    expect(book.presence(MAC, presence({ session: 'second' }), false)).toEqual({
      changed: true,
      newSession: true,
    });
    expect(book.presence(MAC, presence({ online: false }), false)).toEqual({
      changed: false,
      newSession: false,
    });
    expect(book.get(MAC)).toMatchObject({ state: 'online', presence: { session: 'second' } });
  });

  it('is offline after one and a half of its own keep-alive periods of silence, and back when it speaks', () => {
    book.connected();
    book.presence(MAC, presence({ keepAliveSec: 4 }), false);
    nowMs += 6_000;
    expect(book.sweep()).toEqual([]);
    nowMs += 1;
    expect(book.sweep()).toEqual([MAC]);
    expect(book.get(MAC)).toMatchObject({ state: 'offline', lastHeardMs: 1_000_000 });
    expect(book.sweep()).toEqual([]);
    expect(book.heard(MAC)).toEqual({ changed: true });
    expect(book.get(MAC).state).toBe('online');
  });

  it('is unknown from the moment that the connection to the broker is lost', () => {
    book.connected();
    book.presence(MAC, presence(), false);
    nowMs += 1_000;
    expect(book.disconnected()).toEqual([MAC]);
    expect(book.get(MAC)).toMatchObject({ state: 'unknown', sinceMs: nowMs });
    expect(book.sweep()).toEqual([]);
    expect(book.disconnected()).toEqual([]);
  });

  it('has time to announce itself after a connect, then it is offline since it was last heard', () => {
    book.connected();
    book.presence(MAC, presence(), false);
    nowMs += 1_000;
    book.disconnected();
    nowMs += 100_000;
    book.connected();
    nowMs += 30_000;
    expect(book.sweep()).toEqual([]);
    nowMs += 1;
    expect(book.sweep()).toEqual([MAC]);
    expect(book.get(MAC)).toMatchObject({ state: 'offline', sinceMs: 1_000_000 });
  });

  it('that nobody ever heard is never seen again after a reconnect, not offline', () => {
    book.connected();
    book.get(MAC);
    expect(book.disconnected()).toEqual([MAC]);
    book.connected();
    expect(book.get(MAC).state).toBe('never-seen');
  });

  it('is as new after it was forgotten', () => {
    book.connected();
    book.presence(MAC, presence(), false);
    book.forget(MAC);
    expect(book.get(MAC)).toMatchObject({ state: 'never-seen', presence: null });
  });
});
