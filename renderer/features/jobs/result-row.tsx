import { Button } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatDuration } from '../../../contract/lib/time.ts';
import type { JobResult } from '../../../contract/model/job.ts';
import {
  CLASS_MARKS,
  type ResultClass,
  resultClassOf,
  resultDurationMs,
  resultStateWords,
} from '../../state/result-class.ts';
import { lastLine } from '../../ui/last-line.ts';
import { readableTimes } from '../../ui/readable-times.ts';
import { exactTime } from '../../ui/relative-time.tsx';
import { sampleLine, valueLine } from '../../ui/sample-line.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useNow } from '../../ui/ticker.ts';
import { useJobView } from './job-context.ts';
import classes from './jobs.module.css';
import { type FoldedGroup, hasOutput } from './output-folding.ts';

/** One line of the list, which opens below itself. */
function Row(props: {
  index: number;
  open: boolean;
  member?: boolean;
  label: string;
  onToggle: () => void;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={classes.row} data-open={props.open || undefined} data-member={props.member || undefined}>
      <button
        type="button"
        className={classes.rowButton}
        data-row={props.index}
        aria-expanded={props.open}
        aria-label={props.label}
        onClick={() => {
          // Text that is being selected is not a click.
          if (window.getSelection()?.isCollapsed !== false) props.onToggle();
        }}
      >
        <IconChevronRight size={14} className={classes.rowChevron} aria-hidden="true" />
        {props.children}
      </button>
      {props.actions && <span className={classes.rowActions}>{props.actions}</span>}
    </div>
  );
}

/** Devices that ended in the same way, as one line. */
export function GroupRow(props: { group: FoldedGroup; index: number; open: boolean; onToggle: () => void }) {
  const { group } = props;
  const { sample } = group;
  const { results } = useJobView();
  const summary = useSummary(sample);
  const count = `${group.macs.length} identical`;
  return (
    <Row
      index={props.index}
      open={props.open}
      onToggle={props.onToggle}
      label={`${count}: ${resultStateWords(sample.state)}. ${summary.text}`}
    >
      <StatusMark kind={CLASS_MARKS[group.class]} label={resultStateWords(sample.state)} />
      <span className={classes.rowName}>{count}</span>
      <Summary {...summary} />
      <span className={classes.rowExit}>{exitWords(sample)}</span>
      <span className={classes.rowTime}>{durationRange(group, results)}</span>
    </Row>
  );
}

/** One device of the job. */
export function DeviceRow(props: {
  mac: string;
  index: number;
  open: boolean;
  member: boolean;
  onToggle: () => void;
}) {
  const { mac } = props;
  const { results, nameOf, allowed, cancel, retry } = useJobView();
  const result = results.get(mac);
  const summary = useSummary(result);
  if (!result) return null;
  const kind = resultClassOf(result.state);
  const name = nameOf(mac);
  return (
    <Row
      index={props.index}
      open={props.open}
      member={props.member}
      onToggle={props.onToggle}
      label={`${name}: ${resultStateWords(result.state)}. ${summary.text}`}
      actions={
        allowed &&
        !props.member && <RowAction kind={kind} name={name} mac={mac} cancel={cancel} retry={retry} />
      }
    >
      <StatusMark
        kind={CLASS_MARKS[kind]}
        label={resultStateWords(result.state)}
        title={`Since ${exactTime(result.since)}`}
      />
      <span className={classes.rowName} title={mac}>
        {name}
      </span>
      <Summary {...summary} />
      <span className={classes.rowExit}>{exitWords(result)}</span>
      <span className={classes.rowTime}>
        <Duration result={result} />
      </span>
    </Row>
  );
}

function RowAction(props: {
  kind: ResultClass;
  name: string;
  mac: string;
  cancel: (macs: readonly string[]) => void;
  retry: (macs: readonly string[]) => void;
}) {
  const { kind, name, mac } = props;
  if (kind === 'succeeded') return null;
  const [word, act] =
    kind === 'waiting'
      ? (['Forget', props.cancel] as const)
      : kind === 'running'
        ? (['Stop', props.cancel] as const)
        : (['Retry', props.retry] as const);
  return (
    <Button size="compact-xs" variant="default" aria-label={`${word} on ${name}`} onClick={() => act([mac])}>
      {word}
    </Button>
  );
}

interface SummaryText {
  readonly text: string;
  /** Output in the fixed-width type, or a sentence. */
  readonly mono: boolean;
}

function Summary(props: SummaryText) {
  return (
    <span className={classes.rowSummary} data-mono={props.mono || undefined}>
      {props.text}
    </span>
  );
}

/** What one line can say about a result: what it printed, why it failed, what it waits for. */
function useSummary(result: JobResult | undefined): SummaryText {
  const { outputOf, sampleOf } = useJobView();
  if (!result) return { text: '', mono: false };
  const { mac, state, error, value, detail } = result;
  const kind = resultClassOf(state);
  if (kind === 'waiting') return { text: readableTimes(detail, Date.now()), mono: false };
  const sampled = sampleOf(mac);
  const sample = sampled ? sampleLine(sampled) : '';
  if (kind === 'running') {
    const line =
      lastLine(outputOf(mac, 'stdout')?.text ?? '') ||
      lastLine(outputOf(mac, 'stderr')?.text ?? '') ||
      sample;
    return line
      ? { text: line, mono: true }
      : { text: state === 'running' ? '' : readableTimes(detail, Date.now()), mono: false };
  }
  if (kind === 'failed' && error)
    return { text: sample ? `${error.message} — ${sample}` : error.message, mono: false };
  if (sample) return { text: sample, mono: true };
  if (value && Object.keys(value).length > 0) return { text: valueLine(value), mono: false };
  if (detail) return { text: readableTimes(detail, Date.now()), mono: false };
  return { text: result.output && !hasOutput(result) ? 'no output' : '', mono: false };
}

function exitWords(result: JobResult): string {
  if (result.signal !== null) return result.signal;
  return result.exitCode === null ? '' : `exit ${result.exitCode}`;
}

function Duration(props: { result: JobResult }) {
  const { result } = props;
  return useNow((nowMs) => {
    const durationMs = resultDurationMs(result, nowMs);
    return durationMs === undefined ? '' : formatDuration(durationMs);
  });
}

/** `0.1 s – 0.4 s`: how long the devices of a group took. */
function durationRange(group: FoldedGroup, results: ReadonlyMap<string, JobResult>): string {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const mac of group.macs) {
    const result = results.get(mac);
    const durationMs = result && resultDurationMs(result, 0);
    if (durationMs === undefined) continue;
    least = Math.min(least, durationMs);
    most = Math.max(most, durationMs);
  }
  if (least === Number.POSITIVE_INFINITY) return '';
  const [from, to] = [formatDuration(least), formatDuration(most)];
  if (from === to) return to;
  return from.startsWith('<') ? `≤ ${to}` : `${from} – ${to}`;
}
