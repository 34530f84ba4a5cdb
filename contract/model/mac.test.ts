import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../lib/errors.ts';
import { formatMac, Mac, parseMac } from './mac.ts';

test.each([
  ['b8:27:eb:40:7e:5a'],
  ['B8-27-EB-40-7E-5A'],
  ['b827.eb40.7e5a'],
  ['  B827EB407E5A\n'],
  ['b8 27 eb 40 7e 5a'],
])('%s is taken as the MAC that it is', (text) => {
  expect(parseMac(text)).toBe('B827EB407E5A');
});

test.each([
  ['', 'is not a MAC address'],
  ['b8:27:eb:40:7e', 'is not a MAC address'],
  ['b8:27:eb:40:7e:5a:00', 'is not a MAC address'],
  ['g8:27:eb:40:7e:5a', 'is not a MAC address'],
  ['00:00:00:00:00:00', 'stands for no single device'],
  ['FF-FF-FF-FF-FF-FF', 'stands for no single device'],
  ['01:00:5e:00:00:fb', 'is a multicast address'],
])('%j is refused with what to do', (text, sentence) => {
  expect(() => parseMac(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => parseMac(text)).toThrow(sentence);
});

test('whatever is typed is refused with a sentence, or is a MAC that reads back the same', () => {
  const hexLike = fc.stringMatching(/^[\s0-9a-fA-F:.-]{0,24}$/);
  fc.assert(
    fc.property(fc.oneof(hexLike, fc.string({ unit: 'binary' }), fc.string({ minLength: 5000 })), (text) => {
      let mac: string;
      try {
        mac = parseMac(text);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).message.length).toBeLessThan(200);
        return;
      }
      expect(Mac.parse(mac)).toBe(mac);
      expect(parseMac(formatMac(mac))).toBe(mac);
    }),
    { numRuns: 1000 },
  );
});

test('a MAC is printed as it stands on labels', () => {
  expect(formatMac('B827EB407E5A')).toBe('B8:27:EB:40:7E:5A');
});
