import { IconFilterOff } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ResultClass } from '../../state/result-class.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useJobView } from './job-context.ts';
import classes from './jobs.module.css';
import { DeviceDetail, GroupDetail } from './result-detail.tsx';
import { DeviceRow, GroupRow } from './result-row.tsx';
import {
  entriesOf,
  NOTHING_OPENED,
  type OpenedRows,
  type ResultRow,
  rowsOf,
  toggled,
} from './result-rows.ts';

const ROW_HEIGHT_PX = 36;
const DETAIL_ESTIMATE_PX = 260;
const HOLD_MS = 2_000;

/** Results by device, identical ones folded; virtual, and still while someone is about to click in it. */
export function ResultList(props: {
  filter: ResultClass | undefined;
  /** Told which devices' results are on screen, folded ones by the one that stands for them. */
  onVisible: (macs: readonly string[]) => void;
}) {
  const { filter, onVisible } = props;
  const { results, groups, order, job } = useJobView();
  const scrollRef = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<OpenedRows>(() => initiallyOpened(job.total, results.keys()));
  const { held, touch } = useRecentTouch();

  const fresh = useMemo(
    () => entriesOf({ results, groups, order, filter }),
    [results, groups, order, filter],
  );
  const entries = useHeld(fresh, held && job.finishedAt === null, filter);
  const rows = useMemo(() => rowsOf(entries, opened), [entries, opened]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: (index) => (rows[index]?.kind.endsWith('detail') ? DETAIL_ESTIMATE_PX : ROW_HEIGHT_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
  });
  const items = virtualizer.getVirtualItems();
  const visible = items.map((item) => sampleMac(rows[item.index])).join(' ');
  useEffect(() => {
    onVisible(visible.split(' ').filter((mac) => mac !== ''));
  }, [visible, onVisible]);

  const toggle = (part: keyof OpenedRows, key: string): void =>
    setOpened((before) => ({ ...before, [part]: toggled(before[part], key) }));

  /** Arrows go from line to line, over opened details. */
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    touch();
    const from = (event.target as HTMLElement).dataset.row;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (from === undefined || step === undefined) return;
    event.preventDefault();
    let to = Number(from) + step;
    while (rows[to]?.kind.endsWith('detail')) to += step;
    if (!rows[to]) return;
    virtualizer.scrollToIndex(to);
    requestAnimationFrame(() => scrollRef.current?.querySelector<HTMLElement>(`[data-row="${to}"]`)?.focus());
  };

  const show = (row: ResultRow, index: number) => {
    switch (row.kind) {
      case 'group':
        return (
          <GroupRow
            group={row.group}
            index={index}
            open={opened.groups.has(row.group.key)}
            onToggle={() => toggle('groups', row.group.key)}
          />
        );
      case 'group-detail':
        return (
          <GroupDetail
            group={row.group}
            membersOpen={opened.members.has(row.group.key)}
            onMembers={() => toggle('members', row.group.key)}
          />
        );
      case 'device':
        return (
          <DeviceRow
            mac={row.mac}
            index={index}
            member={row.member}
            open={opened.devices.has(row.mac)}
            onToggle={() => toggle('devices', row.mac)}
          />
        );
      case 'device-detail':
        return <DeviceDetail mac={row.mac} member={row.member} />;
    }
  };

  if (rows.length === 0) {
    return (
      <EmptyState
        compact
        icon={<IconFilterOff />}
        sentence={`No device is in the state “${filter ?? ''}” now.`}
      />
    );
  }
  return (
    <div
      ref={scrollRef}
      className={classes.list}
      role="toolbar"
      aria-orientation="vertical"
      aria-label="Results"
      onKeyDown={onKeyDown}
      onPointerMove={touch}
      onWheel={touch}
    >
      <div className={classes.listAll} style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className={classes.listItem}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {show(row, item.index)}
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

/** A job on one device has nothing to choose: its output is open from the start. */
function initiallyOpened(total: number, macs: Iterable<string>): OpenedRows {
  return total === 1 ? { ...NOTHING_OPENED, devices: new Set(macs) } : NOTHING_OPENED;
}

/** The value as it was when it began to be held; another filter is another list. */
function useHeld<T>(value: T, held: boolean, filter: string | undefined): T {
  const kept = useRef({ value, filter });
  if (!held || kept.current.filter !== filter) kept.current = { value, filter };
  return kept.current.value;
}

/** True from a touch until nothing was touched for a while: lines that jump away under the pointer are clicked wrongly. */
function useRecentTouch(): { held: boolean; touch: () => void } {
  const [held, setHeld] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const touch = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setHeld(false), HOLD_MS);
    setHeld(true);
  };
  return { held, touch };
}

function sampleMac(row: ResultRow | undefined): string {
  if (!row) return '';
  return 'mac' in row ? row.mac : row.group.sample.mac;
}
