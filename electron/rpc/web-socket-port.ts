import type { WebSocket } from 'ws';
import { createSignal } from '../../contract/lib/signal.ts';
import { FRAME_LIMIT_CHARS, type Port } from '../../contract/rpc/port.ts';

/** UTF-8 needs at most three bytes for each of JavaScript's characters. */
export const MESSAGE_LIMIT_BYTES = FRAME_LIMIT_CHARS * 3;
/** Bytes that may wait for a slow reader: more than the snapshot of the largest fleet. */
const BUFFER_LIMIT_BYTES = 64 * 1024 * 1024;

/** The serving end of a WebSocket as a port. `onProblem` gets a sentence when the port is closed for a reason. */
export function createServerSocketPort(
  socket: WebSocket,
  {
    onProblem,
    pingIntervalMs,
    bufferLimitBytes = BUFFER_LIMIT_BYTES,
  }: { onProblem: (sentence: string) => void; pingIntervalMs: number; bufferLimitBytes?: number | undefined },
): Port {
  const frames = createSignal<unknown>();
  const closed = createSignal<void>();
  let isAlive = true;

  const end = (sentence: string): void => {
    onProblem(sentence);
    socket.terminate();
  };
  const pinger = setInterval(() => {
    if (!isAlive) {
      end(`An interface did not answer for ${pingIntervalMs / 1000} s and was disconnected.`);
      return;
    }
    isAlive = false;
    socket.ping();
  }, pingIntervalMs);
  pinger.unref();

  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('message', (data, isBinary) => {
    isAlive = true;
    const text = isBinary ? undefined : String(data);
    if (text === undefined || text.length > FRAME_LIMIT_CHARS) {
      end(`An interface sent a message that is ${isBinary ? 'binary' : 'too large'} and was disconnected.`);
      return;
    }
    frames.emit(parseJson(text));
  });
  // A socket that fails also closes; what is left to do is to say why.
  socket.on('error', (error) => onProblem(`The connection to an interface failed: ${error.message}.`));
  socket.on('close', () => {
    clearInterval(pinger);
    closed.emit();
  });

  return {
    send(frame) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(JSON.stringify(frame));
      if (socket.bufferedAmount > bufferLimitBytes) {
        end(
          `An interface read too slowly: ${socket.bufferedAmount} bytes were waiting for it. It was disconnected.`,
        );
      }
    },
    onFrame: (listener) => frames.on(listener),
    onClose: (listener) => closed.on(listener),
    close: () => socket.close(1000),
  };
}

/** Undefined, which is no frame, where the text is no JSON: the RPC server then ends the port. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
