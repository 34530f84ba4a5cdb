import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import type { PointerEvent } from 'react';
import classes from './data-table.module.css';
import type { DataColumn, TableSort } from './table-columns.ts';

export interface TableHeadProps<Row> {
  columns: readonly DataColumn<Row>[];
  allColumns: readonly DataColumn<Row>[];
  template: string;
  sort: TableSort | null;
  onSort: (id: string) => void;
  share?: 'all' | 'some' | 'none';
  onSelectAll: () => void;
  isShown: (column: DataColumn<Row>) => boolean;
  onShow: (id: string, shown: boolean) => void;
  onResize: (id: string, widthPx: number) => void;
  onReset: () => void;
}

/** The sticky head: sorts, resizes, selects all, chooses columns. */
export function TableHead<Row>(props: TableHeadProps<Row>) {
  return (
    <tr className={classes.headRow} aria-rowindex={1} style={{ gridTemplateColumns: props.template }}>
      {props.share && (
        <th className={classes.checkCell}>
          <input
            ref={(input) => {
              if (input) input.indeterminate = props.share === 'some';
            }}
            type="checkbox"
            className={classes.check}
            tabIndex={-1}
            aria-label="Select all that are listed"
            checked={props.share === 'all'}
            onChange={props.onSelectAll}
          />
        </th>
      )}
      {props.columns.map((column) => (
        <HeadCell key={column.id} column={column} {...props} />
      ))}
      <th className={classes.chooser}>
        <ColumnChooser {...props} />
      </th>
    </tr>
  );
}

function HeadCell<Row>(props: TableHeadProps<Row> & { column: DataColumn<Row> }) {
  const { column, sort } = props;
  const sorted = sort?.id === column.id ? sort : null;
  const arrow = sorted && (sorted.desc ? <IconArrowDown size={12} /> : <IconArrowUp size={12} />);
  const label = (
    <span className={classes.headLabel}>
      {column.header}
      {arrow}
    </span>
  );
  return (
    <th
      className={classes.headCell}
      data-align={column.align}
      aria-sort={sorted ? (sorted.desc ? 'descending' : 'ascending') : undefined}
    >
      <Tooltip label={column.hint} disabled={!column.hint}>
        {column.value ? (
          <button type="button" className={classes.headButton} onClick={() => props.onSort(column.id)}>
            {label}
          </button>
        ) : (
          <span className={classes.headText}>{label}</span>
        )}
      </Tooltip>
      <span
        className={classes.grip}
        aria-hidden="true"
        onPointerDown={(event) => startResize(event, (widthPx) => props.onResize(column.id, widthPx))}
      />
    </th>
  );
}

function startResize(event: PointerEvent<HTMLElement>, onResize: (widthPx: number) => void): void {
  event.preventDefault();
  const grip = event.currentTarget;
  const startPx = event.clientX;
  const widthPx = grip.parentElement?.getBoundingClientRect().width ?? 100;
  grip.setPointerCapture(event.pointerId);
  const move = (moved: globalThis.PointerEvent): void =>
    onResize(Math.min(1200, Math.max(48, Math.round(widthPx + moved.clientX - startPx))));
  const end = (): void => {
    grip.removeEventListener('pointermove', move);
    grip.removeEventListener('pointerup', end);
    grip.removeEventListener('pointercancel', end);
  };
  grip.addEventListener('pointermove', move);
  grip.addEventListener('pointerup', end);
  grip.addEventListener('pointercancel', end);
}

function ColumnChooser<Row>(props: TableHeadProps<Row>) {
  return (
    <Menu closeOnItemClick={false} width={200}>
      <Menu.Target>
        <ActionIcon size="sm" aria-label="Choose columns" title="Choose columns">
          <IconColumns3 size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.chooserList}>
        {props.allColumns
          .filter((column) => !column.always)
          .map((column) => (
            <Menu.CheckboxItem
              key={column.id}
              checked={props.isShown(column)}
              onChange={(shown) => props.onShow(column.id, shown)}
            >
              {column.header}
            </Menu.CheckboxItem>
          ))}
        <Menu.Divider />
        <Menu.Item onClick={props.onReset}>Reset columns and order</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
