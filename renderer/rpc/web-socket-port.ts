import { AppError } from '../../contract/lib/errors.ts';
import { createSignal } from '../../contract/lib/signal.ts';
import type { Port } from '../../contract/rpc/port.ts';

/** Opens a port to a headless control centre; rejects with `offline` when it cannot be reached or refuses the token. */
export function openWebSocketPort(options: { url: string; token: string }): Promise<Port> {
  return new Promise((resolve, reject) => {
    // A token in the sub-protocol list stays out of addresses, logs and the history of the browser.
    const socket = new WebSocket(options.url, ['muster', `token.${options.token}`]);
    const frames = createSignal<unknown>(reportError);
    const closed = createSignal<void>(reportError);
    let open = false;

    socket.addEventListener('open', () => {
      open = true;
      resolve({
        send: (frame) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
        },
        onFrame: (listener) => frames.on(listener),
        onClose: (listener) => closed.on(listener),
        close: () => socket.close(),
      });
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (typeof event.data !== 'string') return;
      frames.emit(JSON.parse(event.data));
    });
    socket.addEventListener('close', () => {
      if (open) closed.emit();
      else reject(new AppError('offline', 'The control centre does not answer, or refuses this address.'));
    });
  });
}

function reportError(error: unknown): void {
  console.error(error);
}
