import { formatDuration } from '../contract/lib/time.ts';
import type { ResultState } from '../contract/model/job.ts';

/** Without control and direction characters: a device's name must not move the cursor of whoever reads it. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}

/** Colours and tabs, with the escape character built so that no control character stands in this source. */
const KEPT_CONTROLS = new RegExp(`(${String.fromCharCode(27)}\\[[0-9;:]*m|\\t)`, 'u');

/** Output of a device within a line of ours: colours and tabs stay, whatever else moves the cursor goes. */
export function printableLine(line: string): string {
  const parts = line.split(KEPT_CONTROLS);
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(/\p{Cc}/gu, ''))).join('');
}

/** `3 min ago`, `in 2 h`, or a dash where there is no moment. */
export function relativeTime(at: string | null, now: Date): string {
  if (at === null) return '–';
  const distanceMs = now.getTime() - Date.parse(at);
  if (Math.abs(distanceMs) < 1_000) return 'now';
  return distanceMs > 0 ? `${formatDuration(distanceMs)} ago` : `in ${formatDuration(-distanceMs)}`;
}

const ISO_MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const MOMENT = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** A sentence whose ISO moments are told in this machine's own zone: `2026-11-25 14:02:11`. */
export function localMoments(text: string): string {
  return text.replace(ISO_MOMENT, (iso) => MOMENT.format(new Date(iso)));
}

/** `1 device`, `3 devices`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first few of a list, and how many more: `a, b and 3 more`. */
export function listed(items: readonly string[], limit = 6): string {
  if (items.length <= limit) return items.join(', ');
  return `${items.slice(0, limit - 1).join(', ')} and ${items.length - limit + 1} more`;
}

export type Colour = 'green' | 'red' | 'yellow' | 'dim' | 'bold';
const SGR: Record<Colour, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** Colours a text, or leaves it as it is: colour never tells what the words do not. */
export function paint(text: string, colour: Colour, hasColour: boolean): string {
  return hasColour ? `\u001b[${SGR[colour]}m${text}\u001b[0m` : text;
}

/** The colour of a device's part of a job. */
export function stateColour(state: ResultState): Colour {
  if (state === 'succeeded') return 'green';
  if (state === 'queued' || state === 'sent' || state === 'accepted' || state === 'running') return 'yellow';
  return 'red';
}
