import type { Signer } from '../../../contract/wire/documents.ts';
import type { Trust } from '../../../contract/wire/messages/site.ts';
import { PROTOCOL_VERSION } from '../../../contract/wire/version.ts';
import type { StoredSite } from './stored-site.ts';

/** Tells all devices of a site who may command them. */
export interface TrustPublisher {
  /** Rejects `offline`. */
  publish(): Promise<void>;
  /**
   * Publishes once for all who ask within a moment: each publication goes to every device, and after a broker that lost
   * it a whole fleet asks.
   */
  soon(): void;
  /** Forgets who asked. */
  stop(): void;
}

const GATHER_MS = 250;

export function createTrustPublisher(options: {
  siteId: string;
  trust: StoredSite['trust'];
  signer(): Signer;
  /** Retained on the site's trust topic. */
  send(jws: string): Promise<void>;
  onError(error: unknown): void;
  gatherMs?: number;
}): TrustPublisher {
  const { siteId, gatherMs = GATHER_MS } = options;
  const { version, publicKey, name } = options.trust;
  let timer: NodeJS.Timeout | undefined;

  async function publish(): Promise<void> {
    const operators: Trust['operators'] = [{ publicKey, name, role: 'admin' }];
    const trust: Trust = { v: PROTOCOL_VERSION, site: siteId, version, operators };
    await options.send(await options.signer().sign('muster-trust', trust));
  }

  return {
    publish,
    soon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        publish().catch(options.onError);
      }, gatherMs);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
