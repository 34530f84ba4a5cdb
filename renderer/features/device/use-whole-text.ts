import { useEffect, useState } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { NOTHING_READ, readMore, textOf } from '../../state/stored-output.ts';

export interface WholeText {
  readonly text: string;
  readonly loading: boolean;
  readonly error: ErrorBody | undefined;
}

/** All that was kept of a finished job's standard output, as text. A gap is a line of its own that says so. */
export function useWholeText(jobId: string, mac: string): WholeText {
  const client = useRpc();
  const [state, setState] = useState<WholeText>({ text: '', loading: true, error: undefined });
  useEffect(() => {
    let current = true;
    readMore(client, { jobId, mac, stream: 'stdout' }, NOTHING_READ, Number.POSITIVE_INFINITY).then(
      (read) => {
        const text = textOf(read, (missing) => `[${formatBytes(missing)} of the log were not kept here]`);
        if (current) setState({ text, loading: false, error: undefined });
      },
      (thrown) => {
        if (current) setState({ text: '', loading: false, error: toErrorBody(thrown) });
      },
    );
    return () => {
      current = false;
    };
  }, [client, jobId, mac]);
  return state;
}
