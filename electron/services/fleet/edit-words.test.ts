import { expect, it } from 'vitest';
import { AuditEntry } from '../../../contract/model/audit.ts';
import { editWords } from './edit-words.ts';

it('tells what was changed, and only that', () => {
  expect(editWords({ edit: { name: 'press-07' }, addTags: ['line-2', 'hall'], removeTags: ['demo'] })).toBe(
    'name “press-07”; added tags line-2, hall; removed tags demo',
  );
  expect(editWords({ edit: { tags: [], groups: ['roof'], note: '' }, addGroups: [] })).toBe(
    'tags none; groups roof; note removed',
  );
});

it('fits an audit entry however long the note is', () => {
  const words = editWords({ edit: { note: 'x'.repeat(4_000) } });
  expect(AuditEntry.shape.detail.safeParse(words).success).toBe(true);
  expect(words).toMatch(/… \(2207 more characters\)$/);
});
