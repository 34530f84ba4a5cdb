import { type Device, deviceCan, unsuitableReason } from '../../../contract/model/device.ts';
import { OPERATIONS, type OperationName } from '../../../contract/model/operation.ts';

/** Which devices the list shows; it never changes what is chosen. */
export interface DeviceQuery {
  readonly text: string;
  readonly tag: string | null;
  readonly group: string | null;
  readonly state: 'any' | 'online' | 'offline';
}

export const EVERY_DEVICE: DeviceQuery = { text: '', tag: null, group: null, state: 'any' };

/** Devices that every word of the text matches, in name, MAC in any form, host name, address, model, tag or group. */
export function filterDevices(devices: readonly Device[], query: DeviceQuery): readonly Device[] {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  return devices.filter(
    (device) =>
      (query.tag === null || device.tags.includes(query.tag)) &&
      (query.group === null || device.groups.includes(query.group)) &&
      (query.state === 'any' || device.online === (query.state === 'online')) &&
      words.every((word) => matches(device, word)),
  );
}

function matches(device: Device, word: string): boolean {
  const digits = word.replace(/[:.-]/g, '').toUpperCase();
  if (/^[0-9A-F]{2,12}$/.test(digits) && device.mac.includes(digits)) return true;
  const texts = [device.name, device.hostName, device.model, ...device.tags, ...device.groups];
  return (
    texts.some((text) => text?.toLowerCase().includes(word)) ||
    device.addresses.some(({ address }) => address.startsWith(word))
  );
}

/** Why a device cannot take part, as a sentence, or undefined when it can. */
export function reasonAgainst(device: Device, op: OperationName): string | undefined {
  const reason = unsuitableReason(device, op);
  if (reason !== undefined) {
    const lacks = device.linked && device.capabilities.length > 0 && !deviceCan(device, op);
    return lacks ? `Its agent does not offer “${OPERATIONS[op].title}”.` : reason;
  }
  // A time that waits in a queue is a wrong time when it arrives.
  if (op === 'time.set' && !device.online) return 'Offline: the time would be wrong when it gets it.';
  return undefined;
}

export interface ChosenDevices {
  /** Those that the job will be for, in the order of the list. */
  readonly suitable: readonly Device[];
  readonly leftOut: readonly { readonly device: Device; readonly reason: string }[];
  /** Chosen MACs that this site does not know any more. */
  readonly unknownMacs: readonly string[];
}

/** Parts what was chosen into what can take part and what cannot, with its reason. */
export function partChosen(
  devices: readonly Device[],
  chosen: ReadonlySet<string>,
  op: OperationName,
): ChosenDevices {
  const suitable: Device[] = [];
  const leftOut: { device: Device; reason: string }[] = [];
  const known = new Set<string>();
  for (const device of devices) {
    if (!chosen.has(device.mac)) continue;
    known.add(device.mac);
    const reason = reasonAgainst(device, op);
    if (reason === undefined) suitable.push(device);
    else leftOut.push({ device, reason });
  }
  return { suitable, leftOut, unknownMacs: [...chosen].filter((mac) => !known.has(mac)) };
}

/** Every tag or group of the linked devices with its number of devices, in order of name. */
export function labelCounts(
  devices: readonly Device[],
  kind: 'tags' | 'groups',
): readonly { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const device of devices) {
    if (!device.linked) continue;
    for (const label of device[kind]) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }));
}

/** `12 devices`, with how many of them are not online and how many were left out. */
export function chosenSummary({ suitable, leftOut, unknownMacs }: ChosenDevices): string {
  const away = suitable.filter((device) => !device.online).length;
  const out = leftOut.length + unknownMacs.length;
  const parts = [
    suitable.length === 1 ? suitable[0]?.name || suitable[0]?.mac || '' : `${suitable.length} devices`,
  ];
  if (suitable.length === 0) parts[0] = 'no device yet';
  if (away > 0) parts.push(`${away} offline`);
  if (out > 0) parts.push(`${out} left out`);
  return parts.join(' · ');
}
