import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { until } from '../../test/support/poll.ts';
import { type AdmittedSocket, createAdmission, normaliseAddress } from './admission.ts';

const limits = { connectTimeoutMs: 60_000, connections: 5, pendingConnections: 4, pendingPerAddress: 2 };

function setUp(changes: Partial<typeof limits> = {}) {
  const refused: string[] = [];
  const admission = createAdmission({
    limits: { ...limits, ...changes },
    onRefused: (reason, address) => refused.push(`${reason} ${address}`),
  });
  const sockets: { close: () => void }[] = [];
  const arrive = (remoteAddress: string, exempt = false) => {
    const events = new EventEmitter();
    let isOpen = true;
    const close = (): void => {
      if (isOpen) events.emit('close');
      isOpen = false;
    };
    const socket = Object.assign(events, { remoteAddress, destroy: close }) as unknown as AdmittedSocket;
    const ticket = admission.admit(socket, { exempt });
    sockets.push({ close });
    return { ticket, close, isOpen: () => isOpen };
  };
  const closeAll = (): void => {
    for (const { close } of sockets) close();
  };
  return { admission, refused, arrive, closeAll };
}

it('limits how many from one address may wait, loopback excepted', () => {
  const { refused, arrive, closeAll } = setUp();
  const first = arrive('10.0.0.1');
  arrive('10.0.0.1');
  expect(arrive('10.0.0.1').isOpen()).toBe(false);
  expect(refused).toEqual(['pending-limit-address 10.0.0.1']);
  first.ticket?.accept();
  expect(arrive('10.0.0.1').isOpen()).toBe(true);
  closeAll();
});

it('throws out the one that has waited longest when too many wait', () => {
  const { admission, refused, arrive, closeAll } = setUp();
  const oldest = arrive('127.0.0.1');
  for (let index = 0; index < 3; index += 1) arrive('127.0.0.1');
  expect(oldest.isOpen()).toBe(true);
  arrive('10.0.0.2');
  expect(oldest.isOpen()).toBe(false);
  expect(refused).toEqual(['pending-limit 127.0.0.1']);
  expect(admission.pendingConnections()).toBe(4);
  closeAll();
  expect(admission.pendingConnections()).toBe(0);
  expect(admission.openConnections()).toBe(0);
});

it('limits the connections in total, the control centre excepted', () => {
  const { refused, arrive, closeAll } = setUp();
  for (let index = 0; index < 5; index += 1) arrive('10.0.0.1').ticket?.accept();
  expect(arrive('10.0.0.9').isOpen()).toBe(false);
  expect(refused).toEqual(['connection-limit 10.0.0.9']);
  expect(arrive('127.0.0.1', true).isOpen()).toBe(true);
  closeAll();
});

it('ends who does not authenticate in time, and only those', async () => {
  const { refused, arrive, closeAll } = setUp({ connectTimeoutMs: 20 });
  const good = arrive('10.0.0.1');
  good.ticket?.accept();
  const idle = arrive('10.0.0.2');
  await until(() => !idle.isOpen(), 'the end');
  expect(refused).toEqual(['connect-timeout 10.0.0.2']);
  expect(good.isOpen()).toBe(true);
  closeAll();
});

it('writes IPv4 addresses as such', () => {
  expect(normaliseAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
  expect(normaliseAddress('fe80::1')).toBe('fe80::1');
  expect(normaliseAddress(undefined)).toBe('');
});
