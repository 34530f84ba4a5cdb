import { useConnectionStatus } from '../state/hooks.ts';
import { useNow } from '../ui/ticker.ts';
import classes from './starting.module.css';

const PATIENCE_MS = 1_000;

/** Before the first snapshots: nothing for a moment, then a word about what is waited for. */
export function Starting() {
  const { sinceMs, problem, attempts } = useConnectionStatus();
  const slow = useNow((nowMs) => nowMs - sinceMs > PATIENCE_MS);
  return (
    <main className={classes.page}>
      <img src="/icon.svg" width={40} height={40} alt="" />
      <h1 className={classes.title}>Muster</h1>
      <p className={classes.text} role="status">
        {attempts > 1 || slow ? 'Connecting to the control centre …' : ''}
      </p>
      {attempts > 1 && problem && (
        <p className={classes.text}>
          {problem} Is Muster still running? After a restart it prints a new address: open that one.
        </p>
      )}
    </main>
  );
}
