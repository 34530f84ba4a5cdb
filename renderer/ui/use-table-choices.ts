import { useCallback, useEffect, useState } from 'react';
import type { DataColumn, TableSort } from './table-columns.ts';
import { loadTableMemory, saveTableMemory, type TableMemory } from './table-memory.ts';

export interface TableChoices<Row> {
  sort: TableSort | null;
  widthsPx: Readonly<Record<string, number>>;
  sortBy: (id: string) => void;
  isShown: (column: DataColumn<Row>) => boolean;
  show: (id: string, shown: boolean) => void;
  resize: (id: string, widthPx: number) => void;
  reset: () => void;
}

/** The reader's choices for a table, remembered in this browser under the table's name. */
export function useTableChoices<Row>(
  tableId: string,
  columns: readonly DataColumn<Row>[],
  defaultSort: TableSort | null,
): TableChoices<Row> {
  const defaults = (): TableMemory => ({ sort: defaultSort, shown: {}, widthsPx: {} });
  const [memory, setMemory] = useState<TableMemory>(
    () => loadTableMemory(localStorage, tableId) ?? defaults(),
  );
  useEffect(() => saveTableMemory(localStorage, tableId, memory), [tableId, memory]);

  const { shown } = memory;
  const sortBy = useCallback((id: string) => {
    setMemory((old) => ({ ...old, sort: { id, desc: old.sort?.id === id ? !old.sort.desc : false } }));
  }, []);
  const isShown = useCallback(
    (column: DataColumn<Row>) => column.always || (shown[column.id] ?? !column.hiddenByDefault),
    [shown],
  );
  const known = memory.sort && columns.some((column) => column.id === memory.sort?.id);
  return {
    sort: known ? memory.sort : defaultSort,
    widthsPx: memory.widthsPx,
    sortBy,
    isShown,
    show: (id, isOn) => setMemory((old) => ({ ...old, shown: { ...old.shown, [id]: isOn } })),
    resize: (id, widthPx) => setMemory((old) => ({ ...old, widthsPx: { ...old.widthsPx, [id]: widthPx } })),
    reset: () => setMemory(defaults()),
  };
}
