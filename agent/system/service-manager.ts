import { execFile } from 'node:child_process';
import { findProgram } from './programs.ts';

/**
 * Tells systemd how the agent does. Node has no datagram sockets of the Unix kind, so systemd-notify says it; the unit
 * must allow that with NotifyAccess=all.
 */
export interface ServiceManager {
  /** Says that the agent works and, when there is a watchdog, keeps saying so for as long as it is healthy. */
  ready(): void;
  stopping(): void;
  stop(): void;
}

export function createServiceManager(options: {
  notifySocket: string | undefined;
  watchdogMs: number;
  /** Whether the watchdog is to be told that all is well. */
  isHealthy: () => boolean;
  onProblem: (error: unknown) => void;
}): ServiceManager {
  const program = options.notifySocket === undefined ? undefined : findProgram('systemd-notify');
  let timer: NodeJS.Timeout | undefined;

  function notify(...states: string[]): void {
    if (program === undefined || options.notifySocket === undefined) return;
    const env = { NOTIFY_SOCKET: options.notifySocket };
    execFile(program, states, { env, timeout: 10_000 }, (error) => {
      if (error) options.onProblem(error);
    });
  }

  return {
    ready() {
      notify('--ready');
      if (options.watchdogMs > 0) {
        timer = setInterval(() => {
          if (options.isHealthy()) notify('WATCHDOG=1');
        }, options.watchdogMs / 3);
      }
    },
    stopping: () => notify('STOPPING=1'),
    stop() {
      clearInterval(timer);
    },
  };
}
