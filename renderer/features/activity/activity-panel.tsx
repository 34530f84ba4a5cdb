import { ActionIcon, Box, Tooltip } from '@mantine/core';
import { IconArrowDown, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { useActivities } from '../../state/hooks.ts';
import { FilterField } from '../../ui/filter-field.tsx';
import { useStickToEnd } from '../../ui/stick-to-end.ts';
import classes from './activity.module.css';
import { activitySentence, shownActivities } from './activity-filter.ts';
import { ActivityLine } from './activity-line.tsx';

const LINE_HEIGHT_PX = 24;

/** What was done lately, newest last: one line a device, or one for many. */
export function ActivityPanel(props: { onClose: () => void }) {
  const activities = useActivities();
  const [text, setText] = useState('');
  const shown = useMemo(() => shownActivities(activities, text), [activities, text]);
  const scrollRef = useRef<HTMLDivElement>(null);
  const { atEnd, onScroll, toEnd } = useStickToEnd(scrollRef, true);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => LINE_HEIGHT_PX,
    getItemKey: (index) => shown[index]?.id ?? index,
    overscan: 12,
  });

  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <h2 className={classes.title}>Activity</h2>
        <span className={classes.count}>
          {text !== '' ? `${shown.length} of ${activities.length} lines` : ''}
        </span>
        <FilterField value={text} onChange={setText} placeholder="Filter the activity" widthPx={220} />
        {!atEnd && (
          <Tooltip label="To the newest">
            <ActionIcon size="sm" aria-label="To the newest" onClick={toEnd}>
              <IconArrowDown size={14} />
            </ActionIcon>
          </Tooltip>
        )}
        <Tooltip label="Hide activity (Ctrl J)">
          <ActionIcon size="sm" aria-label="Hide activity" onClick={props.onClose}>
            <IconX size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
      <p className={classes.hidden} aria-live="polite">
        {activitySentence(activities[0])}
      </p>
      <Box
        ref={scrollRef}
        className={classes.scroll}
        role="region"
        aria-label="Lines of activity"
        tabIndex={0}
        onScroll={onScroll}
      >
        {shown.length === 0 && (
          <p className={classes.nothing}>
            {activities.length === 0
              ? 'Nothing has been done since the control centre started. Whatever is done to devices is listed here.'
              : 'No line matches the filter.'}
          </p>
        )}
        <div className={classes.lines} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const activity = shown[item.index];
            return (
              activity && (
                <div
                  key={item.key}
                  className={classes.place}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <ActivityLine activity={activity} />
                </div>
              )
            );
          })}
        </div>
      </Box>
    </div>
  );
}
