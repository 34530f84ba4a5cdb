import { AppError } from './errors.ts';

/** A part with a life: does nothing before `start`, holds nothing after `stop` or after a `start` that failed. */
export interface Service {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/**
 * Starts services in order, stops those already started when one fails, and stops in reverse order. A stop during the
 * start waits for the service that is starting, stops what runs, and lets the start fail with `cancelled`. What cannot
 * be stopped does not keep the others from being stopped: `stop` then throws an AggregateError.
 */
export function group(name: string, services: readonly Service[]): Service {
  const running: Service[] = [];
  let starting: Promise<void> | undefined;
  let stopAsked = false;

  async function stopRunning(): Promise<void> {
    const failures: unknown[] = [];
    for (let service = running.pop(); service; service = running.pop()) {
      try {
        await service.stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${name} did not stop cleanly.`);
  }

  /** The reason of the failed start comes first; a failed roll-back is told as its cause. */
  async function rollBack(reason: unknown): Promise<never> {
    try {
      await stopRunning();
    } catch (failure) {
      const cause = new AggregateError([reason, failure], `${name} did not start, and did not stop cleanly.`);
      if (reason instanceof AppError) throw new AppError(reason.code, reason.message, reason.data, { cause });
      throw cause;
    }
    throw reason;
  }

  async function startAll(): Promise<void> {
    for (const service of services) {
      if (stopAsked) break;
      try {
        await service.start();
        running.push(service);
      } catch (error) {
        await rollBack(error);
      }
    }
    if (stopAsked) await rollBack(new AppError('cancelled', `${name} was stopped while it started.`));
  }

  return {
    name,
    start() {
      stopAsked = false;
      starting = startAll().finally(() => {
        starting = undefined;
      });
      return starting;
    },
    async stop() {
      stopAsked = true;
      // Whoever called `start` hears how it ended; here only that it has.
      await starting?.catch(() => undefined);
      await stopRunning();
    },
  };
}
