import { toErrorBody } from '../../../contract/lib/errors.ts';
import type { Device } from '../../../contract/model/device.ts';
import { type Mac, parseMac } from '../../../contract/model/mac.ts';

/** What linking will do with one entry of a typed or pasted list. */
export type MacEntryState = 'new' | 'discovered' | 'linked' | 'repeated' | 'invalid';

/** One entry of the list, in the order it was written; nothing that was written is left out. */
export interface MacEntry {
  /** As it was written, without the name. */
  readonly text: string;
  readonly mac: Mac | null;
  /** A name that stood beside the MAC, as in a column of a spreadsheet. */
  readonly name: string | null;
  readonly state: MacEntryState;
  /** What it means, as a sentence. */
  readonly detail: string;
}

/** Reads MACs in any usual form, separated by lines, commas, semicolons or spaces; `MAC<tab>name` lines bring names. */
export function parseMacList(text: string, known: ReadonlyMap<Mac, Device>): MacEntry[] {
  const seen = new Set<Mac>();
  return text
    .split(/\r?\n/)
    .flatMap(readLine)
    .map(({ text: written, name }) => {
      const entry = classify(written, name, known, seen);
      if (entry.mac) seen.add(entry.mac);
      return entry;
    });
}

/** The MACs of the list that a link call would change. */
export function linkableMacs(entries: readonly MacEntry[]): Mac[] {
  return entries.flatMap((entry) =>
    entry.mac && (entry.state === 'new' || entry.state === 'discovered') ? [entry.mac] : [],
  );
}

interface Written {
  readonly text: string;
  readonly name: string | null;
}

function readLine(line: string): Written[] {
  const pieces = line
    .split(/[,;\t]/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
  const [first, second] = pieces;
  if (pieces.length === 2 && first !== undefined && second !== undefined) {
    if (isMac(first) && isName(second)) return [{ text: first, name: second }];
    if (isMac(second) && isName(first)) return [{ text: second, name: first }];
  }
  return pieces.flatMap(splitAtSpaces).map((piece) => ({ text: piece, name: null }));
}

/** `B8 27 EB 40 7E 5A` is one MAC, `B827EB407E5A E45F01C93F15` are two. */
function splitAtSpaces(piece: string): string[] {
  if (isMac(piece)) return [piece];
  const words = piece.split(/\s+/);
  return words.some(isMac) ? words : [piece];
}

function isMac(text: string): boolean {
  return /^[0-9a-f]{12}$/i.test(text.replace(/[:\-.\s]/g, ''));
}

/** Not a name is what could be a mistyped MAC: hex digits and separators only, or with a separator between pairs. */
function isName(text: string): boolean {
  const digits = text.replace(/[:\-.\s]/g, '');
  const likeMac = /^[0-9a-f]{6,}$/i.test(digits) || /^[^\s:]{1,2}(:[^\s:]{1,2}){3,}$/.test(text);
  return !likeMac && text.length <= 64;
}

function classify(
  text: string,
  name: string | null,
  known: ReadonlyMap<Mac, Device>,
  seen: ReadonlySet<Mac>,
): MacEntry {
  const read = readMac(text);
  if (read.mac === null) return { text, mac: null, name, state: 'invalid', detail: read.problem };
  const { mac } = read;
  const entry = { text, mac, name };
  if (seen.has(mac)) return { ...entry, state: 'repeated', detail: 'Already in this list above.' };
  const device = known.get(mac);
  if (device?.linked)
    return { ...entry, state: 'linked', detail: `Already linked as ${device.name || mac}.` };
  if (device) {
    const host = device.hostName ? ` as ${device.hostName}` : '';
    return { ...entry, state: 'discovered', detail: `Has announced itself${host}.` };
  }
  return { ...entry, state: 'new', detail: 'It can be commanded as soon as it appears.' };
}

function readMac(text: string): { mac: Mac; problem: '' } | { mac: null; problem: string } {
  try {
    return { mac: parseMac(text), problem: '' };
  } catch (error) {
    return { mac: null, problem: toErrorBody(error).message };
  }
}
