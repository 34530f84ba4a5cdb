import { useCallback, useEffect, useRef, useState } from 'react';
import { toErrorBody } from '../../../contract/lib/errors.ts';
import { isFinal, type JobResult } from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { hasOutput } from './output-folding.ts';
import { SAMPLE_LIMIT_BYTES, sampleLine } from './sample-line.ts';

const BATCH = 100;

/** Fetches one line of output for the results that are on screen, each once. */
export function useSamples(jobId: string, results: ReadonlyMap<string, JobResult>) {
  const client = useRpc();
  const [samples, setSamples] = useState<ReadonlyMap<string, string>>(new Map());
  const asked = useRef({ jobId, macs: new Set<string>() });
  const visible = useRef<readonly string[]>([]);
  const latest = useRef(results);

  const fetchMissing = useCallback((): void => {
    if (asked.current.jobId !== jobId) asked.current = { jobId, macs: new Set() };
    const known = asked.current.macs;
    const missing = visible.current
      .filter((mac) => {
        const result = latest.current.get(mac);
        return result !== undefined && isFinal(result.state) && hasOutput(result) && !known.has(mac);
      })
      .slice(0, BATCH);
    if (missing.length === 0) return;
    for (const mac of missing) known.add(mac);
    client.call('jobs.show', { jobId, macs: missing, outputLimitBytes: SAMPLE_LIMIT_BYTES }).then(
      (answer) =>
        setSamples((before) => {
          const next = new Map(before);
          for (const result of answer.results) next.set(result.mac, sampleLine(result));
          return next;
        }),
      (error: unknown) => {
        // The row shows its state all the same; opening it says what is wrong. The next look tries again.
        console.warn(toErrorBody(error).message);
        for (const mac of missing) known.delete(mac);
      },
    );
  }, [client, jobId]);

  // A device that ends while its row is on screen is asked for as well.
  useEffect(() => {
    latest.current = results;
    fetchMissing();
  }, [results, fetchMissing]);
  const want = useCallback(
    (macs: readonly string[]): void => {
      visible.current = macs;
      fetchMissing();
    },
    [fetchMissing],
  );
  const sampleOf = useCallback((mac: string) => samples.get(mac), [samples]);
  return { want, sampleOf };
}
