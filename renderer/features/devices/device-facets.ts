import type { Device } from '../../../contract/model/device.ts';
import type { QueryField } from './device-query.ts';

/** A value that a filter chip offers, and how many of the listed devices have it. */
export interface FacetOption {
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

export type FacetField = Extract<QueryField, 'is' | 'tag' | 'group' | 'model' | 'agent'>;

const STATES: readonly { value: string; label: string; has(device: Device): boolean }[] = [
  { value: 'online', label: 'Online', has: (device) => device.state === 'online' },
  { value: 'offline', label: 'Offline', has: (device) => device.state === 'offline' },
  { value: 'unknown', label: 'Unknown', has: (device) => device.state === 'unknown' },
  { value: 'never-seen', label: 'Never seen', has: (device) => device.state === 'never-seen' },
  { value: 'alarm', label: 'With an alarm', has: (device) => device.alarms.length > 0 },
  { value: 'demo', label: 'Demo', has: (device) => device.demo },
];

/** The values that the devices have in a field, by name; a value of a model or agent asks for the whole text. */
export function facetOptions(devices: readonly Device[], field: FacetField): FacetOption[] {
  if (field === 'is') {
    return STATES.map(({ value, label, has }) => ({
      value,
      label,
      count: devices.filter(has).length,
    })).filter((option) => option.count > 0 || option.value === 'online' || option.value === 'offline');
  }
  const counts = new Map<string, number>();
  for (const device of devices) {
    for (const text of textsOf(device, field)) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const exact = field === 'model' || field === 'agent' ? '=' : '';
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }))
    .map(([text, count]) => ({ value: `${exact}${text}`, label: text, count }));
}

function textsOf(device: Device, field: Exclude<FacetField, 'is'>): readonly string[] {
  if (field === 'tag') return device.tags;
  if (field === 'group') return device.groups;
  const text = field === 'model' ? device.model : device.agentVersion;
  return text === null ? [] : [text];
}
