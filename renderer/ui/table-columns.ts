import type { ReactNode } from 'react';

/** One column of a DataTable. Keep the array stable (`useMemo`): rows render again when it changes. */
export interface DataColumn<Row> {
  id: string;
  /** Name in the head and in the column chooser, with its unit: “CPU %”. */
  header: string;
  /** A sentence for the head's tooltip. */
  hint?: string;
  widthPx: number;
  /** Takes the room that is left. */
  grow?: boolean;
  align?: 'left' | 'right';
  cell: (row: Row) => ReactNode;
  /** What the column sorts by; without it the column does not sort. Missing values go last. */
  value?: (row: Row) => string | number | null | undefined;
  hiddenByDefault?: boolean;
  /** Cannot be hidden. */
  always?: boolean;
}

export interface TableSort {
  id: string;
  desc: boolean;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Rows in the order of a column, stable; rows without a value are last in either direction. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly DataColumn<Row>[],
  sort: TableSort | null,
): readonly Row[] {
  const readValue = sort && columns.find((column) => column.id === sort.id)?.value;
  if (!sort || !readValue) return rows;
  const sign = sort.desc ? -1 : 1;
  return rows
    .map((row) => ({ row, value: readValue(row) ?? null }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      if (typeof a.value === 'number' && typeof b.value === 'number') return sign * (a.value - b.value);
      return sign * collator.compare(String(a.value), String(b.value));
    })
    .map(({ row }) => row);
}

/** The columns as one CSS grid template. */
export function gridTemplate<Row>(
  columns: readonly DataColumn<Row>[],
  widthsPx: Readonly<Record<string, number>>,
  selectable: boolean,
): string {
  const tracks = columns.map((column) => {
    const widthPx = widthsPx[column.id] ?? column.widthPx;
    return column.grow && widthsPx[column.id] === undefined ? `minmax(${widthPx}px, 1fr)` : `${widthPx}px`;
  });
  const grows = columns.some((column) => column.grow && widthsPx[column.id] === undefined);
  return [...(selectable ? ['36px'] : []), ...tracks, grows ? '32px' : 'minmax(32px, 1fr)'].join(' ');
}

/** The least width of a row in pixels; below it the table scrolls. */
export function gridWidthPx<Row>(
  columns: readonly DataColumn<Row>[],
  widthsPx: Readonly<Record<string, number>>,
  selectable: boolean,
): number {
  const sumPx = columns.reduce((sum, column) => sum + (widthsPx[column.id] ?? column.widthPx), 0);
  return sumPx + 32 + (selectable ? 36 : 0);
}
