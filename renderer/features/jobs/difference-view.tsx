import { Loader } from '@mantine/core';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import classes from './difference.module.css';
import { useJobView } from './job-context.ts';
import { type DifferenceRow, foldEqualLines } from './line-difference.ts';
import { COMPARED_BYTES, type StreamDifference, useDifference } from './use-difference.ts';

const ROW_LIMIT = 2_000;

/** How one device's output differs from what most printed. */
export function DifferenceView(props: { mac: string; usualMac: string; usualCount: number }) {
  const { mac, usualMac, usualCount } = props;
  const { job, nameOf } = useJobView();
  const { streams, error } = useDifference(job.id, usualMac, mac);
  if (error) return <ErrorNote error={error} what="The outputs could not be compared." />;
  if (!streams) return <Loader size="xs" aria-label="Comparing" />;
  const usual = usualCount === 1 ? nameOf(usualMac) : `the ${usualCount} identical ones`;
  if (streams.length === 0) return <p>It printed exactly the same as {usual}.</p>;
  return streams.map((stream) => (
    <StreamDifferenceView key={stream.stream} stream={stream} usual={usual} name={nameOf(mac)} />
  ));
}

function StreamDifferenceView(props: { stream: StreamDifference; usual: string; name: string }) {
  const { stream, usual, name } = props;
  const { difference } = stream;
  if (!difference) {
    return (
      <p>
        <strong className={classes.stream}>{stream.stream}</strong> differs, and is binary: download both to
        compare them.
      </p>
    );
  }
  const rows = foldEqualLines(difference.lines);
  const same = difference.removed + difference.added === 0;
  return (
    <figure className={classes.difference}>
      <figcaption className={classes.differenceHead}>
        <strong className={classes.stream}>{stream.stream}</strong>
        <span className={classes.removedCount}>−{difference.removed}</span>
        <span className={classes.addedCount}>+{difference.added}</span>
        <span>
          − {usual} · + {name}
        </span>
        {difference.coarse && <span>Too different to match line by line.</span>}
        {stream.partial && <span>Only the first {formatBytes(COMPARED_BYTES)} are compared.</span>}
        {same && <span>The lines are the same: only colours, line ends or a part further on differ.</span>}
      </figcaption>
      <table className={classes.differenceTable}>
        <thead className={classes.hiddenHead}>
          <tr>
            <th>Line of {usual}</th>
            <th>Line of {name}</th>
            <th>Change</th>
            <th>Text</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROW_LIMIT).map((row) => (
            <DifferenceLineRow key={rowKey(row)} row={row} />
          ))}
        </tbody>
      </table>
      {rows.length > ROW_LIMIT && (
        <p className={classes.differenceRest}>{rows.length - ROW_LIMIT} more lines differ.</p>
      )}
    </figure>
  );
}

const SIGNS = { same: ' ', removed: '−', added: '+' } as const;

function DifferenceLineRow(props: { row: DifferenceRow }) {
  const { row } = props;
  if (row.kind === 'folded') {
    return (
      <tr className={classes.foldedLine}>
        <td colSpan={4}>{row.count === 1 ? '1 equal line' : `${row.count} equal lines`}</td>
      </tr>
    );
  }
  return (
    <tr className={classes.differenceLine} data-kind={row.kind}>
      <td className={classes.lineNumber}>{row.before}</td>
      <td className={classes.lineNumber}>{row.after}</td>
      <td className={classes.lineSign}>{SIGNS[row.kind]}</td>
      <td className={classes.lineText}>{row.text || '\u00a0'}</td>
    </tr>
  );
}

function rowKey(row: DifferenceRow): string {
  return row.kind === 'folded' ? `folded ${row.before}` : `${row.before ?? ''} ${row.after ?? ''}`;
}
