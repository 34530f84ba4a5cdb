import { ActionIcon, Box, Tooltip } from '@mantine/core';
import { IconArrowDown, IconDownload, IconSearch, IconTextWrap } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { parseAnsi, stripAnsi } from './ansi.ts';
import { CopyButton } from './copy-button.tsx';
import { useStickToEnd } from './stick-to-end.ts';
import { TerminalFind } from './terminal-find.tsx';
import { TerminalLine } from './terminal-line.tsx';
import classes from './terminal-output.module.css';

const LINE_HEIGHT_PX = 18;

export interface TerminalOutputProps {
  text: string;
  /** Accessible name: “Output of press-07”. */
  label: string;
  /** Head of the pane; the label when it is absent. */
  title?: ReactNode;
  /** Stays at the end while more comes, until someone scrolls up. */
  follow?: boolean;
  /** Shown under the head, such as what was cut. */
  note?: ReactNode;
  /** Grows up to this height, or fills its parent. */
  maxHeightPx?: number | 'fill';
  /** Instead of the text: for binary output, or while it is loading. */
  placeholder?: ReactNode;
  onDownload?: (() => void) | undefined;
}

/** Terminal output: colours, search, wrap, copy; of any length, and live. */
export function TerminalOutput(props: TerminalOutputProps) {
  const { text, label, follow = false, maxHeightPx = 320, placeholder } = props;
  const lines = useMemo(() => withoutLastEmpty(parseAnsi(text)), [text]);
  const [wrap, setWrap] = useState(false);
  const [finding, setFinding] = useState(false);
  const [marked, setMarked] = useState(-1);
  const scrollRef = useRef<HTMLDivElement>(null);
  const { atEnd, onScroll, toEnd } = useStickToEnd(scrollRef, follow);

  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => LINE_HEIGHT_PX,
    overscan: 30,
  });
  const items = virtualizer.getVirtualItems();
  const mark = (index: number): void => {
    setMarked(index);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' });
  };
  const toggleWrap = (): void => {
    setWrap(!wrap);
    virtualizer.measure();
  };

  return (
    <div className={classes.pane} data-fill={maxHeightPx === 'fill' || undefined}>
      <div className={classes.head}>
        <span className={classes.title}>{props.title ?? label}</span>
        {finding && <TerminalFind lines={lines} onClose={() => setFinding(false)} onMark={mark} />}
        {!placeholder && (
          <>
            <PaneButton label="Find in this output" onClick={() => setFinding(true)}>
              <IconSearch size={14} />
            </PaneButton>
            <PaneButton label="Wrap long lines" pressed={wrap} onClick={toggleWrap}>
              <IconTextWrap size={14} />
            </PaneButton>
            <CopyButton text={() => stripAnsi(text)} label="Copy this output" />
          </>
        )}
        {props.onDownload && (
          <PaneButton label="Download what was kept" onClick={props.onDownload}>
            <IconDownload size={14} />
          </PaneButton>
        )}
      </div>
      {props.note && <div className={classes.note}>{props.note}</div>}
      {placeholder ? (
        <div className={classes.placeholder}>{placeholder}</div>
      ) : (
        // A part that scrolls takes the focus: the keyboard could not scroll it otherwise.
        <Box
          ref={scrollRef}
          className={classes.scroll}
          style={maxHeightPx === 'fill' ? undefined : { maxHeight: maxHeightPx }}
          role="region"
          aria-label={label}
          tabIndex={0}
          onScroll={onScroll}
        >
          <div className={classes.lines} style={{ height: virtualizer.getTotalSize() }}>
            <div className={classes.shown} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
              {items.map((item) => (
                <div
                  key={item.key}
                  ref={wrap ? virtualizer.measureElement : undefined}
                  data-index={item.index}
                  data-marked={item.index === marked || undefined}
                  data-wrap={wrap || undefined}
                  className={classes.line}
                >
                  <TerminalLine line={lines[item.index] ?? []} />
                </div>
              ))}
            </div>
          </div>
        </Box>
      )}
      {follow && !atEnd && (
        <button type="button" className={classes.toEnd} onClick={toEnd}>
          <IconArrowDown size={12} aria-hidden="true" /> Follow
        </button>
      )}
    </div>
  );
}

function PaneButton(props: { label: string; pressed?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        size="sm"
        variant={props.pressed ? 'light' : 'subtle'}
        aria-label={props.label}
        aria-pressed={props.pressed}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

/** A final line end closes the last line, it does not begin another. */
function withoutLastEmpty<T>(lines: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lines.length > 1 && lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}
