import { Button } from '@mantine/core';
import { useDeferredValue, useMemo } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import type { OutputStream, StreamSummary } from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { type JobStream, readWholeStream, useJobStream } from '../../state/job-stream.ts';
import type { LiveOutput } from '../../state/live-output.ts';
import { type StreamPiece, streamPieces } from '../../state/stream-parts.ts';
import { stripAnsi } from '../../ui/ansi.ts';
import { AnsiText } from '../../ui/ansi-text.tsx';
import { saveFile } from '../../ui/download.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { OutputGap, OutputPane, OutputText } from '../../ui/output-pane.tsx';
import { hexDump, isBinary, keptSentence } from '../../ui/output-text.ts';
import { liveTail } from './live-tail.ts';

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
  fileName: string;
}

/** What a device printed on one stream: live while it runs, then as it was kept, with everything that is missing named. */
export function StreamView(props: StreamViewProps) {
  const { jobId, mac, stream, summary, ready, live } = props;
  const client = useRpc();
  const read = useJobStream({ jobId, mac, stream, ready, summary });
  const head = read.parts[0]?.offset === 0 ? read.parts[0].bytes : undefined;
  const binary = head !== undefined && isBinary(head);
  if (summary ? summary.bytes === 0 : !live && !head) return null;

  const download = async (): Promise<void> => {
    const gap = (missing: number): Uint8Array =>
      binary
        ? new Uint8Array()
        : new TextEncoder().encode(`\n[${formatBytes(missing)} were not kept here]\n`);
    const chunks = await readWholeStream(client, { jobId, mac, stream }, gap);
    saveFile(`${props.fileName}.${stream}.${binary ? 'bin' : 'txt'}`, chunks, 'application/octet-stream');
  };

  return (
    <OutputPane
      kind={stream === 'stderr' ? 'error' : 'output'}
      title={TITLES[stream]}
      size={formatBytes(summary?.bytes ?? live?.endOffset ?? head?.length ?? 0)}
      follow={!summary}
      version={summary && read.settled ? read.parts : live}
      copyText={binary ? undefined : () => stripAnsi(shownText(props, read))}
      onDownload={() => void download()}
      notice={summary && keptSentence(summary.bytes, summary.kept)}
    >
      <ErrorNote error={read.error} what="The output cannot be shown." />
      {binary && head ? (
        <BinaryNotice bytes={head} summary={summary} />
      ) : summary && read.settled ? (
        <FinishedText pieces={streamPieces(read.parts, summary)} onRead={read.readMore} />
      ) : (
        <LiveText head={head} live={live} finished={summary !== undefined} />
      )}
    </OutputPane>
  );
}

function BinaryNotice(props: { bytes: Uint8Array; summary: StreamSummary | undefined }) {
  const shown = props.bytes.subarray(0, HEX_BYTES);
  return (
    <>
      <OutputGap>
        This is binary data{props.summary ? `, ${formatBytes(props.summary.bytes)}` : ''}, so it is not shown
        as text. Its first {shown.length} bytes:
      </OutputGap>
      <OutputText>{hexDump(shown)}</OutputText>
    </>
  );
}

function FinishedText(props: { pieces: readonly StreamPiece[]; onRead: (offset: number) => void }) {
  return props.pieces.map((piece) => {
    if (piece.kind === 'read') {
      return (
        <OutputText key={piece.offset}>
          <DecodedText bytes={piece.bytes} />
        </OutputText>
      );
    }
    if (piece.kind === 'not-kept') {
      return (
        <OutputGap key={piece.offset} lost>
          {formatBytes(piece.length)} were printed here and not kept.
        </OutputGap>
      );
    }
    return (
      <OutputGap key={piece.offset}>
        {formatBytes(piece.length)} more are kept.
        <Button size="compact-xs" variant="default" onClick={() => props.onRead(piece.offset)}>
          Show the next {formatBytes(Math.min(piece.length, 262_144))}
        </Button>
      </OutputGap>
    );
  });
}

function DecodedText(props: { bytes: Uint8Array }) {
  const text = useMemo(() => new TextDecoder().decode(props.bytes), [props.bytes]);
  return <AnsiText text={text} />;
}

function LiveText(props: { head: Uint8Array | undefined; live: LiveOutput | undefined; finished: boolean }) {
  // Drawing may lag behind while a device prints megabytes; typing must not.
  const deferred = useDeferredValue(props.live);
  const { text, skippedBytes } = liveTail(props.head, props.finished ? props.live : deferred);
  return (
    <>
      {skippedBytes > 0 && (
        <OutputGap>{formatBytes(skippedBytes)} came before; they are shown when it has finished.</OutputGap>
      )}
      <OutputText>
        <AnsiText text={text} />
      </OutputText>
    </>
  );
}

function shownText(props: StreamViewProps, read: JobStream): string {
  const { summary, live } = props;
  if (!summary) return liveTail(read.parts[0]?.bytes, live).text;
  const decoder = new TextDecoder();
  return streamPieces(read.parts, summary)
    .map((piece) =>
      piece.kind === 'read'
        ? decoder.decode(piece.bytes)
        : `\n[${formatBytes(piece.length)} are missing here]\n`,
    )
    .join('');
}
