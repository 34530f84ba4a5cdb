import process from 'node:process';

/** Where an agent keeps what it must remember, unless `--state` says otherwise. */
export const DEFAULT_STATE_FOLDER = '/var/lib/muster-agent';

/** What the surroundings say: the only reading of environment variables in the agent. */
export interface Surroundings {
  /** Set by systemd for units of `Type=notify`. */
  readonly notifySocket: string | undefined;
  /** Systemd kills an agent that is silent for longer; 0 when there is no watchdog. */
  readonly watchdogMs: number;
  /** The environment that helper programs such as systemd-notify are started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function readSurroundings(environment: NodeJS.ProcessEnv = process.env): Surroundings {
  const watchdogUsec = Number(environment.WATCHDOG_USEC ?? '0');
  // The watchdog is meant for one process only; a child that inherits the variables must not answer for it.
  const forThisProcess =
    environment.WATCHDOG_PID === undefined || environment.WATCHDOG_PID === String(process.pid);
  return {
    notifySocket: environment.NOTIFY_SOCKET === '' ? undefined : environment.NOTIFY_SOCKET,
    watchdogMs: forThisProcess && Number.isFinite(watchdogUsec) ? watchdogUsec / 1000 : 0,
    environment,
  };
}
