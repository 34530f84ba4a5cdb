export type Unsubscribe = () => void;

/** Tells facts to whoever listens. A listener that throws does not keep the others from hearing. */
export interface Signal<T> {
  on(listener: (value: T) => void): Unsubscribe;
  emit(value: T): void;
}

/** `onError` receives what a listener threw; without it the first such error is thrown when all have heard. */
export function createSignal<T>(onError?: (error: unknown) => void): Signal<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(value) {
      const thrown: unknown[] = [];
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (error) {
          if (onError) onError(error);
          else thrown.push(error);
        }
      }
      if (thrown.length > 0) throw thrown[0];
    },
  };
}
