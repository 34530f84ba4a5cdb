import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useId, useMemo, useRef, useState } from 'react';
import classes from './data-table.module.css';
import { type DataColumn, gridTemplate, gridWidthPx, sortRows, type TableSort } from './table-columns.ts';
import { TableHead } from './table-head.tsx';
import { TableRow } from './table-row.tsx';
import { keepOrder, selectedShare } from './table-selection.ts';
import { useTableChoices } from './use-table-choices.ts';
import { useTableKeys } from './use-table-keys.ts';

const ROW_HEIGHT_PX = 36;

export interface DataTableProps<Row> {
  /** Remembers columns and order under this name. */
  id: string;
  /** Accessible name: “Devices”. */
  label: string;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  columns: readonly DataColumn<Row>[];
  defaultSort?: TableSort;
  /** Given with `onSelect`: rows can be selected. Keys of rows that are filtered out may be among them. */
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  /** Enter, or a click on a row. */
  onOpen?: (row: Row) => void;
  /** Shown when there are no rows. */
  empty?: ReactNode;
}

const NOTHING: ReadonlySet<string> = new Set();

/** A virtual table for lists of any length: sort, columns, selection, keyboard. Fills its parent's height. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, rowKey, columns, onOpen, onSelect } = props;
  const selected = props.selected ?? NOTHING;
  const selectable = onSelect !== undefined;
  const scrollRef = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const choices = useTableChoices(props.id, columns, props.defaultSort ?? null);
  const shown = useMemo(() => columns.filter(choices.isShown), [columns, choices.isShown]);
  const template = useMemo(
    () => gridTemplate(shown, choices.widthsPx, selectable),
    [shown, choices.widthsPx, selectable],
  );

  const widthPx = gridWidthPx(shown, choices.widthsPx, selectable);

  const sorted = useStillOrder(rows, rowKey, columns, choices.sort);
  const keys = useMemo(() => sorted.rows.map(rowKey), [sorted.rows, rowKey]);
  const share = useMemo(() => selectedShare(selected, keys), [selected, keys]);

  const virtualizer = useVirtualizer({
    count: sorted.rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 8,
    scrollPaddingStart: ROW_HEIGHT_PX,
  });
  const control = useTableKeys({
    keys,
    selected,
    onSelect,
    onOpen: onOpen && ((index) => openAt(index)),
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
    pageRows: () => Math.max(1, Math.floor((scrollRef.current?.clientHeight ?? 400) / ROW_HEIGHT_PX) - 2),
  });

  function openAt(index: number): void {
    const row = sorted.rows[index];
    if (row !== undefined) onOpen?.(row);
  }

  // A list that offers nothing to do is a plain table to those who hear it.
  const operable =
    selectable || onOpen
      ? {
          role: 'grid',
          tabIndex: 0,
          'aria-multiselectable': selectable,
          'aria-activedescendant': control.activeIndex >= 0 ? `${gridId}-${control.activeIndex}` : undefined,
        }
      : {};

  return (
    <div ref={scrollRef} className={classes.scroll}>
      <table
        className={classes.table}
        style={{ width: `max(100%, calc(${widthPx}px + var(--table-pad, 16px)))` }}
        {...operable}
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        onKeyDown={control.onKeyDown}
        onFocus={control.onFocus}
        onPointerEnter={() => sorted.hold(true)}
        onPointerLeave={() => sorted.hold(false)}
      >
        <thead className={classes.head}>
          <TableHead
            columns={shown}
            allColumns={columns}
            template={template}
            sort={choices.sort}
            onSort={choices.sortBy}
            share={selectable ? share : undefined}
            onSelectAll={control.toggleAll}
            isShown={choices.isShown}
            onShow={choices.show}
            onResize={choices.resize}
            onReset={choices.reset}
          />
        </thead>
        <tbody className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = sorted.rows[item.index];
            const key = keys[item.index];
            if (row === undefined || key === undefined) return null;
            return (
              <TableRow
                key={key}
                id={`${gridId}-${item.index}`}
                row={row}
                index={item.index}
                topPx={item.start}
                template={template}
                columns={shown}
                selectable={selectable}
                selected={selected.has(key)}
                active={item.index === control.activeIndex}
                opens={onOpen !== undefined}
                onClick={control.onRowClick}
                onToggle={control.onRowToggle}
              />
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 && <div className={classes.empty}>{props.empty}</div>}
    </div>
  );
}

/** Sorted rows whose order stands still while the pointer is over them, so that nobody clicks on what just moved. */
function useStillOrder<Row>(
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  columns: readonly DataColumn<Row>[],
  sort: TableSort | null,
): { rows: readonly Row[]; hold: (held: boolean) => void } {
  const [held, setHeld] = useState(false);
  const shown = useRef<{ keys: readonly string[]; sort: TableSort | null }>({ keys: [], sort: null });
  const result = useMemo(() => {
    const fresh = sortRows(rows, columns, sort);
    const still = held && shown.current.sort === sort && shown.current.keys.length > 0;
    const ordered = still ? keepOrder(fresh, rowKey, shown.current.keys) : fresh;
    shown.current = { keys: ordered.map(rowKey), sort };
    return ordered;
  }, [rows, rowKey, columns, sort, held]);
  return { rows: result, hold: setHeld };
}
