import { isIPv4 } from 'node:net';

/** Looks for a site's broker on the local network. */
export interface BrokerFinder {
  /** `mqtts` addresses of the site's broker, as they are announced; empty when none is heard in time. */
  find(): Promise<string[]>;
}

const LISTEN_MS = 2_000;
const MOST_ADDRESSES = 8;

/**
 * Asks by mDNS for `_muster._tcp` with TXT `site=<siteId>`, once an interface. An announcement proves nothing: the
 * address is only used with the site's certificate authority, so a false one leads nowhere.
 */
export function createBrokerFinder(options: {
  siteId: string;
  /** IPv4 addresses of the interfaces to ask on. */
  interfaces: () => string[];
  /** Hears of an interface that cannot be asked. */
  onError: (error: unknown) => void;
}): BrokerFinder {
  return {
    async find() {
      const addresses = options.interfaces();
      if (addresses.length === 0) return [];
      // Loaded only when the broker is lost: it costs memory.
      const { Bonjour } = await import('bonjour-service');
      const found = new Set<string>();
      const searches = addresses.map((address) => {
        // Its types do not name these options, which it hands on to multicast-dns. Bound to the interface's own
        // address, as it would be by itself, a socket hears no multicast on Linux.
        const onInterface: object = { interface: address, bind: '0.0.0.0' };
        const bonjour = new Bonjour(onInterface, options.onError);
        const browser = bonjour.find({ type: 'muster', protocol: 'tcp' }, (service) => {
          const txt: unknown = service.txt;
          const site = typeof txt === 'object' && txt !== null && 'site' in txt ? txt.site : undefined;
          if (site !== options.siteId || !Number.isInteger(service.port)) return;
          // The sender's own address first: it is the one that is known to be reachable.
          const heard = [service.referer?.address, ...(service.addresses ?? [])];
          for (const host of heard) {
            if (host !== undefined && isIPv4(host) && found.size < MOST_ADDRESSES)
              found.add(`mqtts://${host}:${service.port}`);
          }
        });
        return { bonjour, browser };
      });
      await new Promise((resolve) => setTimeout(resolve, LISTEN_MS));
      for (const { bonjour, browser } of searches) {
        browser.stop();
        bonjour.destroy();
      }
      return [...found];
    },
  };
}
