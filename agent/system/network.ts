import { AppError } from '../../contract/lib/errors.ts';
import { type Mac, parseMac } from '../../contract/model/mac.ts';
import type { Machine } from './machine.ts';

const PREFERENCE = [/^eth0$/, /^end0$/, /^en/, /^eth/, /^wlan/, /^wl/];
const VIRTUAL = /^(lo|docker|veth|br-|virbr|vnet|tun|tap|wg|bond|dummy|sit|ip6tnl)/;

/** The address by which people know this device: that of its first real network interface. Throws `not-found`. */
export function detectMac(machine: Machine): Mac {
  const rank = (name: string): number => {
    const place = PREFERENCE.findIndex((pattern) => pattern.test(name));
    return place < 0 ? PREFERENCE.length : place;
  };
  const names = machine
    .list('/sys/class/net')
    .filter((name) => !VIRTUAL.test(name) && !machine.exists(`/sys/class/net/${name}/bridge`))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  for (const name of names) {
    const address = machine.readText(`/sys/class/net/${name}/address`)?.trim();
    if (address === undefined) continue;
    try {
      return parseMac(address);
    } catch (error) {
      if (!(error instanceof AppError)) throw error; // all zeroes, or not an Ethernet address: the next one
    }
  }
  throw new AppError(
    'not-found',
    'This device has no network interface with an address. Give one with --mac, as printed on the device.',
  );
}
