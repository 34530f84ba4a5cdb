import type { Device, DeviceState } from '../../../contract/model/device.ts';
import type { DeviceQuery, QueryTerm } from './device-query.ts';

/** A test that says whether a device fits every term of the query. */
export function createDeviceFilter(query: DeviceQuery): (device: Device) => boolean {
  const { terms } = query;
  return (device) => terms.every((term) => fits(device, term));
}

function fits(device: Device, term: QueryTerm): boolean {
  return term.values.some((value) => hasValue(device, term.field, value)) !== term.negated;
}

function hasValue(device: Device, field: QueryTerm['field'], value: string): boolean {
  switch (field) {
    case 'is':
      return hasQuality(device, value);
    case 'tag':
      return device.tags.some((tag) => sameText(tag, value));
    case 'group':
      return device.groups.some((group) => sameText(group, value));
    case 'mac':
      return includesMac(device, value);
    case 'model':
      return textFits(device.model, value);
    case 'agent':
      return textFits(device.agentVersion, value);
    case 'os':
      return textFits(device.os, value);
    case 'name':
      return textFits(device.name, value) || textFits(device.hostName, value);
    case 'note':
      return textFits(device.note, value);
    case 'ip':
      return device.addresses.some(({ address }) => textFits(address, value));
    case null:
      return anyText(device).some((text) => textFits(text, value)) || includesMac(device, value);
  }
}

function hasQuality(device: Device, quality: string): boolean {
  if (quality === 'linked') return device.linked;
  if (quality === 'discovered') return !device.linked;
  if (quality === 'demo') return device.demo;
  if (quality === 'alarm') return device.alarms.length > 0;
  return device.state === (quality as DeviceState);
}

function anyText(device: Device): (string | null)[] {
  return [
    device.name,
    device.hostName,
    device.model,
    device.os,
    device.agentVersion,
    device.firmwareVersion,
    device.serial,
    device.note,
    ...device.tags,
    ...device.groups,
    ...device.addresses.map(({ address }) => address),
  ];
}

function sameText(text: string, value: string): boolean {
  return text.toLowerCase() === value.replace(/^=/, '');
}

function textFits(text: string | null, value: string): boolean {
  if (text === null) return false;
  return value.startsWith('=') ? text.toLowerCase() === value.slice(1) : text.toLowerCase().includes(value);
}

/** A MAC or a part of it, written with or without separators; at least two digits, so that “a” does not find all. */
function includesMac(device: Device, value: string): boolean {
  const digits = value
    .replace(/^=/, '')
    .replace(/[:\-.]/g, '')
    .toUpperCase();
  return digits.length >= 2 && device.mac.includes(digits);
}
