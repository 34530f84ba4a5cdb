import { type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { AppError, type ErrorBody, toErrorBody } from '../../contract/lib/errors.ts';
import type { RpcClient } from '../../contract/rpc/client.ts';
import type { CallInput, CallName, CallOutput } from '../../contract/rpc/contract.ts';
import { ClientContext } from './client-context.ts';

export function RpcProvider(props: { client: RpcClient; children: ReactNode }) {
  return <ClientContext value={props.client}>{props.children}</ClientContext>;
}

/** The client of this window. It stays the same over reconnects. */
export function useRpc(): RpcClient {
  const client = useContext(ClientContext);
  if (!client) throw new AppError('internal', 'There is no RpcProvider above this component.');
  return client;
}

export interface Call {
  /** Resolves to the output, or to undefined when it failed; then `error` says why. */
  run<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N> | undefined>;
  pending: boolean;
  error: ErrorBody | undefined;
  clearError(): void;
}

/** Makes calls and keeps their state: the renderer's one place that turns errors into data. */
export function useCall(): Call {
  const client = useRpc();
  const [running, setRunning] = useState(0);
  const [error, setError] = useState<ErrorBody>();
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const run = useCallback(
    async <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N> | undefined> => {
      setRunning((count) => count + 1);
      setError(undefined);
      try {
        return await client.call(name, input);
      } catch (thrown) {
        if (mounted.current) setError(toErrorBody(thrown));
        return undefined;
      } finally {
        if (mounted.current) setRunning((count) => count - 1);
      }
    },
    [client],
  );
  const clearError = useCallback(() => setError(undefined), []);
  return { run, pending: running > 0, error, clearError };
}
