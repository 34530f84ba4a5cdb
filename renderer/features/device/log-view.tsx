import { ActionIcon, Box, Button, Select, Tooltip } from '@mantine/core';
import { IconDownload, IconTextWrap, IconTextWrapDisabled } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { StreamSummary } from '../../../contract/model/job.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { saveFile } from '../../ui/download.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FilterField, Toolbar } from '../../ui/filter-field.tsx';
import { keptSentence } from '../../ui/output-text.ts';
import { exactTime, RelativeTime } from '../../ui/relative-time.tsx';
import { AnsiText } from '../../ui/terminal-line.tsx';
import classes from './device.module.css';
import { filterLog, LOG_LEVELS, type LogLevel, type LogLine, parseLog } from './log-lines.ts';
import logsClasses from './logs.module.css';
import { useWholeText } from './use-whole-text.ts';

/** A log that was read: levels, search, wrapping, copy and download. Long logs draw only the lines in view. */
export function LogView(props: {
  jobId: string;
  mac: string;
  summary: StreamSummary;
  readAt: string;
  fileName: string;
}) {
  const { text, error, loading } = useWholeText(props.jobId, props.mac);
  const [search, setSearch] = useState('');
  const [level, setLevel] = useState<LogLevel>('trace');
  const [wrap, setWrap] = useState(true);
  const lines = useMemo(() => parseLog(text), [text]);
  const shown = useMemo(() => filterLog(lines, level, search), [lines, level, search]);
  const cut = keptSentence(props.summary.bytes, props.summary.kept);

  return (
    <>
      <Toolbar
        label="Lines"
        end={
          <>
            <span className={classes.hint} role="status">
              {loading ? 'reading …' : `${shown.length} of ${lines.length} lines, read `}
              {!loading && <RelativeTime at={props.readAt} />}
            </span>
            <Tooltip label={wrap ? 'Long lines in one line' : 'Wrap long lines'}>
              <ActionIcon
                size="sm"
                aria-label="Wrap long lines"
                aria-pressed={wrap}
                onClick={() => setWrap(!wrap)}
              >
                {wrap ? <IconTextWrap size={14} /> : <IconTextWrapDisabled size={14} />}
              </ActionIcon>
            </Tooltip>
            <CopyButton text={() => shown.map((line) => line.raw).join('\n')} label="Copy the lines shown" />
            <Tooltip label="Download the whole log as it was read">
              <ActionIcon
                size="sm"
                aria-label="Download log"
                onClick={() => saveFile(props.fileName, [text], 'text/plain;charset=utf-8')}
              >
                <IconDownload size={14} />
              </ActionIcon>
            </Tooltip>
          </>
        }
      >
        <FilterField value={search} onChange={setSearch} placeholder="Search in the lines" widthPx={220} />
        <Select
          aria-label="Least level"
          w={130}
          allowDeselect={false}
          value={level}
          data={LOG_LEVELS.map((value) => ({
            value,
            label: value === 'trace' ? 'all levels' : `${value} and up`,
          }))}
          onChange={(value) => setLevel(LOG_LEVELS.find((each) => each === value) ?? 'trace')}
        />
        {(search !== '' || level !== 'trace') && shown.length === 0 && lines.length > 0 && (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => {
              setSearch('');
              setLevel('trace');
            }}
          >
            Show all lines
          </Button>
        )}
      </Toolbar>
      {cut && <p className={classes.cut}>{cut}</p>}
      <ErrorNote error={error} what="The log cannot be shown." />
      {!loading && lines.length === 0 && !error && <p className={classes.padded}>This log is empty.</p>}
      <LogLines lines={shown} wrap={wrap} />
    </>
  );
}

function LogLines(props: { lines: readonly LogLine[]; wrap: boolean }) {
  const { lines, wrap } = props;
  const scrollRef = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => 18,
    overscan: 30,
  });
  // A log is read from its end; a search begins there too.
  useEffect(() => {
    if (lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [lines, virtualizer]);

  return (
    <Box
      ref={scrollRef}
      className={logsClasses.logLines}
      role="log"
      aria-live="off"
      aria-label="Log lines"
      tabIndex={0}
    >
      <div style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return (
            line && (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className={logsClasses.logLine}
                data-wrap={wrap || undefined}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Line line={line} />
              </div>
            )
          );
        })}
      </div>
    </Box>
  );
}

const Line = memo(function Line(props: { line: LogLine }) {
  const { number, level, at, message, fields } = props.line;
  return (
    <>
      <span className={logsClasses.logNumber} aria-hidden="true">
        {number}
      </span>
      {at && (
        <time className={logsClasses.logTime} dateTime={at} title={exactTime(at)}>
          {localTime(at)}
        </time>
      )}
      {level && (
        <span className={logsClasses.logLevel} data-level={level}>
          {level}
        </span>
      )}
      <span className={logsClasses.logText}>
        <AnsiText text={message} />
        {fields && <span className={logsClasses.logFields}> {fields}</span>}
      </span>
    </>
  );
});

/** Month, day and time to the millisecond in the reader's own zone: `11-25 02:09:02.727`. */
function localTime(at: string): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
