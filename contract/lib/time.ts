import { z } from 'zod';

/** A moment as ISO 8601 text in UTC, the only form in which time crosses a port, a topic or a file. */
export const Timestamp = z.iso.datetime({ offset: true }).max(40);

/** A duration as people say it: `< 0.1 s`, `0.2 s`, `3 min`, `2 h 5 min`, `4 days`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, durationMs) / 1000;
  if (seconds < 0.05) return '< 0.1 s';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}
