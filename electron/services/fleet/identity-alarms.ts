import type { DeviceAlarm } from '../../../contract/model/device.ts';
import { keyFingerprint } from '../../../contract/model/inventory.ts';
import { formatMac } from '../../../contract/model/mac.ts';
import { type Metrics, refusedTotal, worstDiskPercent } from '../../../contract/model/metrics.ts';

/** What is compared to find devices that are not who they say. */
export interface IdentityFacts {
  readonly mac: string;
  readonly linked: boolean;
  readonly boundKey: string | null;
  readonly announcedKey: string | null;
  /** Other MACs that announce the same key. */
  readonly keyAlsoUsedBy: readonly string[];
}

type AlarmText = Omit<DeviceAlarm, 'since'>;

/** Alarms about who a device is: each names what happened, what it means, what to do. */
export function identityAlarms(facts: IdentityFacts): AlarmText[] {
  const alarms: AlarmText[] = [];
  if (facts.linked && facts.boundKey && facts.announcedKey && facts.boundKey !== facts.announcedKey) {
    alarms.push({
      kind: 'other-key',
      message:
        `A device with this MAC announces another key (${keyFingerprint(facts.announcedKey)}) than the one it was ` +
        'linked with. Nothing is sent to it. If its card was written anew, accept the new key; otherwise somebody ' +
        'else uses this MAC.',
    });
  }
  const twin = facts.keyAlsoUsedBy[0];
  if (twin) {
    alarms.push({
      kind: 'cloned-key',
      message:
        `${formatMac(twin)} announces the same key: one of them runs from a copied card. Nothing is sent to either. ` +
        'On the copy, remove the agent’s state folder and join it again.',
    });
  }
  return alarms;
}

/** Alarms from what a device measured. */
export function metricsAlarms(metrics: Metrics): AlarmText[] {
  const alarms: AlarmText[] = [];
  const refused = refusedTotal(metrics.refused);
  if (refused > 0 && metrics.refused) {
    const words: [number, string][] = [
      [metrics.refused.badSignature, 'with a forged signature'],
      [metrics.refused.unknownKey, 'from an unknown key'],
      [metrics.refused.replayed, 'repeated'],
      [metrics.refused.notForMe, 'meant for another device'],
      [metrics.refused.notLinked, 'while not linked'],
      [metrics.refused.denied, 'without the right'],
      [metrics.refused.malformed, 'malformed'],
    ];
    const list = words.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
    alarms.push({
      kind: 'refused-requests',
      message:
        `Its agent refused ${refused} ${refused === 1 ? 'request' : 'requests'} since it started: ${list.join(', ')}. ` +
        'None was carried out. Find out who else publishes on this broker.',
    });
  }
  if (metrics.throttling?.underVoltage) {
    alarms.push({
      kind: 'under-voltage',
      message:
        'The supply voltage is too low now. Check the power supply and its cable before you update it.',
    });
  }
  const disk = worstDiskPercent(metrics);
  if (disk !== undefined && disk >= 95) {
    alarms.push({
      kind: 'disk-full',
      message: `Its fullest disk is at ${Math.round(disk)} %. Make room before you send files.`,
    });
  }
  if (metrics.temperatureC !== undefined && metrics.temperatureC >= 80) {
    alarms.push({
      kind: 'hot',
      message: `It is at ${Math.round(metrics.temperatureC)} °C and will slow down. Check its cooling.`,
    });
  }
  return alarms;
}

/** Keeps the time since when each kind of alarm holds. */
export function mergeAlarms(
  previous: readonly DeviceAlarm[],
  current: readonly AlarmText[],
  now: string,
): DeviceAlarm[] {
  return current.map((alarm) => ({
    ...alarm,
    since: previous.find((known) => known.kind === alarm.kind)?.since ?? now,
  }));
}

/** Whether nothing may be sent to a device because its identity is in doubt. */
export function identityInDoubt(alarms: readonly DeviceAlarm[]): boolean {
  return alarms.some((alarm) => alarm.kind === 'other-key' || alarm.kind === 'cloned-key');
}
