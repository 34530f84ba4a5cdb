import { expect, it } from 'vitest';
import { describeListenError } from './listen-error.ts';

const errorOf = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

it.each([
  ['EADDRINUSE', 'conflict', 'Port 8883 is already in use'],
  ['EACCES', 'denied', 'choose a port from 1024'],
  ['EADDRNOTAVAIL', 'invalid', 'no address 10.0.0.1'],
  ['EAFNOSUPPORT', 'unsupported', 'IPv6 is switched off'],
  ['ENOTFOUND', 'invalid', 'stands for no address'],
  ['EMFILE', 'internal', 'open files'],
  ['EWEIRD', 'internal', 'listen EWEIRD'],
])('turns %s into a sentence', (code, expected, text) => {
  const error = describeListenError(errorOf(code), { host: '10.0.0.1', port: 8883 });
  expect(error.code).toBe(expected);
  expect(error.message).toContain(text);
  expect(error.data).toMatchObject({ host: '10.0.0.1', port: 8883 });
});
