import { AppError, checkValue, fromErrorBody } from '../lib/errors.ts';
import { createSignal, type Signal, type Unsubscribe } from '../lib/signal.ts';
import {
  type CallInput,
  type CallName,
  type CallOutput,
  type EventBody,
  type EventName,
  events,
} from './contract.ts';
import { Frame, type Port } from './port.ts';

/** The calling side of the contract on one port. */
export interface RpcClient {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  on<N extends EventName>(name: N, listener: (body: EventBody<N>) => void): Unsubscribe;
  onClose(listener: () => void): Unsubscribe;
  close(): void;
}

/** When the port closes, every pending call fails with `offline`. Outputs come from our own control centre and are not parsed again. */
export function createRpcClient(port: Port, onListenerError: (error: unknown) => void): RpcClient {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: AppError): void }>();
  const signals = new Map<string, Signal<unknown>>();
  let nextId = 1;
  let closed = false;

  port.onFrame((raw) => {
    const checked = checkValue(Frame, raw);
    if (!checked.ok) return;
    const frame = checked.value;
    if (frame.t === 'event') {
      signals.get(frame.name)?.emit(frame.body);
    } else if (frame.t === 'ok') {
      pending.get(frame.id)?.resolve(frame.output);
      pending.delete(frame.id);
    } else if (frame.t === 'fail') {
      pending.get(frame.id)?.reject(fromErrorBody(frame.error));
      pending.delete(frame.id);
    }
  });
  port.onClose(() => {
    closed = true;
    for (const { reject } of pending.values()) {
      reject(new AppError('offline', 'The connection to the control centre was lost before it answered.'));
    }
    pending.clear();
  });

  return {
    call<N extends CallName>(name: N, input: CallInput<N>) {
      return new Promise<CallOutput<N>>((resolve, reject) => {
        if (closed) {
          reject(new AppError('offline', 'There is no connection to the control centre.'));
          return;
        }
        const id = nextId;
        nextId += 1;
        pending.set(id, { resolve: (value) => resolve(value as CallOutput<N>), reject });
        try {
          port.send({ t: 'call', id, name, input });
        } catch (cause) {
          pending.delete(id);
          const reason = cause instanceof Error ? cause.message : String(cause);
          reject(new AppError('internal', `The call could not be sent: ${reason}`, undefined, { cause }));
        }
      });
    },
    on<N extends EventName>(name: N, listener: (body: EventBody<N>) => void) {
      if (!Object.hasOwn(events, name)) throw new AppError('internal', `There is no event ${name}.`);
      const existing = signals.get(name) ?? createSignal<unknown>(onListenerError);
      signals.set(name, existing);
      return existing.on((body) => listener(body as EventBody<N>));
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  };
}
