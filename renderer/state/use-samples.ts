import { useCallback, useEffect, useRef, useState } from 'react';
import { toErrorBody } from '../../contract/lib/errors.ts';
import type { JobResult, JobResultWithOutput } from '../../contract/model/job.ts';
import type { RpcClient } from '../../contract/rpc/client.ts';
import { resultClassOf } from './result-class.ts';

const BATCH = 100;

/**
 * Fetches the beginning of the output of the results that are on screen: once at their end, and once while they run,
 * because what was printed before the watch began never comes as an event.
 */
export function useSamples(options: {
  client: Pick<RpcClient, 'call'>;
  jobId: string;
  results: ReadonlyMap<string, JobResult>;
  /** How much of each stream, in bytes. */
  limitBytes: number;
}) {
  const { client, jobId, results, limitBytes } = options;
  const [samples, setSamples] = useState<ReadonlyMap<string, JobResultWithOutput>>(new Map());
  const asked = useRef({ jobId, keys: new Set<string>() });
  const visible = useRef<readonly string[]>([]);
  const latest = useRef(results);

  const fetchMissing = useCallback((): void => {
    if (asked.current.jobId !== jobId) asked.current = { jobId, keys: new Set() };
    const known = asked.current.keys;
    const missing = new Map<string, string>();
    for (const mac of visible.current) {
      const result = latest.current.get(mac);
      const key = result && sampleKey(result);
      if (key !== undefined && !known.has(key) && missing.size < BATCH) missing.set(mac, key);
    }
    if (missing.size === 0) return;
    for (const key of missing.values()) known.add(key);
    client.call('jobs.show', { jobId, macs: [...missing.keys()], outputLimitBytes: limitBytes }).then(
      (answer) =>
        setSamples((before) => {
          const next = new Map(before);
          for (const result of answer.results) next.set(result.mac, result);
          return next;
        }),
      (error: unknown) => {
        // The row shows its state all the same; opening it says what is wrong. The next look tries again.
        console.warn(toErrorBody(error).message);
        for (const key of missing.values()) known.delete(key);
      },
    );
  }, [client, jobId, limitBytes]);

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

/** What is asked for once; undefined when there is nothing to ask for. */
function sampleKey(result: JobResult): string | undefined {
  const { mac, state, output } = result;
  if (state === 'running') return `${mac} running`;
  if (resultClassOf(state) === 'running' || resultClassOf(state) === 'waiting') return undefined;
  return output !== null && output.stdout.bytes + output.stderr.bytes > 0 ? `${mac} ended` : undefined;
}
