import { isFinal, type JobResult, type OutputStream } from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { CLASS_MARKS, resultClassOf, resultStateWords } from '../../state/result-class.ts';
import { useStreamOutput } from '../../state/use-stream-output.ts';
import type { WatchedJob } from '../../state/watch-job.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { isBinary, keptSentence } from '../../ui/output-text.ts';
import { readableTimes } from '../../ui/readable-times.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { TerminalOutput } from '../../ui/terminal-output.tsx';
import classes from './run.module.css';

/** What the only device of a job prints: live while it runs, then what was kept. */
export function OneDeviceOutput(props: { watched: WatchedJob; result: JobResult }) {
  const { watched, result } = props;
  const exit = result.signal ?? (result.exitCode === null ? '' : `exit ${result.exitCode}`);
  const detail = result.state === 'running' ? '' : readableTimes(result.detail, Date.now());
  const returned = result.value !== null && Object.keys(result.value).length > 0;
  const silent =
    isFinal(result.state) && (result.output?.stdout.bytes ?? 0) + (result.output?.stderr.bytes ?? 0) === 0;
  return (
    <div className={classes.oneDevice}>
      <p className={classes.oneState}>
        <StatusMark kind={CLASS_MARKS[resultClassOf(result.state)]} label={resultStateWords(result.state)} />
        <span>{[exit, detail].filter(Boolean).join(' · ')}</span>
      </p>
      {result.error && <ErrorNote error={result.error} />}
      {resultClassOf(result.state) !== 'waiting' && !(returned && silent) && (
        <>
          <OneStream watched={watched} result={result} stream="stdout" />
          <OneStream watched={watched} result={result} stream="stderr" />
        </>
      )}
      {returned && <TerminalOutput label="Returned" text={JSON.stringify(result.value, null, 2)} />}
    </div>
  );
}

function OneStream(props: { watched: WatchedJob; result: JobResult; stream: OutputStream }) {
  const { watched, result, stream } = props;
  const live = watched.outputOf(result.mac, stream);
  const output = useStreamOutput({ client: useRpc(), result, stream, live });
  const final = isFinal(result.state);
  const summary = result.output?.[stream];
  const other = result.output?.[stream === 'stdout' ? 'stderr' : 'stdout'];
  const empty = output.text === '' && !output.pending && !output.error;
  // A stream that stayed empty is no news; when both did, the standard output says so once.
  if (empty && (stream === 'stderr' || (final && (!summary || (other?.bytes ?? 0) > 0)))) return null;
  const binary = output.firstBytes !== undefined && isBinary(output.firstBytes);
  const silent = output.pending ? ' ' : final ? 'It printed nothing.' : 'Nothing printed yet.';
  const cut = summary && keptSentence(summary.bytes, summary.kept);
  const partly = cut ?? (output.more ? 'This is the beginning.' : undefined);
  return (
    <>
      <ErrorNote error={output.error} what="The output could not be read." />
      <TerminalOutput
        label={stream}
        text={output.text}
        follow={!final}
        maxHeightPx={360}
        note={partly && `${partly} The job shows all of it.`}
        placeholder={
          binary
            ? 'Binary output: open the job to see its bytes or to download it.'
            : output.text === '' && silent
        }
      />
    </>
  );
}
