import { describe, expect, it } from 'vitest';
import { type DataColumn, gridTemplate, gridWidthPx, sortRows } from './table-columns.ts';

interface Row {
  name: string;
  cpu: number | null;
}
const columns: readonly DataColumn<Row>[] = [
  { id: 'name', header: 'Name', widthPx: 100, grow: true, value: (row) => row.name, cell: (row) => row.name },
  { id: 'cpu', header: 'CPU', widthPx: 60, value: (row) => row.cpu, cell: (row) => row.cpu },
];
const rows: readonly Row[] = [
  { name: 'press-10', cpu: 5 },
  { name: 'press-9', cpu: null },
  { name: 'press-1', cpu: 90 },
];
const names = (id: string, desc: boolean) => sortRows(rows, columns, { id, desc }).map((row) => row.name);

describe('sorted rows', () => {
  it('compare numbers in names as numbers', () => {
    expect(names('name', false)).toEqual(['press-1', 'press-9', 'press-10']);
  });

  it('have missing values last in either direction', () => {
    expect(names('cpu', false)).toEqual(['press-10', 'press-1', 'press-9']);
    expect(names('cpu', true)).toEqual(['press-1', 'press-10', 'press-9']);
  });

  it('stay as they are without an order', () => {
    expect(sortRows(rows, columns, null)).toBe(rows);
    expect(sortRows(rows, columns, { id: 'gone', desc: false })).toBe(rows);
  });
});

it('fills the width with the growing column until it was resized', () => {
  expect(gridTemplate(columns, {}, true)).toBe('36px minmax(100px, 1fr) 60px 32px');
  expect(gridTemplate(columns, { name: 220 }, false)).toBe('220px 60px minmax(32px, 1fr)');
});

it('needs as much width as its columns, whatever their content', () => {
  expect(gridWidthPx(columns, {}, true)).toBe(36 + 100 + 60 + 32);
  expect(gridWidthPx(columns, { name: 220 }, false)).toBe(220 + 60 + 32);
});
