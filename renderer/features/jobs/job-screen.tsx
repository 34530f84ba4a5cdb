import { Button, Skeleton } from '@mantine/core';
import { IconClipboardOff } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ErrorBody } from '../../../contract/lib/errors.ts';
import { isFinal, type Job, type JobResult } from '../../../contract/model/job.ts';
import { OPERATIONS } from '../../../contract/model/operation.ts';
import { roleAllows } from '../../../contract/model/role.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { deviceTitle } from '../../state/device-words.ts';
import { deviceKey } from '../../state/devices.ts';
import { useDeviceMap, useSession } from '../../state/hooks.ts';
import { RESULT_CLASSES } from '../../state/result-class.ts';
import { useSamples } from '../../state/use-samples.ts';
import { useWatchedJob, type WatchedJob } from '../../state/watch-job.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageBody, PageHead } from '../../ui/page-head.tsx';
import { Link, useQueryParam } from '../../ui/router.tsx';
import { SAMPLE_LIMIT_BYTES } from '../../ui/sample-line.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { ExportMenu } from './export-menu.tsx';
import { JobContext, type JobView } from './job-context.ts';
import { JobHead } from './job-head.tsx';
import { JobProgram } from './job-program.tsx';
import { JobBar, StateFilter } from './job-progress.tsx';
import classes from './jobs.module.css';
import { createOutcomeKeys, foldResults, majorityOf } from './output-folding.ts';
import { failedMacs } from './repeat-plan.ts';
import { ResultList } from './result-list.tsx';
import { orderByName } from './result-rows.ts';
import { useRepeat } from './use-repeat.tsx';

/** One job: what it does, how far it is, and what every device says. */
export function JobScreen(props: { jobId: string }) {
  const watched = useWatchedJob(props.jobId);
  const { job, loading, error } = watched;
  if (job && !error) return <LoadedJob key={job.id} job={job} watched={watched} />;
  return (
    <>
      <PageHead back={<Link to="/jobs">‹ Jobs</Link>} title="Job" />
      <PageBody>
        {error?.code === 'not-found' ? (
          <EmptyState
            icon={<IconClipboardOff />}
            sentence={error.message}
            action={<Link to="/jobs">All jobs</Link>}
          />
        ) : (
          <ErrorNote error={error} what="The job could not be read." />
        )}
        {loading && !error && <Skeleton height={160} aria-label="Reading the job" />}
      </PageBody>
    </>
  );
}

function LoadedJob(props: { job: Job; watched: WatchedJob }) {
  const { job, watched } = props;
  const { results, outputOf, loading } = watched;
  const devices = useDeviceMap();
  const session = useSession();
  const [filterText, setFilterText] = useQueryParam('state', 'all');
  const filter = RESULT_CLASSES.find((name) => name === filterText);
  const [cancelMacs, setCancelMacs] = useState<readonly string[]>();
  const [exportError, setExportError] = useState<ErrorBody>();
  const { repeat, pending, dialog, problem } = useRepeat(job);
  const { want, sampleOf } = useSamples({
    client: useRpc(),
    jobId: job.id,
    results,
    limitBytes: SAMPLE_LIMIT_BYTES,
  });

  const nameOf = useCallback(
    (mac: string): string => {
      const device = devices.get(deviceKey(job.siteId, mac));
      return device ? deviceTitle(device) : mac;
    },
    [devices, job.siteId],
  );
  const order = useNameOrder(results, nameOf);
  const [keyOf] = useState(createOutcomeKeys);
  const groups = useMemo(
    () =>
      foldResults(
        order.flatMap((mac) => results.get(mac) ?? []),
        keyOf,
      ),
    [order, results, keyOf],
  );
  const majority = useMemo(() => majorityOf(groups), [groups]);
  const failed = useMemo(() => failedMacs(results.values()), [results]);
  const allowed = session !== null && roleAllows(session.role, OPERATIONS[job.op].access);
  const retry = useCallback((macs: readonly string[]) => repeat({ kind: 'retry', macs }), [repeat]);
  const view = useMemo(
    (): JobView => ({
      job,
      results,
      order,
      groups,
      outputOf,
      nameOf,
      majority,
      sampleOf,
      allowed,
      retry,
      cancel: setCancelMacs,
    }),
    [job, results, order, groups, outputOf, nameOf, majority, sampleOf, allowed, retry],
  );
  const open = [...results.values()].filter((result) => !isFinal(result.state));

  return (
    <JobContext value={view}>
      <JobHead
        job={job}
        actions={
          <>
            <ExportMenu onError={setExportError} />
            {allowed && (
              <Button
                variant="default"
                disabled={pending || results.size === 0}
                onClick={() => repeat({ kind: 'again', macs: [...results.keys()] })}
              >
                Run again
              </Button>
            )}
            {allowed && open.length > 0 && (
              <Button variant="default" onClick={() => setCancelMacs(open.map(({ mac }) => mac))}>
                Cancel
              </Button>
            )}
            {allowed && failed.length > 0 && (
              <Button loading={pending} onClick={() => retry(failed)}>
                Retry {failed.length.toLocaleString('en')} failed
              </Button>
            )}
          </>
        }
      />
      <div className={classes.jobTop}>
        <JobBar job={job} />
        <StateFilter job={job} value={filter} onChange={(value) => setFilterText(value ?? 'all')} />
        <JobProgram job={job} />
        {problem}
        <ErrorNote
          error={exportError}
          what="The report was not made."
          onDismiss={() => setExportError(undefined)}
        />
      </div>
      <PageBody flush>
        {loading ? <Skeleton height={120} m={24} /> : <ResultList filter={filter} onVisible={want} />}
      </PageBody>
      {cancelMacs && (
        <CancelDialog
          job={job}
          results={cancelMacs.flatMap((mac) => results.get(mac) ?? [])}
          name={cancelMacs.length === 1 && job.total > 1 ? nameOf(cancelMacs[0] ?? '') : undefined}
          onClose={() => setCancelMacs(undefined)}
        />
      )}
      {dialog}
    </JobContext>
  );
}

/** Sorting names costs more than everything else together: done again only when a name or the devices change. */
function useNameOrder(
  results: ReadonlyMap<string, JobResult>,
  nameOf: (mac: string) => string,
): readonly string[] {
  const kept = useRef<{ size: number; nameOf: unknown; macs: readonly string[] }>(undefined);
  if (kept.current?.size !== results.size || kept.current.nameOf !== nameOf) {
    kept.current = { size: results.size, nameOf, macs: orderByName(results.keys(), nameOf) };
  }
  return kept.current.macs;
}
