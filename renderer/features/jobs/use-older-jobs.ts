import { useCallback, useEffect, useState } from 'react';
import type { ErrorBody } from '../../../contract/lib/errors.ts';
import type { Job } from '../../../contract/model/job.ts';
import { useCall } from '../../rpc/rpc-context.tsx';

const PAGE = 200;

export interface OlderJobs {
  readonly jobs: readonly Job[];
  /** Whether the store has been read to its end. */
  readonly complete: boolean;
  readonly pending: boolean;
  readonly error: ErrorBody | undefined;
  /** Reads the jobs of the site that are older than the given one. */
  load(beforeId: string): Promise<void>;
}

/** Jobs that are older than the mirror reaches, page by page; the first page by itself. `oldestId` ends the mirror. */
export function useOlderJobs(siteId: string | undefined, oldestId: string | undefined): OlderJobs {
  const { run, pending, error } = useCall();
  const [state, setState] = useState<{ jobs: readonly Job[]; complete: boolean }>({
    jobs: [],
    complete: false,
  });
  useEffect(() => setState({ jobs: [], complete: siteId === undefined }), [siteId]);
  const load = useCallback(
    async (beforeId: string): Promise<void> => {
      if (!siteId) return;
      const answer = await run('jobs.list', { siteId, beforeId, limit: PAGE });
      if (!answer) return;
      setState((old) => ({
        jobs: [...old.jobs, ...answer.jobs],
        complete: answer.jobs.length < PAGE,
      }));
    },
    [run, siteId],
  );
  const untouched = state.jobs.length === 0 && !state.complete && !error;
  useEffect(() => {
    if (untouched && oldestId !== undefined) void load(oldestId);
  }, [untouched, oldestId, load]);
  return { ...state, pending, error, load };
}
