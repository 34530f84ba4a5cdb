import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ReactNode, useDeferredValue, useMemo } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import type { OutputStream, StreamSummary } from '../../../contract/model/job.ts';
import { useJobStream } from '../../state/job-stream.ts';
import type { LiveOutput } from '../../state/live-output.ts';
import { streamPieces } from '../../state/stream-parts.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { hexDump, isBinary, keptSentence } from '../../ui/output-text.ts';
import { TerminalOutput } from '../../ui/terminal-output.tsx';
import commandClasses from './command.module.css';
import { liveTail } from './live-tail.ts';
import { piecesText } from './pieces-text.ts';
import { useStreamDownload } from './use-stream-download.ts';

const HEX_BYTES = 512;
const TITLES: Record<OutputStream, string> = { stdout: 'Output', stderr: 'Error output' };

export interface StreamViewProps {
  jobId: string;
  mac: string;
  stream: OutputStream;
  /** The watch stands: what comes from now on arrives live. */
  ready: boolean;
  live: LiveOutput | undefined;
  /** Once the job is finished. */
  summary: StreamSummary | undefined;
  /** Whose output it is, for the pane's name and the file's. */
  whose: string;
}

/** What a device printed on one stream: live while it runs, then as it was kept, with everything that is missing named. */
export function StreamView(props: StreamViewProps) {
  const { jobId, mac, stream, summary, ready, whose } = props;
  const read = useJobStream({ jobId, mac, stream, ready, summary });
  // Drawing may lag behind while a device prints megabytes; typing must not. At the end nothing may lag.
  const deferred = useDeferredValue(props.live);
  const live = summary ? props.live : deferred;
  const head = read.parts[0]?.offset === 0 ? read.parts[0].bytes : undefined;
  const binary = useMemo(() => (head && isBinary(head) ? head : undefined), [head]);
  const settled = summary !== undefined && read.settled;
  const pieces = useMemo(
    () => (settled ? streamPieces(read.parts, summary) : []),
    [settled, read.parts, summary],
  );
  const tail = useMemo(() => (settled ? undefined : liveTail(head, live)), [settled, head, live]);
  const text = useMemo(() => tail?.text ?? piecesText(pieces), [tail, pieces]);
  const { download, error } = useStreamDownload({ jobId, mac, stream }, `${whose}-${jobId}-${stream}`);
  if (summary ? summary.bytes === 0 : !live && !head) return null;

  const next = pieces.find((piece) => piece.kind === 'not-read');
  const bytes = summary?.bytes ?? live?.endOffset ?? head?.length ?? 0;
  return (
    <div className={commandClasses.stream} data-stream={stream}>
      <ErrorNote error={read.error ?? error} what="The output could not be read." />
      <TerminalOutput
        label={`${TITLES[stream]} of ${whose}`}
        title={<Title stream={stream} bytes={bytes} />}
        text={text}
        follow={!summary}
        maxHeightPx={420}
        note={
          summary
            ? keptNote(summary, next && !binary ? () => read.readMore(next.offset) : undefined)
            : tail && tail.skippedBytes > 0
              ? `${formatBytes(tail.skippedBytes)} came before; they are shown when it has finished.`
              : undefined
        }
        placeholder={binary && <BinaryNotice bytes={binary} summary={summary} />}
        onDownload={() => void download()}
      />
    </div>
  );
}

function Title(props: { stream: OutputStream; bytes: number }) {
  return (
    <span className={commandClasses.streamTitle}>
      {props.stream === 'stderr' && <IconAlertTriangle size={13} aria-hidden="true" />}
      <strong>{TITLES[props.stream]}</strong>
      <span>{formatBytes(props.bytes)}</span>
    </span>
  );
}

/** What is not on screen and why; nothing when everything is. */
function keptNote(summary: StreamSummary, onMore: (() => void) | undefined): ReactNode {
  const cut = keptSentence(summary.bytes, summary.kept);
  if (!cut && !onMore) return undefined;
  return (
    <div className={commandClasses.streamNote}>
      <span>{cut}</span>
      {onMore && (
        <Button size="compact-xs" variant="default" onClick={onMore}>
          Show more of what was kept
        </Button>
      )}
    </div>
  );
}

function BinaryNotice(props: { bytes: Uint8Array; summary: StreamSummary | undefined }) {
  const shown = props.bytes.subarray(0, HEX_BYTES);
  return (
    <>
      <p>
        This is binary data{props.summary ? `, ${formatBytes(props.summary.bytes)}` : ''}, so it is not shown
        as text. Its first {shown.length} bytes:
      </p>
      <pre className={commandClasses.hex}>{hexDump(shown)}</pre>
    </>
  );
}
