import { expect, test } from 'vitest';
import type { Device } from '../../../contract/model/device.ts';
import {
  chosenSummary,
  EVERY_DEVICE,
  filterDevices,
  labelCounts,
  partChosen,
  reasonAgainst,
} from './device-choice.ts';
import { EMPTY_DRAFT, type RunDraft } from './run-draft.ts';
import { actionLabel, runSentence, sentenceText } from './run-sentence.ts';

function device(index: number, change: Partial<Device> = {}): Device {
  return {
    siteId: 'site0001',
    mac: `B827EB${index.toString(16).toUpperCase().padStart(6, '0')}`,
    name: `press-${String(index).padStart(2, '0')}`,
    linked: true,
    state: 'online',
    online: true,
    since: null,
    lastHeard: null,
    tags: [],
    groups: [],
    note: '',
    demo: false,
    agentVersion: null,
    capabilities: [],
    hostName: null,
    model: null,
    serial: null,
    os: null,
    kernel: null,
    arch: null,
    addresses: [],
    firmwareVersion: null,
    publicKey: null,
    linkedAt: null,
    bootId: null,
    alarms: [],
    metrics: null,
    ...change,
  };
}
const away = { online: false, state: 'offline' } as const;
const say = (draft: Partial<RunDraft>, devices: readonly Device[], deadlineSec?: number): string =>
  sentenceText(runSentence({ ...EMPTY_DRAFT, ...draft }, devices, deadlineSec));

test('the sentence names the command, the user only when it is known, and the devices', () => {
  expect(say({ command: 'apt update' }, [device(1)])).toBe("Run apt update as the agent's user on 1 device.");
  expect(say({ command: 'apt update', user: 'root' }, [device(1), device(2)])).toBe(
    'Run apt update as root on 2 devices.',
  );
});

test('offline devices are counted, and a deadline changes what becomes of them', () => {
  const devices = [device(1), device(2, away), device(3, away)];
  expect(say({ choice: 'reboot' }, devices)).toBe(
    'Reboot 3 devices; 2 are offline and will get it when they appear.',
  );
  expect(say({ choice: 'reboot' }, devices.slice(1, 2), 3600)).toBe(
    'Reboot 1 device; it is offline and will get it if it appears within 1 h.',
  );
  expect(say({ choice: 'reboot' }, devices.slice(1))).toContain('; all are offline and will get it');
});

test('a device whose state is unknown is not called offline', () => {
  expect(say({ choice: 'information' }, [device(1, { online: false, state: 'unknown' })])).toBe(
    'Collect information from 1 device; it is out of sight and will get it when it appears.',
  );
});

test('every operation has a sentence and a button that name it and the count', () => {
  const two = [device(1), device(2)];
  expect(say({ choice: 'service', unit: 'ssh.service', serviceAction: 'stop' }, two)).toBe(
    'Stop ssh.service on 2 devices.',
  );
  expect(say({ choice: 'clock' }, two)).toBe('Set the clock of 2 devices to the time of this computer.');
  expect(say({ choice: 'shutdown', delaySec: 120 }, two)).toBe('Shut down 2 devices after 2 min.');
  expect(say({ choice: 'script', script: 'a\nb\n' }, two)).toBe(
    "Run a script of 2 lines with /bin/sh as the agent's user on 2 devices.",
  );
  expect(say({ command: 'a\nb' }, two)).toContain('Run a … as');
  expect(actionLabel({ ...EMPTY_DRAFT }, 12)).toBe('Run on 12 devices');
  expect(actionLabel({ ...EMPTY_DRAFT, choice: 'reboot' }, 1)).toBe('Reboot 1 device');
  expect(actionLabel({ ...EMPTY_DRAFT, choice: 'service', serviceAction: 'stop' }, 2)).toBe(
    'Stop on 2 devices',
  );
});

test('the search finds devices by name, by any form of MAC, by address and by label', () => {
  const devices = [
    device(1, { tags: ['line-2'], addresses: [{ interface: 'eth0', address: '192.168.1.20' }] }),
    device(2, { groups: ['hall'] }),
  ];
  const find = (text: string): string[] =>
    filterDevices(devices, { ...EVERY_DEVICE, text }).map(({ name }) => name);
  expect(find('press 02')).toEqual(['press-02']);
  expect(find('b8:27:eb:00:00:01')).toEqual(['press-01']);
  expect(find('192.168')).toEqual(['press-01']);
  expect(find('hall')).toEqual(['press-02']);
  expect(filterDevices(devices, { ...EVERY_DEVICE, tag: 'line-2' })).toHaveLength(1);
  expect(filterDevices(devices, { ...EVERY_DEVICE, state: 'offline' })).toHaveLength(0);
  expect(labelCounts(devices, 'tags')).toEqual([{ label: 'line-2', count: 1 }]);
});

test('chosen devices that cannot take part are left out with their reason, and said to be', () => {
  const devices = [device(1), device(2, { linked: false }), device(3, away)];
  const chosen = partChosen(
    devices,
    new Set([...devices.map(({ mac }) => mac), 'AAAAAAAAAAAA']),
    'shell.run',
  );
  expect(chosen.suitable.map(({ name }) => name)).toEqual(['press-01', 'press-03']);
  expect(chosen.leftOut).toMatchObject([{ reason: 'Not linked: link it first.' }]);
  expect(chosen.unknownMacs).toEqual(['AAAAAAAAAAAA']);
  expect(chosenSummary(chosen)).toBe('2 devices · 1 offline · 2 left out');
});

test('the clock of an offline device is not set later to a time that is over', () => {
  expect(reasonAgainst(device(1, away), 'time.set')).toContain('wrong');
  expect(reasonAgainst(device(1, away), 'shell.run')).toBeUndefined();
});

test('an agent that lacks an operation is told by the name of the screens', () => {
  expect(reasonAgainst(device(1, { capabilities: ['shell.run'] }), 'power.reboot')).toBe(
    'Its agent does not offer “Reboot”.',
  );
});
