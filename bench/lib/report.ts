/** One measured line: what, of whom, the number with its unit, and how it was got. */
export interface Row {
  readonly part: string;
  readonly what: string;
  readonly who: string;
  readonly value: string;
  readonly goal: string;
  readonly note: string;
}

/** Rows as a Markdown table. */
export function toTable(rows: readonly Row[]): string {
  const head = ['part', 'what', 'who', 'measured', 'goal', 'note'];
  const body = rows.map((row) => [row.part, row.what, row.who, row.value, row.goal, row.note]);
  const widths = head.map((title, index) =>
    Math.max(title.length, ...body.map((cells) => (cells[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
