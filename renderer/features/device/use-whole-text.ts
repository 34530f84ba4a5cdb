import { useEffect, useState } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { readWholeStream } from '../../state/job-stream.ts';

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
    const gap = (missing: number): Uint8Array =>
      new TextEncoder().encode(`\n[${formatBytes(missing)} of the log were not kept here]\n`);
    readWholeStream(client, { jobId, mac, stream: 'stdout' }, gap).then(
      (chunks) => {
        if (!current) return;
        const decoder = new TextDecoder();
        const text =
          chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
        setState({ text, loading: false, error: undefined });
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
