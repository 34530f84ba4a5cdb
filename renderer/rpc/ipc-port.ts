import { createSignal } from '../../contract/lib/signal.ts';
import type { Frame, Port } from '../../contract/rpc/port.ts';

/** What the preload script of the Electron host gives to the page: two functions, plain data only. */
export interface MusterBridge {
  send(frame: Frame): void;
  onFrame(listener: (frame: unknown) => void): unknown;
}

declare global {
  interface Window {
    readonly muster?: MusterBridge;
  }
}

/** A port over the Electron bridge. It lives as long as the window, so it never closes by itself. */
export function createIpcPort(bridge: MusterBridge): Port {
  const frames = createSignal<unknown>((error) => console.error(error));
  const closed = createSignal<void>((error) => console.error(error));
  bridge.onFrame((frame) => frames.emit(frame));
  return {
    send: (frame) => bridge.send(frame),
    onFrame: (listener) => frames.on(listener),
    onClose: (listener) => closed.on(listener),
    close: () => closed.emit(),
  };
}
