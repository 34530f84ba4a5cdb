import { WebSocket } from 'ws';
import { AppError } from '../contract/lib/errors.ts';
import { createSignal } from '../contract/lib/signal.ts';
import { RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../contract/rpc/control-file.ts';
import { FRAME_LIMIT_CHARS, type Port } from '../contract/rpc/port.ts';

/** Answers may be larger than requests: a page of results with their output. */
const ANSWER_LIMIT_BYTES = 256 * 1024 * 1024;

/** Connects to a control centre; rejects with `offline` when nobody answers and `denied` when the token is not taken. */
export function openSocketPort({
  url,
  token,
  timeoutMs,
}: {
  url: string;
  token: string;
  timeoutMs: number;
}): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [RPC_SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${token}`], {
      handshakeTimeout: timeoutMs,
      maxPayload: ANSWER_LIMIT_BYTES,
      perMessageDeflate: false,
    });
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(refusedError(url, response.statusCode ?? 0));
    });
    // Stays for the socket's whole life: after opening, a failure also closes, which the port tells.
    socket.on('error', (error) => {
      reject(
        new AppError('offline', `No control centre answers at ${url} (${error.message}).`, undefined, {
          cause: error,
        }),
      );
    });
    socket.once('open', () => resolve(portOf(socket)));
  });
}

function refusedError(url: string, status: number): AppError {
  if (status === 401) {
    return new AppError(
      'denied',
      `The control centre at ${url} does not take this token: it was started anew.`,
    );
  }
  return new AppError('denied', `What answers at ${url} refused the connection (status ${status}).`);
}

function portOf(socket: WebSocket): Port {
  const frames = createSignal<unknown>();
  const closed = createSignal<void>();
  socket.on('message', (data) => frames.emit(JSON.parse(String(data))));
  socket.on('close', () => closed.emit());
  return {
    send(frame) {
      const text = JSON.stringify(frame);
      if (text.length > FRAME_LIMIT_CHARS) {
        throw new AppError(
          'too-large',
          'This is more than a control centre takes in one request: send less at once.',
        );
      }
      socket.send(text);
    },
    onFrame: (listener) => frames.on(listener),
    onClose: (listener) => closed.on(listener),
    close: () => socket.close(1000),
  };
}
