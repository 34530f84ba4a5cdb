import { Box } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { formatDuration } from '../../../contract/lib/time.ts';
import type { JobResult, JobResultWithOutput } from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { deviceTitle } from '../../state/device-words.ts';
import { deviceKey } from '../../state/devices.ts';
import { useDeviceMap } from '../../state/hooks.ts';
import {
  CLASS_MARKS,
  countClasses,
  countsSentence,
  RESULT_CLASSES,
  type ResultClass,
  resultClassOf,
  resultDurationMs,
  resultStateWords,
} from '../../state/result-class.ts';
import { useSamples } from '../../state/use-samples.ts';
import { useWatchedJob, type WatchedJob } from '../../state/watch-job.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { lastLine } from '../../ui/last-line.ts';
import { readableTimes } from '../../ui/readable-times.ts';
import { SAMPLE_LIMIT_BYTES, sampleLine } from '../../ui/sample-line.ts';
import { type BarSegment, SegmentedBar } from '../../ui/segmented-bar.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useNow } from '../../ui/ticker.ts';
import { OneDeviceOutput } from './one-device-output.tsx';
import classes from './run.module.css';

const ROW_HEIGHT_PX = 32;
const BAR_KINDS: Record<ResultClass, BarSegment['kind']> = {
  succeeded: 'done',
  running: 'running',
  waiting: 'waiting',
  failed: 'failed',
  cancelled: 'rest',
};
/** What needs a look comes first. */
const ORDER: readonly ResultClass[] = ['failed', 'running', 'waiting', 'cancelled', 'succeeded'];

/** The job that the sheet has become: how far it is, device by device, live. */
export function StartedJob(props: { jobId: string }) {
  const watched = useWatchedJob(props.jobId);
  const { job, results, error } = watched;
  const counts = countClasses(job?.counts ?? {});
  const [only] = results.size === 1 ? [...results.values()] : [];
  return (
    <div className={classes.started}>
      <ErrorNote error={error} what="The job was started, but cannot be watched here." />
      <SegmentedBar
        label={countsSentence(counts)}
        segments={RESULT_CLASSES.map((name) => ({ kind: BAR_KINDS[name], count: counts[name], label: name }))}
      />
      <p className={only ? classes.hidden : classes.startedCounts} aria-live="polite">
        {RESULT_CLASSES.filter((name) => counts[name] > 0).map((name) => (
          <StatusMark
            key={name}
            kind={CLASS_MARKS[name]}
            label={`${counts[name].toLocaleString('en')} ${name}`}
          />
        ))}
      </p>
      {only ? (
        <OneDeviceOutput watched={watched} result={only} />
      ) : (
        <DeviceLines jobId={props.jobId} watched={watched} />
      )}
    </div>
  );
}

function DeviceLines(props: { jobId: string; watched: WatchedJob }) {
  const { jobId, watched } = props;
  const { results } = watched;
  const scrollRef = useRef<HTMLUListElement>(null);
  const sorted = useMemo(
    () =>
      [...results.values()].sort(
        (a, b) => ORDER.indexOf(resultClassOf(a.state)) - ORDER.indexOf(resultClassOf(b.state)),
      ),
    [results],
  );
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 8,
  });
  const { want, sampleOf } = useSamples({ client: useRpc(), jobId, results, limitBytes: SAMPLE_LIMIT_BYTES });
  const items = virtualizer.getVirtualItems();
  const visible = items.map((item) => sorted[item.index]?.mac ?? '').join(' ');
  useEffect(() => want(visible.split(' ').filter(Boolean)), [visible, want]);
  return (
    // A list that scrolls takes the focus: the keyboard could not scroll it otherwise.
    <Box component="ul" ref={scrollRef} className={classes.lines} aria-label="Devices" tabIndex={0}>
      <li aria-hidden="true" style={{ height: virtualizer.getTotalSize() }} />
      {items.map((item) => {
        const result = sorted[item.index];
        return (
          result && (
            <li
              key={result.mac}
              className={classes.line}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <DeviceLine result={result} watched={watched} sample={sampleOf(result.mac)} />
            </li>
          )
        );
      })}
    </Box>
  );
}

function DeviceLine(props: {
  result: JobResult;
  watched: WatchedJob;
  /** The beginning of its output, once it has been fetched. */
  sample: JobResultWithOutput | undefined;
}) {
  const { result, watched, sample } = props;
  const devices = useDeviceMap();
  const device = devices.get(deviceKey(watched.job?.siteId ?? '', result.mac));
  const kind = resultClassOf(result.state);
  const live = lastLine(
    watched.outputOf(result.mac, 'stdout')?.text ?? watched.outputOf(result.mac, 'stderr')?.text ?? '',
  );
  const printed = (kind === 'running' && live) || (sample ? sampleLine(sample) : live);
  return (
    <>
      <StatusMark kind={CLASS_MARKS[kind]} label={resultStateWords(result.state)} />
      <span className={classes.lineName}>{device ? deviceTitle(device) : result.mac}</span>
      <span className={classes.lineText} title={result.error?.message ?? result.detail}>
        {result.error?.message ?? (printed || readableTimes(result.detail, Date.now()))}
      </span>
      <span className={classes.lineEnd}>
        <LineEnd result={result} />
      </span>
    </>
  );
}

function LineEnd(props: { result: JobResult }) {
  const { result } = props;
  return useNow((nowMs) => {
    const durationMs = resultDurationMs(result, nowMs);
    const exit = result.signal ?? (result.exitCode === null ? '' : `exit ${result.exitCode}`);
    return [exit, durationMs === undefined ? '' : formatDuration(durationMs)].filter(Boolean).join(' · ');
  });
}
