import type { DeviceAlarm } from '../../../contract/model/device.ts';
import type { Metrics } from '../../../contract/model/metrics.ts';
import { identityAlarms, identityInDoubt, mergeAlarms, metricsAlarms } from './identity-alarms.ts';
import type { StoredDevice } from './stored-device.ts';

/** Alarms of one site's devices, and which keys they announce. */
export interface AlarmBook {
  get(mac: string): DeviceAlarm[];
  /** Whether nothing may be sent to the device until the doubt is settled. */
  inDoubt(mac: string): boolean;
  /** Works out the alarms of a device anew. */
  update(mac: string): void;
  /** A device announces this key now; null when it is forgotten. */
  announce(mac: string, publicKey: string | null): void;
  forget(mac: string): void;
}

export interface AlarmBookOptions {
  stored(mac: string): StoredDevice | undefined;
  metrics(mac: string): Metrics | undefined;
  readonly now: () => number;
  onRaised(mac: string, alarm: DeviceAlarm): void;
  onChanged(mac: string, doubtSettled: boolean): void;
}

export function createAlarmBook(options: AlarmBookOptions): AlarmBook {
  const alarmsOf = new Map<string, DeviceAlarm[]>();
  const macsOfKey = new Map<string, Set<string>>();
  const keyOf = new Map<string, string>();
  const get = (mac: string): DeviceAlarm[] => alarmsOf.get(mac) ?? [];

  function update(mac: string): void {
    const stored = options.stored(mac);
    if (!stored) return;
    const key = keyOf.get(mac);
    const twins = key === undefined ? [] : [...(macsOfKey.get(key) ?? [])].filter((other) => other !== mac);
    const metrics = options.metrics(mac);
    const before = get(mac);
    const texts = [
      ...identityAlarms({ mac, ...stored, keyAlsoUsedBy: twins }),
      ...(metrics ? metricsAlarms(metrics) : []),
    ];
    if (before.length === 0 && texts.length === 0) return;
    const after = mergeAlarms(before, texts, new Date(options.now()).toISOString());
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    alarmsOf.set(mac, after);
    for (const alarm of after) {
      if (!before.some((known) => known.kind === alarm.kind)) options.onRaised(mac, alarm);
    }
    options.onChanged(mac, identityInDoubt(before) && !identityInDoubt(after));
  }

  return {
    get,
    inDoubt: (mac) => identityInDoubt(get(mac)),
    update,
    announce(mac, publicKey) {
      const affected = new Set<string>([mac]);
      const previous = keyOf.get(mac);
      if (previous !== undefined) {
        macsOfKey.get(previous)?.delete(mac);
        for (const other of macsOfKey.get(previous) ?? []) affected.add(other);
      }
      if (publicKey === null) {
        keyOf.delete(mac);
      } else {
        keyOf.set(mac, publicKey);
        const macs = (macsOfKey.get(publicKey) ?? new Set()).add(mac);
        macsOfKey.set(publicKey, macs);
        for (const other of macs) affected.add(other);
      }
      for (const other of affected) update(other);
    },
    forget(mac) {
      alarmsOf.delete(mac);
    },
  };
}
