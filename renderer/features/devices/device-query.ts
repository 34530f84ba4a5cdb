/** The words before a colon that the search understands. */
export const QUERY_FIELDS = [
  'is',
  'tag',
  'group',
  'model',
  'agent',
  'os',
  'name',
  'mac',
  'ip',
  'note',
] as const;
export type QueryField = (typeof QUERY_FIELDS)[number];

/** What `is:` may ask for. */
export const IS_VALUES = [
  'online',
  'offline',
  'unknown',
  'never-seen',
  'linked',
  'discovered',
  'demo',
  'alarm',
] as const;
export type IsValue = (typeof IS_VALUES)[number];

/** One condition: any of `values` must fit (none of them when `negated`); all terms of a query must hold. */
export interface QueryTerm {
  readonly field: QueryField | null;
  /** Lower case; `=` before a value asks for the whole text instead of a part of it. */
  readonly values: readonly string[];
  readonly negated: boolean;
}

export interface DeviceQuery {
  readonly terms: readonly QueryTerm[];
  /** What in the text could not be understood, as a sentence each. */
  readonly problems: readonly string[];
}

/** Reads a search such as `press tag:line-2,line-3 -is:online model:"Pi 4"`. Never throws. */
export function parseDeviceQuery(text: string): DeviceQuery {
  const terms: QueryTerm[] = [];
  const problems: string[] = [];
  for (const word of splitOutsideQuotes(text, /\s/)) {
    const negated = word.length > 1 && word.startsWith('-');
    const body = negated ? word.slice(1) : word;
    const match = /^([a-z]+):(.*)$/is.exec(body);
    const field = match ? fieldOf(match[1] ?? '') : null;
    if (!field) {
      terms.push({ field: null, values: [unquote(body).toLowerCase()], negated });
      continue;
    }
    const values = splitOutsideQuotes(match?.[2] ?? '', /,/).map((value) => unquote(value).toLowerCase());
    if (values.length === 0) continue;
    const wrong = field === 'is' ? values.find((value) => !isIsValue(value)) : undefined;
    if (wrong === undefined) terms.push({ field, values, negated });
    else problems.push(`“is:${wrong}” is not known. It can be ${IS_VALUES.join(', ')}.`);
  }
  return { terms, problems };
}

/** The values that the text asks for in a field, as they were typed; what a filter chip shows as chosen. */
export function valuesOf(text: string, field: QueryField): string[] {
  return splitOutsideQuotes(text, /\s/)
    .filter((word) => word.toLowerCase().startsWith(`${field}:`))
    .flatMap((word) => splitOutsideQuotes(word.slice(field.length + 1), /,/).map(unquote));
}

/** The text with the field asking for exactly these values; other words stay as they are. */
export function withValues(text: string, field: QueryField, values: readonly string[]): string {
  const kept = splitOutsideQuotes(text, /\s/).filter((word) => !word.toLowerCase().startsWith(`${field}:`));
  if (values.length > 0) kept.push(`${field}:${values.map(quote).join(',')}`);
  return kept.join(' ');
}

function fieldOf(name: string): QueryField | null {
  return QUERY_FIELDS.find((field) => field === name.toLowerCase()) ?? null;
}

function isIsValue(value: string): value is IsValue {
  return (IS_VALUES as readonly string[]).includes(value);
}

function splitOutsideQuotes(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && separator.test(character)) {
      if (part !== '') parts.push(part);
      part = '';
    } else part += character;
  }
  if (part !== '') parts.push(part);
  return parts;
}

function unquote(text: string): string {
  return text.replaceAll('"', '');
}

function quote(value: string): string {
  return /[\s,]/.test(value) ? `"${value}"` : value;
}
