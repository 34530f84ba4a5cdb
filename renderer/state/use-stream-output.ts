import { useCallback, useEffect, useRef, useState } from 'react';
import { formatBytes } from '../../contract/lib/bytes.ts';
import { type ErrorBody, toErrorBody } from '../../contract/lib/errors.ts';
import { isFinal, type JobResult, type OutputStream } from '../../contract/model/job.ts';
import type { RpcClient } from '../../contract/rpc/client.ts';
import type { LiveOutput } from './live-output.ts';
import { bytesRead, NOTHING_READ, type OutputRead, readMore, textOf } from './stored-output.ts';

const FIRST_BYTES = 256 * 1024;
export const MORE_BYTES = 1024 * 1024;

export interface StreamOutput {
  readonly text: string;
  /** The first bytes of what was kept, to tell text from binary; undefined while it is live. */
  readonly firstBytes: Uint8Array | undefined;
  readonly shownBytes: number;
  /** Whether more was kept than has been read. */
  readonly more: boolean;
  /** Whether something is missing in the live text. */
  readonly gap: boolean;
  readonly pending: boolean;
  readonly error: ErrorBody | undefined;
  loadMore(bytes: number): void;
}

/**
 * One stream of one device: while it runs what was kept so far and then what comes, afterwards what was kept.
 * Reads only while the component is mounted.
 */
export function useStreamOutput(options: {
  client: Pick<RpcClient, 'call'>;
  result: JobResult;
  stream: OutputStream;
  /** What a watch of the job has heard of the stream. */
  live: LiveOutput | undefined;
}): StreamOutput {
  const { client, result, stream } = options;
  const { jobId, mac } = result;
  const final = isFinal(result.state);
  const total = result.output?.[stream].bytes;
  const [read, setRead] = useState<OutputRead>(NOTHING_READ);
  /** Whether `read` is what was kept at the end, and not what there was while it ran. */
  const [settled, setSettled] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorBody>();
  const current = useRef(0);

  const load = useCallback(
    (before: OutputRead, wantedBytes: number): void => {
      current.current += 1;
      const turn = current.current;
      setPending(true);
      setError(undefined);
      readMore(client, { jobId, mac, stream }, before, wantedBytes)
        .then(
          (next) => {
            if (turn !== current.current) return;
            setRead(next);
            setSettled(final);
          },
          (thrown: unknown) => turn === current.current && setError(toErrorBody(thrown)),
        )
        .finally(() => turn === current.current && setPending(false));
    },
    [client, jobId, mac, stream, final],
  );

  // At the end the stored output takes the place of what was shown live: it is what the device signed.
  useEffect(() => {
    if (final && total === 0) {
      setRead({ parts: [], nextOffset: null });
      setSettled(true);
    } else load(NOTHING_READ, FIRST_BYTES);
    return () => {
      current.current += 1;
    };
  }, [final, total, load]);

  const live = settled ? undefined : options.live;
  const stored = textOf(read, (missing) => `⋯ ${formatBytes(missing)} were not kept ⋯`);
  const first = read.parts[0]?.bytes;
  return {
    text: live === undefined ? stored : `${storedBefore(read, live.startOffset)}${live.text}`,
    firstBytes: settled ? first : undefined,
    shownBytes: bytesRead(read),
    more: live === undefined && read.nextOffset !== null && read.nextOffset > 0,
    gap: live?.gap ?? false,
    pending,
    error,
    loadMore: (bytes) => load(read, bytes),
  };
}

/** What was read of a stream before the live text begins, or a line that says what is not shown yet. */
function storedBefore(read: OutputRead, startOffset: number): string {
  if (startOffset === 0) return '';
  const [first] = read.parts;
  if (first?.offset !== 0) return `⋯ ${formatBytes(startOffset)} before this are shown when it ends ⋯\n`;
  const before = new TextDecoder().decode(first.bytes.subarray(0, startOffset));
  const missing = startOffset - first.bytes.length;
  return missing > 0 ? `${before}\n⋯ ${formatBytes(missing)} are shown when it ends ⋯\n` : before;
}
