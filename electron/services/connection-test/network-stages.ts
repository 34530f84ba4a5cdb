import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import type { BrokerAddress } from './broker-address.ts';
import { codeOf, type Finding, failed, inSeconds, messageOf, passed, type StageOutcome } from './stage.ts';

const ADDRESSES_MAXIMUM = 4;

/** Stage `name`: finds the addresses of the host, or says that it is one already. */
export async function resolveName(
  host: string,
  { signal, limitMs }: { signal: AbortSignal; limitMs: number },
): Promise<StageOutcome<string[]>> {
  if (isIP(host) !== 0) return passed([host], `${host} is an address; there is no name to look up.`);
  try {
    const found = await Promise.race([lookup(host, { all: true, verbatim: true }), rejectOnAbort(signal)]);
    const addresses = [...new Set(found.map(({ address }) => address))].slice(0, ADDRESSES_MAXIMUM);
    return passed(addresses, `${host} is ${addresses.join(', ')}.`);
  } catch (error) {
    return failed(describeNameError(error, host, limitMs));
  }
}

function describeNameError(error: unknown, host: string, limitMs: number): Finding {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return {
      detail: `There is no host called ${host} on this network.`,
      advice: 'Check the spelling, or enter the broker’s IP address instead of its name.',
    };
  }
  if (code === 'EAI_AGAIN' || code === 'ETIMEOUT' || isAbort(error)) {
    return {
      detail: `No name server answered within ${inSeconds(limitMs)} when asked for ${host}.`,
      advice:
        'Check this machine’s network connection, or enter the broker’s IP address instead of its name.',
    };
  }
  return {
    detail: `The name ${host} cannot be looked up: ${messageOf(error)}.`,
    advice: 'Enter the broker’s IP address instead of its name.',
  };
}

/** Stage `tcp`: connects to the first address that answers. */
export async function connectTcp(
  addresses: readonly string[],
  address: BrokerAddress,
  { signal, limitMs }: { signal: AbortSignal; limitMs: number },
): Promise<StageOutcome<Socket>> {
  let firstError: unknown;
  for (const candidate of addresses) {
    try {
      const socket = await open(candidate, address.port, signal);
      return passed(socket, `Connected to ${candidate}, port ${address.port}.`);
    } catch (error) {
      firstError ??= error;
      if (signal.aborted) break;
    }
  }
  return failed(describeTcpError(firstError, address, limitMs));
}

/** Opens a TCP connection with TCP_NODELAY; rejects with the system's error or the signal's reason. */
function open(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    const settle = (): void => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      settle();
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      settle();
      reject(error);
    });
  });
}

function describeTcpError(error: unknown, { host, port }: BrokerAddress, limitMs: number): Finding {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return {
        detail: `${host} is there, but nothing listens on port ${port}.`,
        advice:
          'Check that the broker is running and the port is right. Mosquitto 2 listens on its own machine only until its configuration has a “listener” line.',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return {
        detail: `There is no way from this machine to ${host}.`,
        advice:
          'Check that both are on the same network, and that this machine’s cable or wireless connection is up.',
      };
    case 'ECONNRESET':
    case 'EPIPE':
      return {
        detail: `${host} ended the connection to port ${port} at once.`,
        advice: 'A firewall or an access list of the broker may turn this machine away.',
      };
    case 'EACCES':
    case 'EPERM':
      return {
        detail: `This machine’s own firewall forbids the connection to ${host}, port ${port}.`,
        advice: 'Allow outgoing connections to this port.',
      };
    default:
      if (isAbort(error) || codeOf(error) === 'ETIMEDOUT') {
        return {
          detail: `${host} did not answer on port ${port} within ${inSeconds(limitMs)}.`,
          advice:
            'Check that the broker’s machine is switched on and reachable, and that no firewall drops this port.',
        };
      }
      return {
        detail: `The connection to ${host}, port ${port}, failed: ${messageOf(error)}.`,
        advice: 'Check the address and the port.',
      };
  }
}

/** True for the reason of an abort signal, a time limit included. */
export function isAbort(error: unknown): boolean {
  const name = (error as { name?: unknown } | undefined)?.name;
  return name === 'TimeoutError' || name === 'AbortError';
}

/** A promise that only ever rejects, with the signal's reason. */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
