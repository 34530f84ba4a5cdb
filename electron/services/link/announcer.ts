import { networkInterfaces } from 'node:os';
import { Bonjour } from 'bonjour-service';

/**
 * Makes an embedded broker known by mDNS (`_muster._tcp`), so that agents find it when this machine's address changes.
 * One responder for each interface; trust does not rest on it. Answers how to end it.
 */
export function announceBroker(
  siteId: string,
  siteName: string,
  port: number,
  onError: (error: unknown) => void,
): () => void {
  const responders = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => {
      // These go through to multicast-dns; the library's types do not know them. Bound to the interface's own address,
      // as it would be by itself, a socket hears no query on Linux.
      const bind: object = { interface: entry.address, bind: '0.0.0.0' };
      const responder = new Bonjour(bind, onError);
      responder.publish({
        name: `Muster ${siteName} ${siteId.slice(0, 6)}`.slice(0, 60),
        type: 'muster',
        port,
        txt: { site: siteId },
      });
      return responder;
    });
  return () => {
    for (const responder of responders) responder.unpublishAll(() => responder.destroy());
  };
}
