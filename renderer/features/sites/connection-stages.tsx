import type { ConnectionReport, ConnectionStage } from '../../../contract/model/site.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './forms.module.css';

const STAGES: readonly (readonly [stage: ConnectionStage, label: string])[] = [
  ['name', 'Name'],
  ['tcp', 'TCP'],
  ['tls', 'TLS'],
  ['connack', 'Log-in'],
  ['rights', 'Rights'],
];

/** Each stage of a connection test: what was tried, how long it took, what to do where it failed. */
export function ConnectionStages(props: { report: ConnectionReport | undefined; pending: boolean }) {
  const { report, pending } = props;
  if (!report && !pending) return null;
  const tried = new Map(report?.stages.map((stage) => [stage.stage, stage]));
  // A way without TLS has no such stage; one after the first that failed was not reached.
  const failed = report !== undefined && !report.ok;
  const plain = !tried.has('tls') && tried.has('connack');
  const shown = STAGES.filter(
    ([stage]) => tried.has(stage) || ((pending || failed) && !(stage === 'tls' && plain)),
  );
  return (
    <ol className={classes.stages} aria-label="Connection test" aria-live="polite">
      {shown.map(([stage, label]) => {
        const result = tried.get(stage);
        if (!result) {
          return (
            <li key={stage} className={classes.stage} data-skipped>
              <StatusMark kind={pending ? 'running' : 'unknown'} label={label} />
              <span>{pending ? 'being tried …' : 'not tried'}</span>
            </li>
          );
        }
        return (
          <li key={stage} className={classes.stage}>
            <StatusMark
              kind={result.ok ? 'done' : 'failed'}
              label={`${label} ${result.ok ? '' : 'failed'}`}
            />
            <span className={classes.stageDetail}>{result.detail}</span>
            <span className={classes.stageTime}>{durationText(result.durationMs)}</span>
            {result.advice && <span className={classes.stageAdvice}>{result.advice}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function durationText(durationMs: number): string {
  return durationMs < 10 ? `${durationMs.toFixed(1)} ms` : `${Math.round(durationMs)} ms`;
}
