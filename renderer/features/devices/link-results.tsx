import type { CallOutput } from '../../../contract/rpc/contract.ts';
import { deviceTitle } from '../../state/device-words.ts';
import { Mono } from '../../ui/mono.tsx';
import { Link } from '../../ui/router.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import classes from './devices.module.css';

export type LinkResult = CallOutput<'devices.link'>['results'][number];

/** What came of each entry that was sent. */
export function LinkResults(props: { results: readonly LinkResult[]; onLeave: () => void }) {
  return (
    <ul aria-label="Results" className={classes.entryList}>
      {props.results.map((result) => (
        <li key={result.text} className={classes.entry}>
          <span className={classes.entryMark}>
            {result.error ? (
              <StatusMark kind="failed" label="not linked" />
            ) : (
              <StatusMark kind="done" label={result.already ? 'was linked' : 'linked'} />
            )}
          </span>
          <span className={classes.entryMac}>
            <Mono>{result.device?.mac ?? result.text}</Mono>
          </span>
          <span className={classes.entryDetail}>{sentence(result, props.onLeave)}</span>
        </li>
      ))}
    </ul>
  );
}

function sentence(result: LinkResult, onLeave: () => void) {
  const { device, error } = result;
  if (error) return error.message;
  if (!device) return '';
  if (device.state === 'never-seen') return 'Never seen yet: it can be commanded when it appears.';
  return (
    <Link to={`/devices/${device.mac}`} onClick={onLeave}>
      {deviceTitle(device)}
    </Link>
  );
}
