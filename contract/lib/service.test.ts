import { expect, test } from 'vitest';
import { AppError } from './errors.ts';
import { group, type Service } from './service.ts';

function recorder() {
  const log: string[] = [];
  const service = (
    name: string,
    faults: { start?: Error; stop?: Error; gate?: Promise<void> } = {},
  ): Service => ({
    name,
    async start() {
      log.push(`start ${name}`);
      await faults.gate;
      if (faults.start) throw faults.start;
      log.push(`started ${name}`);
    },
    async stop() {
      log.push(`stop ${name}`);
      if (faults.stop) throw faults.stop;
    },
  });
  return { log, service };
}

function gate() {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

test('services start one after the other and stop in reverse order', async () => {
  const { log, service } = recorder();
  const all = group('all', [service('a'), service('b'), service('c')]);
  await all.start();
  await all.stop();
  expect(log).toEqual([
    ...['start a', 'started a', 'start b', 'started b', 'start c', 'started c'],
    ...['stop c', 'stop b', 'stop a'],
  ]);
});

test('when one does not start, those before it are stopped, those after it never start, and the reason is thrown', async () => {
  const { log, service } = recorder();
  const reason = new AppError('conflict', 'The port is taken.');
  const all = group('all', [service('a'), service('b'), service('c', { start: reason }), service('d')]);
  await expect(all.start()).rejects.toBe(reason);
  expect(log).toEqual(['start a', 'started a', 'start b', 'started b', 'start c', 'stop b', 'stop a']);
});

test('what cannot be stopped does not keep the others from being stopped, and is told', async () => {
  const { log, service } = recorder();
  const fault = new Error('stuck');
  const all = group('all', [service('a'), service('b', { stop: fault }), service('c')]);
  await all.start();
  await expect(all.stop()).rejects.toMatchObject({ message: 'all did not stop cleanly.', errors: [fault] });
  expect(log.slice(-3)).toEqual(['stop c', 'stop b', 'stop a']);
});

test('a failed roll-back does not hide why the start failed', async () => {
  const { service } = recorder();
  const reason = new AppError('no-space', 'The disk is full.', { path: 'x' });
  const fault = new Error('stuck');
  const all = group('all', [service('a', { stop: fault }), service('b', { start: reason })]);
  await expect(all.start()).rejects.toMatchObject({
    ...{ code: 'no-space', message: 'The disk is full.', data: { path: 'x' } },
    cause: { errors: [reason, { errors: [fault] }] },
  });
});

test('a stop during the start waits for the service that is starting and leaves nothing running', async () => {
  const { log, service } = recorder();
  const held = gate();
  const all = group('all', [service('a'), service('b', { gate: held.promise }), service('c')]);
  const starting = all.start();
  const outcome = expect(starting).rejects.toMatchObject({ code: 'cancelled' });
  while (!log.includes('start b')) await Promise.resolve();
  const stopping = all.stop();
  held.open();
  await outcome;
  await stopping;
  expect(log).toEqual(['start a', 'started a', 'start b', 'started b', 'stop b', 'stop a']);
});

test('a group that was stopped can be started again, and stopping twice stops once', async () => {
  const { log, service } = recorder();
  const all = group('all', [service('a')]);
  await all.start();
  await all.stop();
  await all.stop();
  await all.start();
  await all.stop();
  expect(log).toEqual(['start a', 'started a', 'stop a', 'start a', 'started a', 'stop a']);
});

test('groups hold groups', async () => {
  const { log, service } = recorder();
  const all = group('all', [service('a'), group('inner', [service('b'), service('c')]), service('d')]);
  await all.start();
  log.length = 0;
  await all.stop();
  expect(log).toEqual(['stop d', 'stop c', 'stop b', 'stop a']);
});
