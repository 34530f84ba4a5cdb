import { useState } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import type { OutputStream } from '../../../contract/model/job.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { gapsIn, NOTHING_READ, type OutputRead, readMore } from '../../state/stored-output.ts';
import { saveFile } from '../../ui/download.ts';
import { isBinary } from '../../ui/output-text.ts';

/** Downloads what was kept of a stream: text as one file with a line where something is missing, binary exactly. */
export function useDownload(jobId: string, mac: string, stream: OutputStream) {
  const client = useRpc();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorBody>();
  const download = async (): Promise<void> => {
    setPending(true);
    setError(undefined);
    try {
      const read = await readMore(client, { jobId, mac, stream }, NOTHING_READ, Number.POSITIVE_INFINITY);
      const name = `${mac}-${stream}-${jobId}`;
      if (read.parts.some((part) => isBinary(part.bytes))) saveRanges(name, read);
      else saveFile(`${name}.txt`, textParts(read), 'text/plain');
    } catch (thrown) {
      setError(toErrorBody(thrown));
    } finally {
      setPending(false);
    }
  };
  return { download, pending, error };
}

/** Binary ranges are files of their own: joined, they would be something that the device never printed. */
function saveRanges(name: string, read: OutputRead): void {
  for (const part of read.parts) {
    const range = read.parts.length > 1 ? `-from-byte-${part.offset}` : '';
    saveFile(`${name}${range}.bin`, [part.bytes], 'application/octet-stream');
  }
}

function textParts(read: OutputRead): BlobPart[] {
  const gaps = new Map(gapsIn(read).map((gap) => [gap.beforePart, gap.bytes]));
  return read.parts.flatMap((part, index) => {
    const missing = gaps.get(index);
    return missing === undefined ? [part.bytes] : [`\n[${formatBytes(missing)} were not kept]\n`, part.bytes];
  });
}
