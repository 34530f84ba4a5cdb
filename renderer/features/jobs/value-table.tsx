import { TerminalOutput } from '../../ui/terminal-output.tsx';
import classes from './jobs.module.css';

/** What an operation returned: plain facts by name, everything deeper as JSON. */
export function ValueTable(props: { value: Record<string, unknown> }) {
  const entries = Object.entries(props.value);
  const plain = entries.filter(([, fact]) => typeof fact !== 'object' || fact === null);
  const deep = entries.filter(([, fact]) => typeof fact === 'object' && fact !== null);
  return (
    <>
      {plain.length > 0 && (
        <dl className={classes.value}>
          {plain.map(([name, fact]) => (
            <div key={name}>
              <dt>{factWords(name)}</dt>
              <dd>{fact === null ? 'unknown' : String(fact)}</dd>
            </div>
          ))}
        </dl>
      )}
      {deep.length > 0 && (
        <TerminalOutput
          label="Returned values"
          title={deep.map(([name]) => factWords(name)).join(', ')}
          text={JSON.stringify(Object.fromEntries(deep), null, 2)}
          maxHeightPx={220}
        />
      )}
    </>
  );
}

/** `memoryTotalBytes` → `memory total bytes`. */
function factWords(name: string): string {
  return name.replace(
    /([a-z])([A-Z])/g,
    (_all, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}
