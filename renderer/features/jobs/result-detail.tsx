import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { isFinal, type JobResult } from '../../../contract/model/job.ts';
import { resultClassOf, resultStateWords } from '../../state/result-class.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { readableTimes } from '../../ui/readable-times.ts';
import { clockTime, exactTime, RelativeTime } from '../../ui/relative-time.tsx';
import { Link } from '../../ui/router.tsx';
import { DifferenceView } from './difference-view.tsx';
import { useJobView } from './job-context.ts';
import classes from './jobs.module.css';
import { type FoldedGroup, hasOutput, sameOutput } from './output-folding.ts';
import { StreamOutput } from './stream-output.tsx';
import { ValueTable } from './value-table.tsx';

/** Everything that is known of one device's part of the job. */
export function DeviceDetail(props: { mac: string; member: boolean }) {
  const { mac } = props;
  const { results, nameOf, allowed, retry } = useJobView();
  const result = results.get(mac);
  if (!result) return null;
  const kind = resultClassOf(result.state);
  return (
    <div className={classes.detail} data-member={props.member || undefined}>
      <p className={classes.facts}>
        <ResultFacts result={result} />
        <span className={classes.factsEnd}>
          <Link to={`/devices/${mac}`}>Open {nameOf(mac)}</Link>
          {props.member && allowed && kind !== 'succeeded' && (
            <Button size="compact-xs" variant="default" onClick={() => retry([mac])}>
              Retry
            </Button>
          )}
        </span>
      </p>
      {result.error && <ErrorNote error={result.error} />}
      <Outputs result={result} whose={nameOf(mac)} />
    </div>
  );
}

/** What identical devices have in common, and who they are. */
export function GroupDetail(props: { group: FoldedGroup; membersOpen: boolean; onMembers: () => void }) {
  const { group } = props;
  const { allowed, retry, nameOf } = useJobView();
  const count = group.macs.length;
  const name = nameOf(group.sample.mac);
  return (
    <div className={classes.detail}>
      <p className={classes.facts}>
        <span>
          Shown is {name}; the other {count - 1 === 1 ? 'one' : count - 1} ended in the same way
          {hasOutput(group.sample) ? ' and printed exactly the same' : ''}.
        </span>
        <span className={classes.factsEnd}>
          {allowed && group.class !== 'succeeded' && (
            <Button size="compact-xs" variant="default" onClick={() => retry(group.macs)}>
              Retry these {count}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="default"
            aria-expanded={props.membersOpen}
            onClick={props.onMembers}
          >
            {props.membersOpen ? 'Hide the devices' : `Show the ${count} devices`}
          </Button>
        </span>
      </p>
      {group.sample.error && <ErrorNote error={group.sample.error} />}
      <Outputs result={group.sample} whose={`${count} identical devices`} />
    </div>
  );
}

/** Output and value, or how the output differs from what most printed. */
function Outputs(props: { result: JobResult; whose: string }) {
  const { result, whose } = props;
  const { majority, nameOf } = useJobView();
  const [view, setView] = useState('output');
  const comparable =
    majority !== undefined &&
    isFinal(result.state) &&
    hasOutput(result) &&
    !sameOutput(majority.sample, result);
  const usual =
    majority &&
    (majority.macs.length === 1 ? nameOf(majority.sample.mac) : `the ${majority.macs.length} identical`);
  return (
    <>
      {comparable && (
        <SegmentedControl
          className={classes.viewChoice}
          aria-label="What to show"
          value={view}
          onChange={setView}
          data={[
            { value: 'output', label: 'Output' },
            { value: 'difference', label: `Difference to ${usual}` },
          ]}
        />
      )}
      {comparable && view === 'difference' ? (
        <DifferenceView mac={result.mac} usualMac={majority.sample.mac} usualCount={majority.macs.length} />
      ) : (
        printsOutput(result) && (
          <>
            <StreamOutput result={result} stream="stdout" whose={whose} />
            <StreamOutput result={result} stream="stderr" whose={whose} />
          </>
        )
      )}
      {result.value && <ValueTable value={result.value} />}
    </>
  );
}

/** Whether there is or may be output to show: what only returned a value has printed nothing, and need not say so. */
function printsOutput(result: JobResult): boolean {
  if (resultClassOf(result.state) === 'waiting') return false;
  return hasOutput(result) || !isFinal(result.state) || result.value === null;
}

/** State, times and attempts in one line: since when, and how it is known. */
function ResultFacts(props: { result: JobResult }) {
  const { result } = props;
  const { state, startedAt, finishedAt, attempts, detail, exitCode, signal } = result;
  return (
    <span className={classes.factList}>
      <span className={classes.factMac}>{result.mac}</span>
      <span>
        {resultStateWords(state)} {isFinal(state) ? '' : 'for '}
        <RelativeTime at={result.since} span={!isFinal(state)} />
      </span>
      {startedAt && <span title={exactTime(startedAt)}>started {clockTime(startedAt)}</span>}
      {finishedAt && <span title={exactTime(finishedAt)}>ended {clockTime(finishedAt)}</span>}
      {exitCode !== null && <span>exit code {exitCode}</span>}
      {signal !== null && <span>ended by {signal}</span>}
      {attempts > 1 && <span>sent {attempts} times</span>}
      {detail && <span>{readableTimes(detail, Date.now())}</span>}
    </span>
  );
}
