import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorBody } from '../../../contract/lib/errors.ts';
import type { AuditEntry } from '../../../contract/model/audit.ts';
import { useCall } from '../../rpc/rpc-context.tsx';
import { useActivities, useConnectionStatus } from '../../state/hooks.ts';

const PAGE = 200;
const TYPING_MS = 200;

export interface AuditPages {
  entries: readonly AuditEntry[];
  more: boolean;
  loading: boolean;
  error: ErrorBody | undefined;
  loadMore: () => Promise<void>;
}

/** The newest entries that match, and older ones on demand. Read again when something was done. */
export function useAuditPages(siteId: string | undefined, text: string): AuditPages {
  const [pages, setPages] = useState<{ entries: readonly AuditEntry[]; more: boolean }>({
    entries: [],
    more: false,
  });
  const { run, pending, error } = useCall();
  const { generation } = useConnectionStatus();
  const newestActivity = useActivities()[0]?.id;
  const request = useRef(0);
  const filter = text.trim();

  const read = useCallback(
    async (beforeSeq?: number) => {
      request.current += 1;
      const mine = request.current;
      const output = await run('audit.list', {
        limit: PAGE,
        ...(siteId === undefined ? {} : { siteId }),
        ...(filter === '' ? {} : { text: filter }),
        ...(beforeSeq === undefined ? {} : { beforeSeq }),
      });
      // A later question has its own answer.
      if (!output || mine !== request.current) return;
      setPages((old) => ({
        entries: beforeSeq === undefined ? output.entries : [...old.entries, ...output.entries],
        more: output.entries.length === PAGE,
      }));
    },
    [run, siteId, filter],
  );

  const depends = `${generation}/${newestActivity ?? ''}`;
  useEffect(() => {
    if (depends.startsWith('0/')) return;
    const timer = setTimeout(() => void read(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [read, depends]);

  const lastSeq = pages.entries.at(-1)?.seq;
  return { ...pages, loading: pending, error, loadMore: () => read(lastSeq) };
}
