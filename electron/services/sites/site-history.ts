import type { History } from '../history/history.ts';

const JOBS_AT_ONCE = 10;
const EVENTS_AT_ONCE = 2_000;

/**
 * Removes jobs with results and output, and device events of a site, in slices, so that other sites go on meanwhile.
 * Audit entries stay: their chain must not break. Measurements age out by themselves.
 */
export async function removeHistory({ jobs, events }: History, siteId: string): Promise<void> {
  const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  while (jobs.removeOfSite(siteId, JOBS_AT_ONCE) > 0) await pause();
  while (events.removeOfSite(siteId, EVENTS_AT_ONCE) > 0) await pause();
}
