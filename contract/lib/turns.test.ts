import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('does the work of one key one after the other, and that of another key meanwhile', async () => {
  const turns = createTurns();
  const order: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = turns.take('a', async () => {
    await gate;
    order.push('first');
  });
  const second = turns.take('a', () => void order.push('second'));
  await turns.take('b', () => void order.push('other'));
  open();
  await Promise.all([first, second]);
  expect(order).toEqual(['other', 'first', 'second']);
});

it('goes on after work that failed, and tells only its own caller', async () => {
  const turns = createTurns();
  const failing = turns.take('a', () => Promise.reject(new Error('No.')));
  const next = turns.take('a', () => 7);
  await expect(failing).rejects.toThrow('No.');
  await expect(next).resolves.toBe(7);
  await expect(
    turns.take('a', () => {
      throw new Error('At once.');
    }),
  ).rejects.toThrow('At once.');
});
