import { expect, it } from 'vitest';
import { createInquiry } from './inquiry.ts';

const macOf = (index: number): string => `B827EB${index.toString(16).toUpperCase().padStart(6, '0')}`;

it('asks a device once, and again only when it has had time to answer', () => {
  let nowMs = 1_000_000;
  const asked: string[] = [];
  const inquiry = createInquiry({ now: () => nowMs, ask: (mac) => asked.push(mac) });
  for (let round = 0; round < 5; round += 1) inquiry.heard(macOf(1));
  inquiry.heard(macOf(2));
  expect(asked).toEqual([macOf(1), macOf(2)]);
  nowMs += 30_000;
  inquiry.heard(macOf(1));
  expect(asked).toEqual([macOf(1), macOf(2), macOf(1)]);
});

it('remembers the last thousand only', () => {
  const asked: string[] = [];
  const inquiry = createInquiry({ now: () => 0, ask: (mac) => asked.push(mac) });
  for (let index = 0; index <= 1_000; index += 1) inquiry.heard(macOf(index));
  inquiry.heard(macOf(1_000));
  expect(asked).toHaveLength(1_001);
  inquiry.heard(macOf(0));
  expect(asked).toHaveLength(1_002);
});
