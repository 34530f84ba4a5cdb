import { paint, plainText } from './text.ts';

/** Columns aligned, cells made harmless, the header underlined by colour only. Empty without rows. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { hasColour = false, columns }: { hasColour?: boolean; columns?: number | undefined } = {},
): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => row.map(plainText));
  const widths = header.map((title, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  const fit = (text: string): string =>
    columns !== undefined && text.length > columns ? `${text.slice(0, columns - 1)}…` : text;
  return `${[paint(fit(line(header)), 'dim', hasColour), ...cells.map((row) => fit(line(row)))].join('\n')}\n`;
}

/** Names and values below each other, aligned; what is inside a value is indented below its name. */
export function formatFacts(
  facts: readonly (readonly [string, unknown])[],
  hasColour = false,
  indent = '',
): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts
    .map(([name, value]) => {
      const title = indent + paint(plainText(name).padEnd(width), 'dim', hasColour);
      const inner = innerFacts(value);
      return inner
        ? `${title.trimEnd()}\n${formatFacts(inner, hasColour, `${indent}  `)}`
        : `${title}  ${factText(value)}\n`;
    })
    .join('');
}

/** The parts of an object or of a list of objects, or undefined for what fits into one line. */
function innerFacts(value: unknown): [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  if (isList && value.every((item) => typeof item !== 'object')) return undefined;
  if (!isList) return Object.entries(value);
  return value.map((item, index): [string, unknown] => [
    String(index + 1),
    typeof item === 'object' && item !== null
      ? Object.entries(item).map(([key, part]) => `${key} ${factText(part)}`)
      : item,
  ]);
}

function factText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(factText).join(', ');
  return plainText(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
