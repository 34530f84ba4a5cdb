import { type MouseEvent, memo, type ReactElement } from 'react';
import classes from './data-table.module.css';
import type { DataColumn } from './table-columns.ts';

export interface TableRowProps<Row> {
  row: Row;
  id: string;
  index: number;
  topPx: number;
  template: string;
  columns: readonly DataColumn<Row>[];
  selectable: boolean;
  selected: boolean;
  active: boolean;
  opens: boolean;
  onClick: (index: number, event: MouseEvent) => void;
  onToggle: (index: number, range: boolean) => void;
}

function Row<Row>(props: TableRowProps<Row>) {
  const { row, index, columns } = props;
  return (
    <tr
      id={props.id}
      tabIndex={-1}
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={props.selectable ? props.selected : undefined}
      data-selected={props.selected || undefined}
      data-active={props.active || undefined}
      data-opens={props.opens || undefined}
      style={{ transform: `translateY(${props.topPx}px)`, gridTemplateColumns: props.template }}
      onClick={(event) => props.onClick(index, event)}
    >
      {props.selectable && (
        <td className={classes.checkCell}>
          {/* A native one: a hundred rows pass by in a second of scrolling. */}
          <input
            type="checkbox"
            className={classes.check}
            tabIndex={-1}
            aria-label="Select this row"
            checked={props.selected}
            onClick={(event) => {
              event.stopPropagation();
              props.onToggle(index, event.shiftKey);
            }}
            onChange={() => undefined}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} className={classes.cell} data-align={column.align}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** One row; it renders again only when its own data or state changes. */
export const TableRow = memo(Row) as <R>(props: TableRowProps<R>) => ReactElement;
