import type { Handlers } from '../../../contract/rpc/contract.ts';
import type { History } from '../history/history.ts';

/** Who did what: durable before the caller goes on. */
export interface Audit {
  record(entry: {
    siteId: string | null;
    actor: string;
    action: string;
    target: string;
    detail: string;
  }): Promise<void>;
  readonly handlers: Pick<Handlers, 'audit.list' | 'audit.verify'>;
}

export function createAudit({ history, now }: { history: History; now: () => number }): Audit {
  return {
    async record(entry) {
      await history.write(() => history.audit.append({ ...entry, at: new Date(now()).toISOString() }));
    },
    handlers: {
      'audit.list': ({ siteId, text, beforeSeq, limit }) => ({
        entries: history.audit.list({
          limit,
          ...(beforeSeq === undefined ? {} : { beforeSeq }),
          filter: { ...(siteId ? { siteId } : {}), ...(text ? { search: text } : {}) },
        }),
      }),
      async 'audit.verify'() {
        const verdict = await history.audit.verify();
        return verdict.ok
          ? { entries: verdict.entries, brokenAtSeq: null }
          : { entries: verdict.brokenSeq - 1, brokenAtSeq: verdict.brokenSeq };
      },
    },
  };
}
