import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createConnection } from './rpc/connect.ts';
import { createPortOpener } from './rpc/host-port.ts';
import { createStores, fillStores } from './state/stores.ts';
import { createRouter } from './ui/router.tsx';

const connection = createConnection({
  openPort: createPortOpener(),
  onListenerError: (error) => console.error(error),
});
const stores = createStores(connection.status);
fillStores(stores, connection.client);
connection.start();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App client={connection.client} stores={stores} router={createRouter(window)} />
    </StrictMode>,
  );
}
