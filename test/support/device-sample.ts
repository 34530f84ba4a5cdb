import type { Device } from '../../contract/model/device.ts';

/** A linked device that is online, with some of its facts replaced. */
export function deviceSample(facts: Partial<Device> = {}): Device {
  return {
    siteId: 'site0001',
    mac: 'B827EB407E5A',
    name: 'press-07',
    linked: true,
    state: 'online',
    online: true,
    since: '2026-11-25T00:00:00.000Z',
    lastHeard: '2026-11-25T00:10:00.000Z',
    tags: [],
    groups: [],
    note: '',
    demo: false,
    agentVersion: '0.1.0',
    capabilities: ['shell.run', 'info.collect', 'logs.read', 'power.reboot', 'identify'],
    hostName: 'press-07',
    model: 'Raspberry Pi 4 Model B Rev 1.5',
    serial: '10000000abcdef01',
    os: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.6.31+rpt-rpi-v8',
    arch: 'arm64',
    addresses: [{ interface: 'eth0', address: '192.168.1.57' }],
    firmwareVersion: null,
    publicKey: 'A'.repeat(43),
    linkedAt: '2026-11-20T08:00:00.000Z',
    bootId: 'b1',
    alarms: [],
    metrics: null,
    ...facts,
  };
}
