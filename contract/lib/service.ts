/** A part with a life: does nothing before `start`, holds nothing after `stop`. */
export interface Service {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/** Starts services in order, stops those already started when one fails, and stops in reverse order. */
export function group(name: string, services: readonly Service[]): Service {
  const running: Service[] = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let service = running.pop(); service; service = running.pop()) {
      try {
        await service.stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${name} did not stop cleanly.`);
  };
  const start = async (): Promise<void> => {
    for (const service of services) {
      try {
        await service.start();
        running.push(service);
      } catch (error) {
        await stop();
        throw error;
      }
    }
  };
  return { name, start, stop };
}
