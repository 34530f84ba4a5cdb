import { expect, test } from 'vitest';
import { planLinkCalls } from './link-plan.ts';
import { parseMacList } from './mac-list.ts';

const none = { name: '', tags: [], groups: [] };

test('devices without names of their own are linked together', () => {
  const entries = parseMacList('E45F01C93F15 E45F01C93F16 E45F01C93F15 nonsense', new Map());
  expect(planLinkCalls(entries, none)).toEqual([{ macs: ['E45F01C93F15', 'E45F01C93F16'] }]);
  expect(planLinkCalls(entries, { ...none, tags: ['line-2'] })).toEqual([
    { macs: ['E45F01C93F15', 'E45F01C93F16'], edit: { tags: ['line-2'] } },
  ]);
});

test('a name from the list goes to its own device, with the tags and groups of all', () => {
  const entries = parseMacList('E45F01C93F15\tpress-08\nE45F01C93F16', new Map());
  expect(planLinkCalls(entries, { ...none, groups: ['Hall A'] })).toEqual([
    { macs: ['E45F01C93F16'], edit: { groups: ['Hall A'] } },
    { macs: ['E45F01C93F15'], edit: { groups: ['Hall A'], name: 'press-08' } },
  ]);
});

test('a typed name is for a single device only', () => {
  const one = parseMacList('E45F01C93F15', new Map());
  expect(planLinkCalls(one, { ...none, name: ' saw ' })).toEqual([
    { macs: ['E45F01C93F15'], edit: { name: 'saw' } },
  ]);
  expect(
    planLinkCalls(parseMacList('E45F01C93F15 E45F01C93F16', new Map()), { ...none, name: 'saw' }),
  ).toEqual([{ macs: ['E45F01C93F15', 'E45F01C93F16'] }]);
  expect(planLinkCalls([], none)).toEqual([]);
});
