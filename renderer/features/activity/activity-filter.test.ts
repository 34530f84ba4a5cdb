import { expect, test } from 'vitest';
import type { Activity } from '../../../contract/model/notice.ts';
import { actionWords, activityLink, activitySentence, shownActivities } from './activity-filter.ts';

function line(id: string, change: Partial<Activity> = {}): Activity {
  return {
    id,
    at: '2026-11-25T10:00:00Z',
    siteId: 'site0001',
    mac: 'B827EB000001',
    subject: 'press-01',
    action: 'shell.run',
    detail: 'uname -a · exit 0',
    outcome: 'ok',
    durationMs: 200,
    jobId: 'job1',
    ...change,
  };
}

test('the newest line comes last', () => {
  expect(shownActivities([line('new'), line('old')], '').map(({ id }) => id)).toEqual(['old', 'new']);
});

test('the filter finds subject, MAC, operation by either name, and detail', () => {
  const lines = [
    line('a'),
    line('b', { subject: 'press-02', mac: null, action: 'presence', detail: 'came online' }),
  ];
  const find = (text: string): string[] => shownActivities(lines, text).map(({ id }) => id);
  expect(find('run command')).toEqual(['a']);
  expect(find('shell.run')).toEqual(['a']);
  expect(find('b827eb')).toEqual(['a']);
  expect(find('02 ONLINE')).toEqual(['b']);
});

test('operations have the name of the screens, other actions their own', () => {
  expect(actionWords(line('a'))).toBe('Run command');
  expect(actionWords(line('a', { action: 'presence' }))).toBe('presence');
});

test('a line leads to its job, else to its device, else nowhere', () => {
  expect(activityLink(line('a'))).toBe('/jobs/job1');
  expect(activityLink(line('a', { jobId: null }))).toBe('/devices/B827EB000001');
  expect(activityLink(line('a', { jobId: null, mac: null }))).toBeUndefined();
});

test('what is read out is one sentence', () => {
  expect(activitySentence(line('a'))).toBe('press-01: Run command, done.');
  expect(activitySentence(line('a', { outcome: 'info', action: 'presence', detail: 'came online' }))).toBe(
    'press-01: presence, came online.',
  );
  expect(activitySentence(undefined)).toBe('');
});
