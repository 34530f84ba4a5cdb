import { ActionIcon, Box, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconTextWrap, IconTextWrapDisabled } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { CopyButton } from './copy-button.tsx';
import classes from './output-pane.module.css';

/** Frame of printed text: a head with its name and tools, a body that scrolls and follows its end while it grows. */
export function OutputPane(props: {
  kind: 'output' | 'error';
  title: string;
  /** How much there is: “1.2 kB, 14 lines”. */
  size?: string;
  /** What is missing, under the text. */
  notice?: ReactNode;
  /** Stay at the end while text arrives. */
  follow: boolean;
  /** Changes whenever the content does. */
  version: unknown;
  copyText?: () => string;
  onDownload?: () => void;
  maxHeightPx?: number;
  children: ReactNode;
}) {
  const bodyRef = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [wrap, setWrap] = useState(true);
  const { follow, version } = props;

  // The version stands for the content: each new one may have moved the end.
  useEffect(() => {
    const body = bodyRef.current;
    if (body && follow && atEnd.current && version !== undefined) body.scrollTop = body.scrollHeight;
  }, [follow, version]);

  return (
    <section className={classes.pane} data-kind={props.kind} aria-label={props.title}>
      <header className={classes.head}>
        <span className={classes.title}>
          {props.kind === 'error' && <IconAlertTriangle size={13} aria-hidden="true" />}
          {props.title}
        </span>
        {props.size && <span>{props.size}</span>}
        <span className={classes.buttons}>
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
          {props.copyText && <CopyButton text={props.copyText} label={`Copy ${props.title.toLowerCase()}`} />}
          {props.onDownload && (
            <Tooltip label="Download all that was kept">
              <ActionIcon
                size="sm"
                aria-label={`Download ${props.title.toLowerCase()}`}
                onClick={props.onDownload}
              >
                <IconDownload size={14} />
              </ActionIcon>
            </Tooltip>
          )}
        </span>
      </header>
      <Box
        ref={bodyRef}
        className={classes.body}
        data-wrap={wrap || undefined}
        style={props.maxHeightPx === undefined ? undefined : { maxHeight: props.maxHeightPx }}
        role="log"
        aria-live="off"
        aria-label={`${props.title}, text`}
        tabIndex={0}
        onScroll={(event) => {
          const body = event.currentTarget;
          atEnd.current = body.scrollHeight - body.scrollTop - body.clientHeight < 24;
        }}
      >
        {props.children}
      </Box>
      {props.notice && <p className={classes.notice}>{props.notice}</p>}
    </section>
  );
}

/** A stretch of text inside a pane. */
export function OutputText(props: { children: ReactNode }) {
  return <pre className={classes.text}>{props.children}</pre>;
}

/** A stretch that is not shown, with what can be done about it. */
export function OutputGap(props: { lost?: boolean; children: ReactNode }) {
  return (
    <div className={classes.gap} data-lost={props.lost || undefined}>
      {props.children}
    </div>
  );
}
