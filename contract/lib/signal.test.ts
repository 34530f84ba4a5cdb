import { expect, test } from 'vitest';
import { createSignal } from './signal.ts';

test('everybody who listens hears, in the order of their coming, until they leave', () => {
  const signal = createSignal<number>();
  const heard: string[] = [];
  const leave = signal.on((value) => void heard.push(`a${value}`));
  signal.on((value) => void heard.push(`b${value}`));
  signal.emit(1);
  leave();
  leave();
  signal.emit(2);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});

test('a listener that throws keeps nobody from hearing, and its error goes where it was to go', () => {
  const errors: unknown[] = [];
  const signal = createSignal<void>((error) => void errors.push(error));
  const heard: string[] = [];
  signal.on(() => {
    throw new Error('mine');
  });
  signal.on(() => void heard.push('x'));
  signal.emit();
  expect(heard).toEqual(['x']);
  expect(errors).toEqual([new Error('mine')]);
});

test('without a place for errors the first is thrown, after all have heard', () => {
  const signal = createSignal<void>();
  const heard: string[] = [];
  for (const name of ['first', 'second'])
    signal.on(() => {
      throw new Error(name);
    });
  signal.on(() => void heard.push('x'));
  expect(() => signal.emit()).toThrow('first');
  expect(heard).toEqual(['x']);
});

test('who comes or leaves while a fact is told does not upset the telling', () => {
  const signal = createSignal<void>();
  const heard: string[] = [];
  const leave = signal.on(() => {
    heard.push('a');
    leave();
    signal.on(() => void heard.push('late'));
  });
  signal.on(() => void heard.push('b'));
  signal.emit();
  expect(heard).toEqual(['a', 'b']);
  signal.emit();
  expect(heard).toEqual(['a', 'b', 'b', 'late']);
});
