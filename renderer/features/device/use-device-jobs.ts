import { useEffect, useState } from 'react';
import type { ErrorBody } from '../../../contract/lib/errors.ts';
import { toErrorBody } from '../../../contract/lib/errors.ts';
import type { CallOutput } from '../../../contract/rpc/contract.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { useConnectionStatus } from '../../state/hooks.ts';

export type DeviceJob = CallOutput<'jobs.of-device'>['items'][number];

export interface DeviceJobs {
  readonly items: readonly DeviceJob[];
  readonly loading: boolean;
  readonly error: ErrorBody | undefined;
}

/** No more than one reading in this time, however fast jobs change. */
const PAUSE_MS = 400;

/** A device's own jobs, newest first; read again when a job of its site has changed. */
export function useDeviceJobs(siteId: string, mac: string, limit: number): DeviceJobs {
  const client = useRpc();
  const { generation } = useConnectionStatus();
  const [jobs, setJobs] = useState<DeviceJobs>({ items: [], loading: true, error: undefined });

  useEffect(() => {
    if (generation === 0) return;
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      client.call('jobs.of-device', { siteId, mac, limit }).then(
        ({ items }) => {
          if (!ended) setJobs({ items, loading: false, error: undefined });
        },
        (thrown) => {
          if (!ended) setJobs((known) => ({ ...known, loading: false, error: toErrorBody(thrown) }));
        },
      );
    };
    const unsubscribe = client.on('jobs.changed', (body) => {
      if (timer !== undefined || !body.jobs.some((job) => job.siteId === siteId)) return;
      timer = setTimeout(() => {
        timer = undefined;
        read();
      }, PAUSE_MS);
    });
    read();
    return () => {
      ended = true;
      clearTimeout(timer);
      unsubscribe();
    };
  }, [client, siteId, mac, limit, generation]);

  return jobs;
}
