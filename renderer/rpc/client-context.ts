import { createContext } from 'react';
import type { RpcClient } from '../../contract/rpc/client.ts';

/** The client of this window; components reach it through `useRpc` in rpc-context.tsx. */
export const ClientContext = createContext<RpcClient | undefined>(undefined);
