import classes from './text.module.css';

/** Keys as small caps: `mod+K` → Ctrl K, `g d` → G then D. */
export function KeyHint(props: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keyNames(props.keys).map((name) => (
        <kbd key={name} className={classes.key}>
          {name}
        </kbd>
      ))}
    </span>
  );
}

/** The keys of a shortcut as people read them. */
export function keyNames(keys: string): string[] {
  return keys.split(/[+\s]/).map((key) => {
    if (key === 'mod') return 'Ctrl';
    return key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1);
  });
}
