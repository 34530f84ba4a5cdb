import type { ErrorBody } from '../../contract/lib/errors.ts';
import type { Account } from './account.ts';
import type { BrokerLimits } from './broker-limits.ts';
import type { BrokerReport } from './broker-report.ts';
import type { ListenerSettings, TlsIdentity } from './listener.ts';

/** What the worker is started with. */
export interface BrokerWorkerData {
  rootTopic: string;
  listeners: readonly ListenerSettings[];
  tls: TlsIdentity | undefined;
  accounts: readonly Account[];
  limits: BrokerLimits;
}

/** Main thread to worker. Each but `stop` is answered with `done` and its number. */
export type ToBrokerWorker =
  | { type: 'put-accounts'; request: number; accounts: readonly Account[] }
  | { type: 'remove-accounts'; request: number; usernames: readonly string[] }
  | { type: 'set-tls'; request: number; tls: TlsIdentity }
  | { type: 'stop' };

/** Worker to main thread. `failed` and `ready` answer the start, `stopped` the stop. */
export type FromBrokerWorker =
  | { type: 'ready'; ports: Record<string, number> }
  | { type: 'failed'; error: ErrorBody }
  | { type: 'done'; request: number; error?: ErrorBody }
  | { type: 'report'; report: BrokerReport }
  | { type: 'stopped' };
