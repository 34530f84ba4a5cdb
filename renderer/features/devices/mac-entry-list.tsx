import { LabelPill } from '../../ui/label-pill.tsx';
import { Mono } from '../../ui/mono.tsx';
import { type StatusKind, StatusMark } from '../../ui/status-mark.tsx';
import classes from './devices.module.css';
import type { MacEntry, MacEntryState } from './mac-list.ts';

const MARKS: Record<MacEntryState, { kind: StatusKind; label: string }> = {
  new: { kind: 'waiting', label: 'not seen yet' },
  discovered: { kind: 'done', label: 'discovered' },
  linked: { kind: 'offline', label: 'linked already' },
  repeated: { kind: 'offline', label: 'repeated' },
  invalid: { kind: 'failed', label: 'not valid' },
};

/** Of a long list, only what needs a look and the first entries are drawn. */
const SHOWN = 100;

/** What was read from the text, entry by entry. */
export function MacEntryList(props: { entries: readonly MacEntry[] }) {
  const { entries } = props;
  if (entries.length === 0) return null;
  const numbered = entries.map((entry, index) => ({ entry, number: index + 1 }));
  const wrong = numbered.filter(({ entry }) => entry.state === 'invalid');
  const others = numbered.filter(({ entry }) => entry.state !== 'invalid');
  const shown = numbered.length > SHOWN ? [...wrong.slice(0, SHOWN), ...others.slice(0, SHOWN)] : numbered;
  const rest = numbered.length - shown.length;
  return (
    <div className={classes.entries}>
      <ul aria-label="What was read" className={classes.entryList}>
        {shown.map(({ entry, number }) => (
          <li key={number} className={classes.entry} data-state={entry.state}>
            <span className={classes.entryMark}>
              <StatusMark kind={MARKS[entry.state].kind} label={MARKS[entry.state].label} />
            </span>
            <span className={classes.entryMac}>
              <Mono>{entry.mac ?? entry.text.slice(0, 40)}</Mono>
              {entry.name && <LabelPill title="Becomes its name">{entry.name}</LabelPill>}
            </span>
            <span className={classes.entryDetail}>{entry.detail}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className={classes.dim}>and {rest} more</p>}
    </div>
  );
}
