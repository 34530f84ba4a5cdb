import { useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AppError, type ErrorBody, toErrorBody } from '../../contract/lib/errors.ts';
import type { Job, JobResult, OutputStream } from '../../contract/model/job.ts';
import { ClientContext } from '../rpc/client-context.ts';
import { useConnectionStatus, useJob, useStores } from './hooks.ts';
import { appendOutput, createLiveOutput, type LiveOutput } from './live-output.ts';

interface WatchState {
  jobId: string;
  job: Job | undefined;
  results: ReadonlyMap<string, JobResult>;
  output: ReadonlyMap<string, LiveOutput>;
  error: ErrorBody | undefined;
  loading: boolean;
}

export interface WatchedJob extends WatchState {
  /** Live text of one device's stream since the watch began; undefined while nothing came. */
  outputOf(mac: string, stream: OutputStream): LiveOutput | undefined;
}

/** A job with its results and output, live while the component is mounted; renewed on every reconnect. */
export function useWatchedJob(jobId: string): WatchedJob {
  const client = useContext(ClientContext);
  if (!client) throw new AppError('internal', 'There is no RpcProvider above this component.');
  const { queue } = useStores();
  const { generation } = useConnectionStatus();
  const [store] = useState(createWatchStore);

  useEffect(() => {
    if (generation === 0) return;
    // After a reconnect the same job keeps what it has; another job begins empty.
    if (store.getState().jobId !== jobId) store.setState(emptyWatch(jobId));
    let ended = false;
    const change = (run: () => void): void =>
      queue.add(() => {
        if (!ended) run();
      });
    const subscriptions = [
      client.on('jobs.results', (body) => {
        if (body.jobId === jobId) change(() => addResults(store, body.results));
      }),
      client.on('jobs.output', (body) => {
        if (body.jobId === jobId) change(() => addOutput(store, body));
      }),
    ];
    client.call('jobs.watch', { jobId }).then(
      ({ job, results }) =>
        change(() => {
          // Events that came before this answer are newer or equal: they are kept.
          const merged = new Map(results.map((result) => [result.mac, result]));
          for (const [mac, result] of store.getState().results) {
            const known = merged.get(mac);
            if (!known || known.since <= result.since) merged.set(mac, result);
          }
          store.setState({ job, results: merged, loading: false, error: undefined });
        }),
      (error) => change(() => store.setState({ error: toErrorBody(error), loading: false })),
    );
    return () => {
      ended = true;
      for (const unsubscribe of subscriptions) unsubscribe();
      client.call('jobs.unwatch', { jobId }).catch((error: unknown) => {
        // Without a connection there is nothing to unwatch: the session's end did it.
        if (toErrorBody(error).code !== 'offline') console.warn(error);
      });
    };
  }, [client, store, queue, jobId, generation]);

  const kept = useStore(store);
  const state = kept.jobId === jobId ? kept : emptyWatch(jobId);
  const job = useJob(jobId) ?? state.job;
  return { ...state, job, outputOf: (mac, stream) => state.output.get(`${mac}/${stream}`) };
}

function emptyWatch(jobId: string): WatchState {
  return { jobId, job: undefined, results: new Map(), output: new Map(), error: undefined, loading: true };
}

function createWatchStore(): StoreApi<WatchState> {
  return createStore<WatchState>(() => emptyWatch(''));
}

function addResults(store: StoreApi<WatchState>, results: readonly JobResult[]): void {
  const next = new Map(store.getState().results);
  for (const result of results) next.set(result.mac, result);
  store.setState({ results: next });
}

function addOutput(
  store: StoreApi<WatchState>,
  chunk: { mac: string; stream: OutputStream; offset: number; data: string },
): void {
  const key = `${chunk.mac}/${chunk.stream}`;
  const output = new Map(store.getState().output);
  output.set(key, appendOutput(output.get(key) ?? createLiveOutput(chunk.offset), chunk.offset, chunk.data));
  store.setState({ output });
}
