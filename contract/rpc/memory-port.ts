import { createSignal } from '../lib/signal.ts';
import type { Frame, Port } from './port.ts';

/** Two ends of a channel inside one program. Frames arrive in a later microtask, as on a real one. */
export function createMemoryPorts(): [Port, Port] {
  const ends = [createSignal<unknown>(), createSignal<unknown>()] as const;
  const closed = createSignal<void>();
  let open = true;
  const end = (mine: 0 | 1): Port => ({
    send(frame: Frame) {
      if (!open) return;
      void Promise.resolve().then(() => ends[mine === 0 ? 1 : 0].emit(frame));
    },
    onFrame: (listener) => ends[mine].on(listener),
    onClose: (listener) => closed.on(listener),
    close() {
      if (!open) return;
      open = false;
      closed.emit();
    },
  });
  return [end(0), end(1)];
}
