import { hostname, networkInterfaces } from 'node:os';

/** IPv4 addresses at which devices of the LAN reach this machine, in the system's order. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
}

export function localHostName(): string {
  return hostname();
}
