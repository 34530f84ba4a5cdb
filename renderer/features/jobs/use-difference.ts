import { useEffect, useState } from 'react';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import type { JobResultWithOutput, OutputStream } from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { stripAnsi } from '../../ui/ansi.ts';
import { compareLines, type LineDifference } from './line-difference.ts';

/** Longer outputs are compared by their first part only, and the view says so. */
export const COMPARED_BYTES = 1024 * 1024;

export interface StreamDifference {
  readonly stream: OutputStream;
  /** Undefined when one of the two is binary. */
  readonly difference: LineDifference | undefined;
  /** Whether either output is longer than what was compared. */
  readonly partial: boolean;
}

export interface Difference {
  readonly streams: readonly StreamDifference[] | undefined;
  readonly error: ErrorBody | undefined;
}

/** Compares what two devices printed; only the streams that differ are listed. */
export function useDifference(jobId: string, usualMac: string, mac: string): Difference {
  const client = useRpc();
  const [state, setState] = useState<Difference>({ streams: undefined, error: undefined });
  useEffect(() => {
    let ended = false;
    client.call('jobs.show', { jobId, macs: [usualMac, mac], outputLimitBytes: COMPARED_BYTES }).then(
      ({ results }) => {
        if (ended) return;
        const usual = results.find((result) => result.mac === usualMac);
        const other = results.find((result) => result.mac === mac);
        setState({ streams: usual && other ? compareResults(usual, other) : [], error: undefined });
      },
      (error: unknown) => {
        if (!ended) setState({ streams: undefined, error: toErrorBody(error) });
      },
    );
    return () => {
      ended = true;
    };
  }, [client, jobId, usualMac, mac]);
  return state;
}

/** Stream by stream, without those that are equal. Colours are not compared: they are no content. */
export function compareResults(usual: JobResultWithOutput, other: JobResultWithOutput): StreamDifference[] {
  const streams: StreamDifference[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    if (usual.output?.[stream].sha256 === other.output?.[stream].sha256) continue;
    const text = usual[`${stream}Encoding`] === 'utf8' && other[`${stream}Encoding`] === 'utf8';
    streams.push({
      stream,
      difference: text ? compareLines(linesOf(usual[stream]), linesOf(other[stream])) : undefined,
      partial: [usual, other].some((result) => (result.output?.[stream].bytes ?? 0) > COMPARED_BYTES),
    });
  }
  return streams;
}

function linesOf(text: string): string[] {
  const lines = stripAnsi(text).split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
