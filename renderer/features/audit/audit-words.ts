import { OPERATIONS } from '../../../contract/model/operation.ts';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['devices.link', 'Link devices'],
  ['devices.unlink', 'Unlink devices'],
  ['devices.forget', 'Forget devices'],
  ['devices.edit', 'Edit devices'],
  ['devices.accept-key', 'Accept a new device key'],
  ['enrolments.create', 'Make an enrolment file'],
  ['enrolments.revoke', 'Revoke an enrolment'],
  ['jobs.cancel', 'Cancel a job'],
  ['jobs.retry', 'Retry a job'],
  ['sites.create', 'Start a site'],
  ['sites.join', 'Join a broker'],
  ['sites.update', 'Change a site'],
  ['sites.remove', 'Remove a site'],
  ['sites.connect', 'Connect a site'],
  ['sites.disconnect', 'Disconnect a site'],
  ['demo.start', 'Start the demo'],
  ['demo.stop', 'Stop the demo'],
  ...Object.entries(OPERATIONS).map(([name, { title }]) => [name, title] as const),
]);

/** An action of the audit log in the words of the screens; one that has none as it is stored. */
export function auditActionWords(action: string): string {
  return WORDS.get(action) ?? action;
}
