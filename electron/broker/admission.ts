import type { Socket } from 'node:net';

/** Why a connection was refused before it could say who it is. */
export type AdmissionRefusal =
  | 'connection-limit'
  | 'pending-limit'
  | 'pending-limit-address'
  | 'connect-timeout';

/** What is needed of a TCP connection. */
export type AdmittedSocket = Pick<Socket, 'remoteAddress' | 'destroy' | 'once'>;

/** A TCP connection that was let in. */
export interface Ticket {
  readonly remoteAddress: string;
  /** To be called when the client has authenticated: it no longer counts as pending. */
  accept(): void;
}

interface AdmissionDependencies {
  limits: {
    connectTimeoutMs: number;
    connections: number;
    pendingConnections: number;
    pendingPerAddress: number;
  };
  onRefused: (reason: AdmissionRefusal, remoteAddress: string) => void;
}

/**
 * Bounds what strangers can hold open. A connection has its time to authenticate; when too many wait, the one that has
 * waited longest makes room, because an honest client is done within milliseconds.
 */
export function createAdmission({ limits, onRefused }: AdmissionDependencies) {
  let open = 0;
  // In order of arrival.
  const pending = new Map<AdmittedSocket, { address: string; timer: NodeJS.Timeout }>();
  const pendingByAddress = new Map<string, number>();

  function settle(socket: AdmittedSocket): void {
    const entry = pending.get(socket);
    if (!entry) return;
    clearTimeout(entry.timer);
    pending.delete(socket);
    const left = (pendingByAddress.get(entry.address) ?? 1) - 1;
    if (left > 0) pendingByAddress.set(entry.address, left);
    else pendingByAddress.delete(entry.address);
  }

  function refuse(socket: AdmittedSocket, address: string, reason: AdmissionRefusal): void {
    settle(socket);
    socket.destroy();
    onRefused(reason, address);
  }

  /** Lets a new TCP connection in, or destroys it and returns undefined. `exempt`: the control centre's own door. */
  function admit(socket: AdmittedSocket, { exempt }: { exempt: boolean }): Ticket | undefined {
    const address = normaliseAddress(socket.remoteAddress);
    if (!exempt) {
      if (open >= limits.connections) {
        refuse(socket, address, 'connection-limit');
        return undefined;
      }
      if (!isLoopback(address) && (pendingByAddress.get(address) ?? 0) >= limits.pendingPerAddress) {
        refuse(socket, address, 'pending-limit-address');
        return undefined;
      }
      const oldest = pending.entries().next().value;
      if (oldest && pending.size >= limits.pendingConnections)
        refuse(oldest[0], oldest[1].address, 'pending-limit');
    }
    open += 1;
    const timer = setTimeout(() => refuse(socket, address, 'connect-timeout'), limits.connectTimeoutMs);
    pending.set(socket, { address, timer });
    pendingByAddress.set(address, (pendingByAddress.get(address) ?? 0) + 1);
    socket.once('close', () => {
      open -= 1;
      settle(socket);
    });
    return { remoteAddress: address, accept: () => settle(socket) };
  }

  return { admit, openConnections: () => open, pendingConnections: () => pending.size };
}
export type Admission = ReturnType<typeof createAdmission>;

/** An IPv4 address without the prefix that a dual-stack socket gives it; empty when the peer is already gone. */
export function normaliseAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
