import { Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import {
  isFinal,
  type JobResult,
  type JobResultWithOutput,
  type OutputStream,
} from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { CLASS_MARKS, resultClassOf, resultStateWords } from '../../state/result-class.ts';
import type { WatchedJob } from '../../state/watch-job.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { keptSentence } from '../../ui/output-text.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { TerminalOutput } from '../../ui/terminal-output.tsx';
import classes from './run.module.css';

const SHOWN_BYTES = 256 * 1024;

/** What the only device of a job prints: live while it runs, then what was kept. */
export function OneDeviceOutput(props: { watched: WatchedJob; result: JobResult }) {
  const { watched, result } = props;
  const { stored, error } = useStoredOutput(result);
  const final = isFinal(result.state);
  const text = (stream: OutputStream): string =>
    stored ? stored[stream] : (watched.outputOf(result.mac, stream)?.text ?? '');
  const exit = result.signal ?? (result.exitCode === null ? '' : `exit ${result.exitCode}`);
  return (
    <div className={classes.oneDevice}>
      <p className={classes.oneState}>
        <StatusMark kind={CLASS_MARKS[resultClassOf(result.state)]} label={resultStateWords(result.state)} />
        <span>{[exit, result.detail].filter(Boolean).join(' · ')}</span>
      </p>
      {result.error && <ErrorNote error={result.error} />}
      <ErrorNote error={error} what="The output could not be read." />
      {(['stdout', 'stderr'] as const).map((stream) => {
        const binary = stored?.[`${stream}Encoding`] === 'base64';
        const summary = result.output?.[stream];
        if (text(stream) === '' && (stream === 'stderr' || (final && !summary))) return null;
        return (
          <TerminalOutput
            key={stream}
            label={stream}
            text={text(stream)}
            follow={!final}
            maxHeightPx={360}
            note={summary && noteOf(summary)}
            placeholder={
              binary
                ? 'Binary output: open the job to see its bytes or to download it.'
                : text(stream) === '' &&
                  (final && !stored ? <Loader size="xs" aria-label="Reading" /> : silence(final))
            }
          />
        );
      })}
      {result.value && Object.keys(result.value).length > 0 && (
        <TerminalOutput label="Returned" text={JSON.stringify(result.value, null, 2)} />
      )}
    </div>
  );
}

function silence(final: boolean): string {
  return final ? 'It printed nothing.' : 'Nothing printed yet.';
}

function noteOf(summary: NonNullable<JobResult['output']>['stdout']) {
  const kept = keptSentence(summary.bytes, summary.kept);
  if (kept) return `${kept} The job shows all of it.`;
  return summary.bytes > SHOWN_BYTES
    ? 'Only the beginning is shown here. The job shows all of it.'
    : undefined;
}

/** The stored output once the device has ended. */
function useStoredOutput(result: JobResult) {
  const client = useRpc();
  const [stored, setStored] = useState<JobResultWithOutput>();
  const [error, setError] = useState<ErrorBody>();
  const { jobId, mac } = result;
  const final = isFinal(result.state);
  useEffect(() => {
    if (!final) return;
    let ended = false;
    client.call('jobs.show', { jobId, macs: [mac], outputLimitBytes: SHOWN_BYTES }).then(
      ({ results }) => {
        if (!ended) setStored(results[0]);
      },
      (thrown: unknown) => {
        if (!ended) setError(toErrorBody(thrown));
      },
    );
    return () => {
      ended = true;
    };
  }, [client, jobId, mac, final]);
  return { stored, error };
}
