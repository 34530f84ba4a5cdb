import { UnstyledButton } from '@mantine/core';
import type { Job } from '../../../contract/model/job.ts';
import {
  CLASS_MARKS,
  countClasses,
  countsSentence,
  RESULT_CLASSES,
  type ResultClass,
} from '../../state/result-class.ts';
import { type BarSegment, SegmentedBar } from '../../ui/segmented-bar.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './jobs.module.css';

const BAR_KINDS: Record<ResultClass, BarSegment['kind']> = {
  succeeded: 'done',
  running: 'running',
  waiting: 'waiting',
  failed: 'failed',
  cancelled: 'rest',
};

const CLASS_WORDS: Record<ResultClass, string> = {
  succeeded: 'succeeded',
  running: 'running',
  waiting: 'waiting (offline)',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** A job's counts as one bar. */
export function JobBar(props: { job: Job }) {
  const counts = countClasses(props.job.counts);
  const segments = RESULT_CLASSES.map((name) => ({
    kind: BAR_KINDS[name],
    count: counts[name],
    label: name,
  }));
  return <SegmentedBar segments={segments} label={countsSentence(counts)} />;
}

/** Counts by state, each of which filters the list. */
export function StateFilter(props: {
  job: Job;
  value: ResultClass | undefined;
  onChange: (value: ResultClass | undefined) => void;
}) {
  const { job, value, onChange } = props;
  const counts = countClasses(job.counts);
  return (
    <div className={classes.states} role="toolbar" aria-label="Show by state">
      <UnstyledButton
        className={classes.state}
        aria-pressed={value === undefined}
        onClick={() => onChange(undefined)}
      >
        All {job.total.toLocaleString('en')}
      </UnstyledButton>
      {RESULT_CLASSES.filter((name) => counts[name] > 0 || value === name).map((name) => (
        <UnstyledButton
          key={name}
          className={classes.state}
          aria-pressed={value === name}
          onClick={() => onChange(value === name ? undefined : name)}
        >
          <StatusMark
            kind={CLASS_MARKS[name]}
            label={`${counts[name].toLocaleString('en')} ${CLASS_WORDS[name]}`}
          />
        </UnstyledButton>
      ))}
    </div>
  );
}
