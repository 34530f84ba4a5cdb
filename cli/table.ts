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

/** Names and values below each other, aligned; lists and objects in values are shown as JSON. */
export function formatFacts(facts: readonly (readonly [string, unknown])[], hasColour = false): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts
    .map(([name, value]) => `${paint(plainText(name).padEnd(width), 'dim', hasColour)}  ${factText(value)}\n`)
    .join('');
}

function factText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return plainText(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
