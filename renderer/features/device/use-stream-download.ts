import { useState } from 'react';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import { type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import { useRpc } from '../../rpc/rpc-context.tsx';
import { NOTHING_READ, readMore, type StreamPlace, textOf } from '../../state/stored-output.ts';
import { saveFile } from '../../ui/download.ts';
import { isBinary } from '../../ui/output-text.ts';

/**
 * Saves all that was kept of a stream: a text as one file that says where something is missing; of binary data each
 * range as a file of its own, since joined they would be something that was never printed.
 */
export function useStreamDownload(place: StreamPlace, fileName: string) {
  const client = useRpc();
  const [error, setError] = useState<ErrorBody>();
  const download = async (): Promise<void> => {
    setError(undefined);
    try {
      const read = await readMore(client, place, NOTHING_READ, Number.POSITIVE_INFINITY);
      if (!read.parts.some((part) => isBinary(part.bytes))) {
        const text = textOf(read, (missing) => `[${formatBytes(missing)} were not kept here]`);
        saveFile(`${fileName}.txt`, [text], 'text/plain;charset=utf-8');
        return;
      }
      for (const part of read.parts) {
        const range = read.parts.length > 1 ? `-from-byte-${part.offset}` : '';
        saveFile(`${fileName}${range}.bin`, [part.bytes], 'application/octet-stream');
      }
    } catch (thrown) {
      setError(toErrorBody(thrown));
    }
  };
  return { download, error };
}
