import { z } from 'zod';
import { AppError } from '../lib/errors.ts';

/** A device's identity for people: 12 upper-case hex digits, no separators. */
export const Mac = z.string().regex(/^[0-9A-F]{12}$/, 'a MAC address has 12 hexadecimal digits');
export type Mac = z.infer<typeof Mac>;

/** Accepts the usual ways to write a MAC (`b8:27:eb:40:7e:5a`, `B8-27-…`, `b827.eb40.7e5a`); throws `invalid`. */
export function parseMac(text: string): Mac {
  const digits = text
    .trim()
    .replace(/[:\-.\s]/g, '')
    .toUpperCase();
  if (!/^[0-9A-F]{12}$/.test(digits)) {
    throw new AppError(
      'invalid',
      `“${text.trim().slice(0, 40)}” is not a MAC address. Write 12 hexadecimal digits, such as B8:27:EB:40:7E:5A.`,
    );
  }
  if (digits === '000000000000' || digits === 'FFFFFFFFFFFF') {
    throw new AppError(
      'invalid',
      `${digits} stands for no single device. Type the address printed on the device.`,
    );
  }
  if ((Number.parseInt(digits.slice(0, 2), 16) & 1) === 1) {
    throw new AppError(
      'invalid',
      `${digits} is a multicast address, which no device has. Check the first two digits.`,
    );
  }
  return digits;
}

/** `B8:27:EB:40:7E:5A`, the form printed on labels. */
export function formatMac(mac: Mac): string {
  return mac.replace(/(..)(?!$)/g, '$1:');
}
