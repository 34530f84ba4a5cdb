import type { DeviceEdit } from '../../../contract/model/device.ts';

/** Below the 2,000 characters that an audit entry holds, whatever was typed. */
const DETAIL_LIMIT_CHARS = 1_800;

interface DeviceChanges {
  readonly edit?: DeviceEdit | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly addGroups?: readonly string[] | undefined;
  readonly removeGroups?: readonly string[] | undefined;
}

/** What was changed on devices, as the audit log tells it; a long note is cut, and says so. */
export function editWords({ edit = {}, ...labels }: DeviceChanges): string {
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  const some = (words: string, names: readonly string[] | undefined): string =>
    names && names.length > 0 ? `${words} ${names.join(', ')}` : '';
  const words = [
    edit.name === undefined ? '' : `name “${edit.name}”`,
    edit.tags === undefined ? '' : `tags ${list(edit.tags)}`,
    edit.groups === undefined ? '' : `groups ${list(edit.groups)}`,
    some('added tags', labels.addTags),
    some('removed tags', labels.removeTags),
    some('added groups', labels.addGroups),
    some('removed groups', labels.removeGroups),
    edit.note === undefined ? '' : edit.note === '' ? 'note removed' : `note “${edit.note}”`,
  ]
    .filter(Boolean)
    .join('; ');
  if (words.length <= DETAIL_LIMIT_CHARS) return words;
  return `${words.slice(0, DETAIL_LIMIT_CHARS)} … (${words.length - DETAIL_LIMIT_CHARS} more characters)`;
}
