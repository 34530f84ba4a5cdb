import { Button, Loader } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import {
  isFinal,
  type JobResult,
  type OutputStream,
  type StreamSummary,
} from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { MORE_BYTES, type StreamOutput as Output, useStreamOutput } from '../../state/use-stream-output.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { hexDump, isBinary, keptSentence } from '../../ui/output-text.ts';
import { TerminalOutput } from '../../ui/terminal-output.tsx';
import { useJobView } from './job-context.ts';
import classes from './jobs.module.css';
import { useDownload } from './use-download.ts';

const HEX_BYTES = 256;

/** One stream of one device in a pane: live, or what was kept with a word about what was not. */
export function StreamOutput(props: { result: JobResult; stream: OutputStream; whose: string }) {
  const { result, stream, whose } = props;
  const { mac } = result;
  const { job, outputOf } = useJobView();
  const output = useStreamOutput({ client: useRpc(), result, stream, live: outputOf(mac, stream) });
  const { download, error: downloadError } = useDownload(job.id, mac, stream);
  const [asText, setAsText] = useState(false);
  const summary = result.output?.[stream];
  const final = isFinal(result.state);
  const binary = output.firstBytes && isBinary(output.firstBytes) ? output.firstBytes : undefined;
  const empty = output.text === '' && !output.pending && !output.error;
  // A stream that stayed empty is no news; when both did, the standard output says so once.
  const other = result.output?.[stream === 'stdout' ? 'stderr' : 'stdout'];
  if (empty && (stream === 'stderr' || (final && (!summary || (other?.bytes ?? 0) > 0)))) return null;

  return (
    <>
      <ErrorNote error={output.error ?? downloadError} what="The output could not be read." />
      <TerminalOutput
        label={`${stream} of ${whose}`}
        title={<PaneTitle stream={stream} summary={summary} live={!final} />}
        text={output.text}
        follow={!final}
        note={cutNote(output, summary, binary !== undefined)}
        placeholder={
          binary && !asText ? (
            <BinaryOutput bytes={binary} total={summary?.bytes} onText={() => setAsText(true)} />
          ) : (
            output.text === '' && <NoOutput pending={output.pending} final={final} />
          )
        }
        onDownload={final && summary && summary.bytes > 0 ? () => void download() : undefined}
      />
    </>
  );
}

function PaneTitle(props: { stream: OutputStream; summary: StreamSummary | undefined; live: boolean }) {
  const { stream, summary, live } = props;
  return (
    <span title={summary && `SHA-256 ${summary.sha256}`}>
      <strong className={classes.paneStream}>{stream}</strong>
      {live && ' · live'}
      {summary && ` · ${formatBytes(summary.bytes)}`}
      {summary && summary.bytes > 0 && ` · SHA-256 ${summary.sha256.slice(0, 12)}…`}
    </span>
  );
}

/** What was not kept, and what was kept but is not shown yet; nothing when all is on screen. */
function cutNote(output: Output, summary: StreamSummary | undefined, binary: boolean): ReactNode {
  const cut = summary && keptSentence(summary.bytes, summary.kept);
  if (output.gap) return 'Not everything arrived live. What was kept is shown when it ends.';
  if (!cut && !output.more) return undefined;
  return (
    <div className={classes.cutNote}>
      <span>
        {cut} {output.more && `The first ${formatBytes(output.shownBytes)} are shown.`}
      </span>
      {output.more && !binary && (
        <Button
          size="compact-xs"
          variant="default"
          loading={output.pending}
          onClick={() => output.loadMore(MORE_BYTES)}
        >
          Show more
        </Button>
      )}
    </div>
  );
}

function BinaryOutput(props: { bytes: Uint8Array; total: number | undefined; onText: () => void }) {
  const { bytes, total } = props;
  return (
    <>
      <div className={classes.cutNote}>
        <span>
          This is no text but {formatBytes(total ?? bytes.length)} of binary data. Its first{' '}
          {Math.min(HEX_BYTES, bytes.length)} bytes:
        </span>
        <Button size="compact-xs" variant="default" onClick={props.onText}>
          Show as text
        </Button>
      </div>
      <pre className={classes.hex}>{hexDump(bytes.subarray(0, HEX_BYTES))}</pre>
    </>
  );
}

function NoOutput(props: { pending: boolean; final: boolean }) {
  if (props.pending) return <Loader size="xs" aria-label="Reading the output" />;
  return props.final ? 'It printed nothing.' : 'Nothing printed yet.';
}
