import { clockTime, exactTime } from './relative-time.tsx';

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g;

/** A sentence whose ISO moments are told in the person's own zone: the time alone on the same day, with the date otherwise. */
export function readableTimes(text: string, nowMs: number): string {
  return text.replace(ISO, (iso) => {
    const at = new Date(iso);
    if (Number.isNaN(at.getTime())) return iso;
    const sameDay = at.toDateString() === new Date(nowMs).toDateString();
    return sameDay ? clockTime(iso) : exactTime(iso);
  });
}
