import { beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../../contract/model/metrics.ts';
import { type AlarmBook, createAlarmBook } from './alarm-book.ts';
import { metricsAlarms } from './identity-alarms.ts';
import { newDevice, type StoredDevice } from './stored-device.ts';

const [A, B] = ['B827EB000001', 'B827EB000002'];
const KEY = 'k'.repeat(43);
const OTHER_KEY = 'o'.repeat(43);

let devices: Map<string, StoredDevice>;
let metrics: Map<string, Metrics>;
let raised: string[];
let settled: string[];
let nowMs: number;
let book: AlarmBook;
beforeEach(() => {
  devices = new Map();
  metrics = new Map();
  raised = [];
  settled = [];
  nowMs = Date.parse('2026-11-25T08:00:00.000Z');
  book = createAlarmBook({
    stored: (mac) => devices.get(mac),
    metrics: (mac) => metrics.get(mac),
    now: () => nowMs,
    onRaised: (mac, alarm) => raised.push(`${mac} ${alarm.kind}`),
    onChanged(mac, doubtSettled) {
      if (doubtSettled) settled.push(mac);
    },
  });
});

function announce(mac: string, key: string): void {
  const known = devices.get(mac);
  devices.set(mac, { ...(known ?? newDevice()), announcedKey: key });
  book.announce(mac, key);
}
function link(mac: string, boundKey: string | null): void {
  devices.set(mac, { ...(devices.get(mac) ?? newDevice()), linked: true, boundKey });
  book.update(mac);
}
const kinds = (mac: string): string[] => book.get(mac).map(({ kind }) => kind);
const measured = (change: Record<string, unknown>): Metrics =>
  Metrics.parse({ at: '2026-11-25T08:00:00.000Z', ...change });

describe('the alarm of another key', () => {
  it('is raised when a linked MAC announces another key, once, and settled by binding the new one', () => {
    announce(A, KEY);
    link(A, KEY);
    expect(kinds(A)).toEqual([]);
    announce(A, OTHER_KEY);
    expect(kinds(A)).toEqual(['other-key']);
    expect(book.inDoubt(A)).toBe(true);
    expect(book.get(A)[0]?.message).toContain('Nothing is sent to it.');
    nowMs += 60_000;
    book.update(A);
    expect(raised).toEqual([`${A} other-key`]);
    expect(book.get(A)[0]?.since).toBe('2026-11-25T08:00:00.000Z');
    link(A, OTHER_KEY);
    expect(kinds(A)).toEqual([]);
    expect(settled).toEqual([A]);
  });

  it('is none for a device that is not linked, or whose key is not known yet', () => {
    announce(A, KEY);
    announce(A, OTHER_KEY);
    link(B, null);
    announce(B, KEY);
    expect(kinds(A)).toEqual([]);
    expect(kinds(B)).toEqual([]);
  });
});

describe('the alarm of a copied card', () => {
  it('is raised on both MACs that announce one key, and names the other', () => {
    announce(A, KEY);
    announce(B, KEY);
    expect([kinds(A), kinds(B)]).toEqual([['cloned-key'], ['cloned-key']]);
    expect(book.get(A)[0]?.message).toContain('B8:27:EB:00:00:02 announces the same key');
    expect([book.inDoubt(A), book.inDoubt(B)]).toEqual([true, true]);
  });

  it('is settled on both when one of them has a key of its own or is forgotten', () => {
    announce(A, KEY);
    announce(B, KEY);
    announce(B, OTHER_KEY);
    expect([kinds(A), kinds(B)]).toEqual([[], []]);
    expect([...settled].sort()).toEqual([A, B]);
    announce(B, KEY);
    expect(book.inDoubt(A)).toBe(true);
    book.announce(B, null);
    book.forget(B);
    devices.delete(B);
    expect(book.inDoubt(A)).toBe(false);
  });
});

describe('alarms of measurements', () => {
  it('come at their limits and say what to do', () => {
    const disk = (percent: number) =>
      measured({ disks: [{ mount: '/', totalBytes: 1_000, usedBytes: percent * 10 }] });
    expect(metricsAlarms(disk(94))).toEqual([]);
    expect(metricsAlarms(disk(95))[0]).toMatchObject({
      kind: 'disk-full',
      message: expect.stringContaining('95 %'),
    });
    expect(metricsAlarms(measured({ temperatureC: 79.9 }))).toEqual([]);
    expect(metricsAlarms(measured({ temperatureC: 80 }))[0]?.kind).toBe('hot');
    const flags = {
      underVoltage: false,
      throttled: false,
      frequencyCapped: false,
      temperatureLimited: false,
      underVoltageSinceBoot: true,
      throttledSinceBoot: false,
    };
    expect(metricsAlarms(measured({ throttling: flags }))).toEqual([]);
    expect(metricsAlarms(measured({ throttling: { ...flags, underVoltage: true } }))[0]?.kind).toBe(
      'under-voltage',
    );
    expect(metricsAlarms(measured({}))).toEqual([]);
  });

  it('count refused requests by reason', () => {
    const [alarm] = metricsAlarms(measured({ refused: { badSignature: 2, replayed: 1 } }));
    expect(alarm?.kind).toBe('refused-requests');
    expect(alarm?.message).toContain(
      'refused 3 requests since it started: 2 with a forged signature, 1 repeated.',
    );
  });

  it('are no doubt about who a device is, and go when the measurement does', () => {
    devices.set(A, newDevice());
    metrics.set(A, measured({ temperatureC: 90 }));
    book.update(A);
    expect(kinds(A)).toEqual(['hot']);
    expect(book.inDoubt(A)).toBe(false);
    metrics.set(A, measured({ temperatureC: 50 }));
    book.update(A);
    expect(kinds(A)).toEqual([]);
    expect(settled).toEqual([]);
  });
});
