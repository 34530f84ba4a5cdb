import { parentPort, workerData } from 'node:worker_threads';
import { toErrorBody } from '../../contract/lib/errors.ts';
import { createBroker } from './broker.ts';
import type { BrokerWorkerData, FromBrokerWorker, ToBrokerWorker } from './worker-messages.ts';

// Entry of the worker thread: passes messages between the broker and the main thread, and does nothing else.

const port = parentPort;
if (!port) throw new Error('The broker runs in a worker thread; start it with createEmbeddedBroker.');

const send = (message: FromBrokerWorker): void => port.postMessage(message);
const broker = createBroker({
  ...(workerData as BrokerWorkerData),
  onReport: (report) => send({ type: 'report', report }),
  onFatal: (error) => {
    // Outside of any promise: ends the thread with an 'error' event, after which the main thread starts a new one.
    setImmediate(() => {
      throw error;
    });
  },
});

port.on('message', (message: ToBrokerWorker) => {
  if (message.type === 'stop') {
    stop().catch((error: unknown) => send({ type: 'failed', error: toErrorBody(error) }));
    return;
  }
  try {
    if (message.type === 'put-accounts') broker.putAccounts(message.accounts);
    else if (message.type === 'remove-accounts') broker.removeAccounts(message.usernames);
    else broker.setTls(message.tls);
    send({ type: 'done', request: message.request });
  } catch (error) {
    send({ type: 'done', request: message.request, error: toErrorBody(error) });
  }
});

async function stop(): Promise<void> {
  await broker.stop();
  send({ type: 'stopped' });
}

broker.start().then(
  (ports) => send({ type: 'ready', ports }),
  (error: unknown) => send({ type: 'failed', error: toErrorBody(error) }),
);
