import type { Topics } from '../../contract/wire/topics.ts';
import type { Connection } from './connection.ts';
import type { SiteDocuments } from './site-documents.ts';

/** Keeps the session subscribed to what this device is to hear. */
export interface Subscriptions {
  /** For a new session: everything anew. Throws `offline`, `denied`. */
  begin(): Promise<void>;
  end(): void;
}

export function createSubscriptions(options: {
  topics: Topics;
  mac: string;
  documents: SiteDocuments;
  connection: Pick<Connection, 'subscribe' | 'unsubscribe'>;
  onProblem: (event: string, error: unknown) => void;
}): Subscriptions {
  const { topics, mac, documents, connection } = options;
  /** Undefined while there is no session. */
  let groups: Set<string> | undefined;
  let unsubscribe: (() => void) | undefined;

  const groupTopics = (names: Iterable<string>): string[] =>
    [...names].map((name) => topics.groupRequest(name));

  /** Not waited for: a document is handled before the broker is answered, so its answer cannot be waited for here. */
  function follow(): void {
    if (!groups) return;
    const wanted = new Set(documents.groups);
    const added = [...wanted].filter((name) => !groups?.has(name));
    const removed = [...groups].filter((name) => !wanted.has(name));
    groups = wanted;
    const failed = (error: unknown): void => options.onProblem('groups-not-subscribed', error);
    if (removed.length > 0) connection.unsubscribe(groupTopics(removed)).catch(failed);
    if (added.length > 0) connection.subscribe(groupTopics(added)).catch(failed);
  }

  return {
    async begin() {
      groups = new Set(documents.groups);
      unsubscribe = documents.linkChanged.on(follow);
      const own = [topics.deviceRequest(mac), topics.allRequest, topics.trust, topics.link(mac)];
      await connection.subscribe([...own, ...groupTopics(groups)]);
    },
    end() {
      unsubscribe?.();
      groups = undefined;
    },
  };
}
