import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Job } from '../../contract/model/job.ts';

/** Mirror of the newest jobs of all sites, newest first. Older ones come from `jobs.list`. */
export interface JobsState {
  jobs: readonly Job[];
  byId: ReadonlyMap<string, Job>;
}

export interface JobsStore {
  readonly store: StoreApi<JobsState>;
  snapshot(jobs: readonly Job[]): void;
  changed(jobs: readonly Job[]): void;
}

export function createJobsStore(): JobsStore {
  const store = createStore<JobsState>(() => ({ jobs: [], byId: new Map() }));
  const replace = (byId: ReadonlyMap<string, Job>): void =>
    store.setState({ byId, jobs: [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)) });
  return {
    store,
    snapshot: (jobs) => replace(new Map(jobs.map((job) => [job.id, job]))),
    changed(jobs) {
      const byId = new Map(store.getState().byId);
      for (const job of jobs) byId.set(job.id, job);
      replace(byId);
    },
  };
}
