import { expect, it } from 'vitest';
import { externalUrl, isAppUrl, ownArguments, pageOfLink } from './addresses.ts';

it.each(['app://muster/', 'app://muster/devices/B827EB407E5A?tab=logs', 'app://muster'])(
  'knows %s as its own',
  (url) => {
    expect(isAppUrl(url)).toBe(true);
  },
);

it.each([
  'https://muster/',
  'app://muster.evil.example/',
  'app://muster:80/',
  'app://user@muster/',
  'app://other/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'about:blank',
  'data:text/html,hello',
  'not an address',
  '',
])('does not take %j for its own', (url) => {
  expect(isAppUrl(url)).toBe(false);
});

it('opens https addresses in the browser and nothing else', () => {
  expect(externalUrl('https://example.org/docs?a=1#b')).toBe('https://example.org/docs?a=1#b');
  for (const url of [
    'http://example.org/',
    'https://user:secret@example.org/',
    'file:///bin/sh',
    'smb://server/share',
    'javascript:alert(1)',
    'muster://devices',
    '',
  ]) {
    expect([url, externalUrl(url)]).toEqual([url, undefined]);
  }
});

it.each([
  ['muster://devices/B827EB407E5A', 'app://muster/devices/B827EB407E5A'],
  ['muster://jobs/', 'app://muster/jobs'],
  ['muster:devices', 'app://muster/devices'],
  ['muster://', 'app://muster/'],
  ['muster://../../etc', undefined],
  ['muster://devices?x=1', undefined],
  ['muster://a/b/c/d/e', undefined],
  ['muster://x%2fy', undefined],
  ['https://example.org', undefined],
  ['/home/ada/depot.muster', undefined],
])('turns the link %s into the page %s', (link, page) => {
  expect(pageOfLink(link)).toBe(page);
});

it('takes from a process’s arguments what is ours', () => {
  const packed = [
    '/opt/Muster/muster',
    '--no-sandbox',
    '--data=/d',
    '--enable-features=X',
    '--json',
    'muster://jobs',
  ];
  expect(ownArguments(packed, true)).toEqual(['--data=/d', '--json', 'muster://jobs']);
  expect(ownArguments(['electron', '/checkout', '--no-announce', '--inspect=1'], false)).toEqual([
    '--no-announce',
  ]);
});
