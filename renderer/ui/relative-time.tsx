import classes from './text.module.css';
import { useNow } from './ticker.ts';

const exact = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `4 days ago`; moments ahead as `in 3 min`. */
export function relativeText(atMs: number, nowMs: number): string {
  const distanceMs = nowMs - atMs;
  const ahead = distanceMs < -1_500;
  // “in 24 h” is said of what ends a moment before that.
  const span = spanText(ahead ? -distanceMs + 30_000 : Math.abs(distanceMs));
  if (span === '') return 'just now';
  return ahead ? `in ${span}` : `${span} ago`;
}

/** A span in its largest unit: `12 s`, `3 min`, `2 h`, `4 days`; empty below 2 s. */
export function spanText(spanMs: number): string {
  const seconds = Math.floor(spanMs / 1000);
  if (seconds < 2) return '';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** An ISO moment in full, in the person's own zone and language. */
export function exactTime(at: string): string {
  return exact.format(new Date(at));
}

/** Only the time of day: 14:02:11. */
export function clockTime(at: string): string {
  return clock.format(new Date(at));
}

/** How long ago, exact on hover. `span` leaves out “ago”, for columns named “Since”. */
export function RelativeTime(props: { at: string | null; span?: boolean; none?: string }) {
  const { at, span, none = '–' } = props;
  const text = useNow((nowMs) => {
    if (!at) return none;
    const atMs = Date.parse(at);
    return span ? spanText(nowMs - atMs) || 'now' : relativeText(atMs, nowMs);
  });
  if (!at) return <span className={classes.time}>{none}</span>;
  return (
    <time className={classes.time} dateTime={at} title={exactTime(at)}>
      {text}
    </time>
  );
}
