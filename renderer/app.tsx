import type { RpcClient } from '../contract/rpc/client.ts';
import { RpcProvider } from './rpc/rpc-context.tsx';
import { type Stores, StoresContext } from './state/stores.ts';
import { type Router, RouterProvider } from './ui/router.tsx';
import { UiProvider } from './ui/ui-provider.tsx';

/** The window: providers, frame, screens. */
export function App(props: { client: RpcClient; stores: Stores; router: Router }) {
  return (
    <UiProvider>
      <RpcProvider client={props.client}>
        <StoresContext value={props.stores}>
          <RouterProvider router={props.router}>
            <main />
          </RouterProvider>
        </StoresContext>
      </RpcProvider>
    </UiProvider>
  );
}
