import { z } from 'zod';
import { Timestamp } from '../lib/time.ts';
import { NetworkAddress, PublicKey } from './inventory.ts';
import { Mac } from './mac.ts';
import { Metrics } from './metrics.ts';

/** `unknown` while the site's broker is away; `never-seen` for a linked MAC that nobody has heard of yet. */
export const DeviceState = z.enum(['online', 'offline', 'unknown', 'never-seen']);
export type DeviceState = z.infer<typeof DeviceState>;

/** No line ends, escape sequences or halves of characters: names are printed, and become topics and headings. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

export const DeviceName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(PRINTABLE, 'a name has no control characters');
export const TagName = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^,\s][^,]*$/, 'a tag has no comma')
  .regex(PRINTABLE, 'a tag has no control characters');
export const GroupName = TagName;

/** Why a device needs a look. */
export const DeviceAlarm = z.object({
  kind: z.enum(['other-key', 'cloned-key', 'refused-requests', 'under-voltage', 'disk-full', 'hot']),
  message: z.string().max(500),
  since: Timestamp,
});
export type DeviceAlarm = z.infer<typeof DeviceAlarm>;

/** All that the control centre knows of a device; the same shape in the interface and in `muster devices --json`. */
export const Device = z.object({
  siteId: z.string(),
  mac: Mac,
  name: z.string(),
  linked: z.boolean(),
  state: DeviceState,
  online: z.boolean(),
  /** Since when `state` holds; null when it was never heard. */
  since: Timestamp.nullable(),
  lastHeard: Timestamp.nullable(),
  tags: z.array(TagName),
  groups: z.array(GroupName),
  note: z.string(),
  demo: z.boolean(),
  agentVersion: z.string().nullable(),
  capabilities: z.array(z.string()),
  hostName: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  os: z.string().nullable(),
  kernel: z.string().nullable(),
  arch: z.string().nullable(),
  addresses: z.array(NetworkAddress),
  firmwareVersion: z.string().nullable(),
  /** The key that the link is bound to, or the one announced while not linked. */
  publicKey: PublicKey.nullable(),
  linkedAt: Timestamp.nullable(),
  bootId: z.string().nullable(),
  alarms: z.array(DeviceAlarm),
  metrics: Metrics.nullable(),
});
export type Device = z.infer<typeof Device>;

/** What the operator may change about a device. */
export const DeviceEdit = z.object({
  name: DeviceName.optional(),
  tags: z.array(TagName).max(50).optional(),
  groups: z.array(GroupName).max(50).optional(),
  note: z.string().max(4000).optional(),
});
export type DeviceEdit = z.infer<typeof DeviceEdit>;

/** Whether a device offers an operation; false also while its agent is unknown. */
export function deviceCan(device: Device, operation: string): boolean {
  return device.capabilities.includes(operation);
}

/** Why an operation cannot be sent to a device, as a sentence, or undefined when it can. Offline is no reason: it waits. */
export function unsuitableReason(device: Device, operation: string): string | undefined {
  if (!device.linked) return 'Not linked: link it first.';
  if (device.alarms.some((alarm) => alarm.kind === 'other-key' || alarm.kind === 'cloned-key')) {
    return 'Identity alarm: another key or a cloned card.';
  }
  if (device.capabilities.length > 0 && !deviceCan(device, operation)) {
    return `The agent on this device does not offer ${operation}.`;
  }
  return undefined;
}

/** What has happened to a device: one line of its history. */
export const DeviceEvent = z.object({
  at: Timestamp,
  siteId: z.string(),
  mac: Mac,
  kind: z.string().max(40),
  detail: z.string().max(1000),
});
export type DeviceEvent = z.infer<typeof DeviceEvent>;
