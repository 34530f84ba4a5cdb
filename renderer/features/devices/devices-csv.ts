import type { Device } from '../../../contract/model/device.ts';
import { type Metrics, memoryPercent, worstDiskPercent } from '../../../contract/model/metrics.ts';

type Cell = string | number | boolean | null | undefined;

const COLUMNS: readonly [string, (device: Device, metrics: Metrics | null) => Cell][] = [
  ['MAC', (device) => device.mac],
  ['Name', (device) => device.name],
  ['Linked', (device) => device.linked],
  ['State', (device) => device.state],
  ['Since', (device) => device.since],
  ['Last heard', (device) => device.lastHeard],
  ['Host name', (device) => device.hostName],
  ['Model', (device) => device.model],
  ['Serial', (device) => device.serial],
  ['OS', (device) => device.os],
  ['Kernel', (device) => device.kernel],
  ['Architecture', (device) => device.arch],
  ['Agent', (device) => device.agentVersion],
  ['Firmware', (device) => device.firmwareVersion],
  ['Addresses', (device) => device.addresses.map(({ address }) => address).join(' ')],
  ['Tags', (device) => device.tags.join(', ')],
  ['Groups', (device) => device.groups.join(', ')],
  ['Note', (device) => device.note],
  ['Demo', (device) => device.demo],
  ['Alarms', (device) => device.alarms.map(({ message }) => message).join(' ')],
  ['Measured at', (_, metrics) => metrics?.at],
  ['CPU %', (_, metrics) => rounded(metrics?.cpuPercent)],
  ['Memory %', (_, metrics) => rounded(metrics ? memoryPercent(metrics) : undefined)],
  ['Disk %', (_, metrics) => rounded(metrics ? worstDiskPercent(metrics) : undefined)],
  ['Temperature °C', (_, metrics) => rounded(metrics?.temperatureC)],
  ['Uptime s', (_, metrics) => metrics?.uptimeSec],
];

/** All facts of the devices as CSV (RFC 4180, UTF-8 with a mark so that spreadsheets read it right). Unknown is empty. */
export function devicesCsv(
  devices: readonly Device[],
  metricsOf: (device: Device) => Metrics | null,
): string {
  const rows = devices.map((device) => {
    const metrics = metricsOf(device);
    return COLUMNS.map(([, read]) => csvCell(read(device, metrics)));
  });
  return `\ufeff${[COLUMNS.map(([title]) => title), ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`;
}

function csvCell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // A device chooses its own host name: a spreadsheet must not run it as a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 10) / 10;
}
