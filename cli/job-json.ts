import type { Job, JobResult, JobResultWithOutput, OutputStream } from '../contract/model/job.ts';
import type { RpcClient } from '../contract/rpc/client.ts';
import { readOutput } from './job-output.ts';
import type { Terminal } from './terminal.ts';

/** Results that are asked for at once: their output is at most this many times the limit below, twice. */
const RESULTS_PER_CALL = 50;
/** Output up to here comes with the results; more is read and written page by page. */
const INLINE_LIMIT_BYTES = 64 * 1024;

/**
 * Writes a job with all results and their whole kept output as one JSON document in one line. It is written in
 * parts, so that output of any size needs little memory; `output.stdout.kept` tells what was kept.
 */
export async function writeJobJson(
  { client, terminal }: { client: RpcClient; terminal: Terminal },
  job: Job,
  results: readonly JobResult[],
): Promise<void> {
  await terminal.out(`${JSON.stringify(job).slice(0, -1)},"results":[`);
  let separator = '';
  for (let start = 0; start < results.length; start += RESULTS_PER_CALL) {
    const macs = results.slice(start, start + RESULTS_PER_CALL).map(({ mac }) => mac);
    const page = await client.call('jobs.show', {
      jobId: job.id,
      macs,
      outputLimitBytes: INLINE_LIMIT_BYTES,
    });
    for (const result of page.results) {
      await terminal.out(separator);
      await writeResult({ client, terminal }, job.id, result);
      separator = ',';
    }
  }
  await terminal.out(']}\n');
}

async function writeResult(
  { client, terminal }: { client: RpcClient; terminal: Terminal },
  jobId: string,
  { stdout, stderr, stdoutEncoding, stderrEncoding, ...result }: JobResultWithOutput,
): Promise<void> {
  const isWhole = (stream: OutputStream, text: string): boolean => {
    const kept = result.output?.[stream].kept;
    if (kept) return kept.reduce((sum, { length }) => sum + length, 0) <= INLINE_LIMIT_BYTES;
    // While it runs nobody has counted yet: a text near the limit may have been cut. A character has up to four bytes.
    return Buffer.byteLength(text) < INLINE_LIMIT_BYTES - 4;
  };
  await terminal.out(JSON.stringify(result).slice(0, -1));
  const streams = [
    ['stdout', stdout, stdoutEncoding],
    ['stderr', stderr, stderrEncoding],
  ] as const;
  for (const [stream, text, encoding] of streams) {
    if (isWhole(stream, text)) {
      await terminal.out(`,"${stream}":${JSON.stringify(text)},"${stream}Encoding":"${encoding}"`);
    } else {
      const isText = await isUtf8(client, jobId, result.mac, stream);
      await terminal.out(`,"${stream}":"`);
      await writeLongString({ client, terminal }, { jobId, mac: result.mac, stream }, isText);
      await terminal.out(`","${stream}Encoding":"${isText ? 'utf8' : 'base64'}"`);
    }
  }
  await terminal.out('}');
}

async function isUtf8(client: RpcClient, jobId: string, mac: string, stream: OutputStream): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const { bytes } of readOutput(client, { jobId, mac, stream }))
      decoder.decode(bytes, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function writeLongString(
  { client, terminal }: { client: RpcClient; terminal: Terminal },
  position: { jobId: string; mac: string; stream: OutputStream },
  isText: boolean,
): Promise<void> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const writeText = (text: string): Promise<void> => terminal.out(JSON.stringify(text).slice(1, -1));
  // Base64 goes by threes: what is left of a page waits for the next one.
  let rest: Buffer = Buffer.alloc(0);
  for await (const { bytes } of readOutput(client, position)) {
    if (isText) {
      await writeText(decoder.decode(bytes, { stream: true }));
    } else {
      const joined = Buffer.concat([rest, bytes]);
      const usable = joined.length - (joined.length % 3);
      rest = joined.subarray(usable);
      await writeText(joined.toString('base64', 0, usable));
    }
  }
  await writeText(isText ? decoder.decode() : rest.toString('base64'));
}
