import type { Job, JobResult, OutputStream } from '../contract/model/job.ts';
import type { RpcClient } from '../contract/rpc/client.ts';

/** A run of kept bytes; bytes between two runs were not kept. */
export interface OutputPart {
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface OutputPosition {
  readonly jobId: string;
  readonly mac: string;
  readonly stream: OutputStream;
}

/** A multiple of three, so that pages in a row can be turned into base64 one by one. */
const PAGE_BYTES = 3 * 64 * 1024;

/** What is kept of one stream from an offset to its present end, page by page. */
export async function* readOutput(
  client: RpcClient,
  { jobId, mac, stream }: OutputPosition,
  fromOffset = 0,
): AsyncGenerator<OutputPart> {
  let offset: number | null = fromOffset;
  while (offset !== null) {
    const page: { offset: number; data: string; nextOffset: number | null } = await client.call(
      'jobs.read-output',
      {
        jobId,
        mac,
        stream,
        offset,
        limitBytes: PAGE_BYTES,
      },
    );
    const bytes = Buffer.from(page.data, 'base64');
    if (bytes.length > 0) yield { offset: page.offset, bytes };
    // A stream that still grows has no end, and no more bytes for now.
    if (bytes.length === 0 && page.nextOffset === offset) return;
    offset = page.nextOffset;
  }
}

/** A job with all of its results; their output is read apart, page by page. */
export async function readJob(client: RpcClient, jobId: string): Promise<{ job: Job; results: JobResult[] }> {
  return client.call('jobs.show', { jobId, outputLimitBytes: 0 });
}
