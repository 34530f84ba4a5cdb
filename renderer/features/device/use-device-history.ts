import { useEffect, useState } from 'react';
import type { ErrorBody } from '../../../contract/lib/errors.ts';
import { toErrorBody } from '../../../contract/lib/errors.ts';
import type { MetricsPoint, MetricsRange } from '../../../contract/model/metrics.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { useConnectionStatus, useMetrics } from '../../state/hooks.ts';
import { appendPoint } from './metrics-history.ts';

export interface DeviceHistory {
  readonly points: readonly MetricsPoint[];
  readonly loading: boolean;
  readonly error: ErrorBody | undefined;
}

/** A device's measurements over a range: read once a connection, then continued by the live ones. */
export function useDeviceHistory(siteId: string, mac: string, range: MetricsRange): DeviceHistory {
  const client = useRpc();
  const { generation } = useConnectionStatus();
  const metrics = useMetrics(siteId, mac);
  const [history, setHistory] = useState<DeviceHistory>({ points: [], loading: true, error: undefined });

  useEffect(() => {
    if (generation === 0) return;
    let current = true;
    setHistory({ points: [], loading: true, error: undefined });
    client.call('devices.metrics', { siteId, mac, range }).then(
      ({ points }) => {
        if (current) setHistory({ points, loading: false, error: undefined });
      },
      (thrown) => {
        if (current) setHistory({ points: [], loading: false, error: toErrorBody(thrown) });
      },
    );
    return () => {
      current = false;
    };
  }, [client, siteId, mac, range, generation]);

  const { loading } = history;
  useEffect(() => {
    if (!metrics) return;
    setHistory((known) => {
      // What came while the past was being read is added as soon as it is here.
      if (loading || known.loading) return known;
      const points = appendPoint(known.points, metrics, range);
      return points === known.points ? known : { ...known, points };
    });
  }, [metrics, range, loading]);

  return history;
}
