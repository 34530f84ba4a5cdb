import { useCallback, useContext, useEffect, useState } from 'react';
import { AppError, type ErrorBody, toErrorBody } from '../../contract/lib/errors.ts';
import type { OutputStream, StreamSummary } from '../../contract/model/job.ts';
import { ClientContext } from '../rpc/client-context.ts';
import { addPart, type StreamPart } from './stream-parts.ts';

const READ_BYTES = 256 * 1024;
/** Of a long stream, the end is read too: that is where errors are. */
const TAIL_BYTES = 64 * 1024;

/** What one device printed on one stream of a job, as far as it was read. */
export interface JobStream {
  readonly parts: readonly StreamPart[];
  /** What there is to be read at this point has been read; until then the live text tells more. */
  readonly settled: boolean;
  readonly error: ErrorBody | undefined;
  /** Reads on from an offset, at most 256 KiB. */
  readMore(offset: number): void;
}

/**
 * Reads the start of a stream once `ready` (the watch stands, so that what comes later arrives live), and start and
 * end when `summary` says that it is finished. Key the component by job and stream: what was read is kept.
 */
export function useJobStream(options: {
  jobId: string;
  mac: string;
  stream: OutputStream;
  ready: boolean;
  summary: StreamSummary | undefined;
}): JobStream {
  const { jobId, mac, stream, ready, summary } = options;
  const client = useContext(ClientContext);
  if (!client) throw new AppError('internal', 'There is no RpcProvider above this component.');
  const [parts, setParts] = useState<readonly StreamPart[]>([]);
  const [settledFor, setSettledFor] = useState<number | 'start'>();
  const [error, setError] = useState<ErrorBody>();
  const totalBytes = summary?.bytes;

  const read = useCallback(
    async (offset: number, limitBytes: number, isCurrent: () => boolean): Promise<void> => {
      try {
        const output = await client.call('jobs.read-output', { jobId, mac, stream, offset, limitBytes });
        const part = { offset: output.offset, bytes: bytesOf(output.data) };
        if (isCurrent()) setParts((known) => addPart(known, part));
      } catch (thrown) {
        if (isCurrent()) setError(toErrorBody(thrown));
      }
    },
    [client, jobId, mac, stream],
  );

  useEffect(() => {
    if (!ready || totalBytes === 0) return;
    let current = true;
    const isCurrent = (): boolean => current;
    setError(undefined);
    const reads = [read(0, READ_BYTES, isCurrent)];
    if (totalBytes !== undefined && totalBytes > READ_BYTES) {
      reads.push(read(Math.max(READ_BYTES, totalBytes - TAIL_BYTES), TAIL_BYTES, isCurrent));
    }
    void Promise.all(reads).then(() => {
      if (isCurrent()) setSettledFor(totalBytes ?? 'start');
    });
    return () => {
      current = false;
    };
  }, [read, ready, totalBytes]);

  const readMore = useCallback(
    (offset: number) => {
      void read(offset, READ_BYTES, () => true);
    },
    [read],
  );
  return { parts, settled: settledFor === (totalBytes ?? 'start'), error, readMore };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
