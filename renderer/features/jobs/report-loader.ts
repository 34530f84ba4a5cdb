import type { Job, JobResult } from '../../../contract/model/job.ts';
import type { RpcClient } from '../../../contract/rpc/client.ts';
import type { ReportRow } from './job-csv.ts';

/** Devices asked for at a time, and what is taken of each stream: about 6 MB an answer at the most. */
const BATCH = 50;
const OUTPUT_LIMIT_BYTES = 64 * 1024;

/** Fetches every result with its output for a report, in the order of names; `onProgress` hears how many have come. */
export async function loadReportRows(options: {
  client: Pick<RpcClient, 'call'>;
  job: Job;
  results: ReadonlyMap<string, JobResult>;
  nameOf: (mac: string) => string;
  onProgress: (loaded: number) => void;
}): Promise<ReportRow[]> {
  const { client, job, results, nameOf, onProgress } = options;
  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const macs = [...results.keys()].sort((a, b) => order.compare(nameOf(a), nameOf(b)));
  const rows: ReportRow[] = [];
  for (let from = 0; from < macs.length; from += BATCH) {
    const part = macs.slice(from, from + BATCH);
    const answer = await client.call('jobs.show', {
      jobId: job.id,
      macs: part,
      outputLimitBytes: OUTPUT_LIMIT_BYTES,
    });
    const byMac = new Map(answer.results.map((result) => [result.mac, result]));
    for (const mac of part) {
      const result = byMac.get(mac);
      if (result) rows.push({ name: nameOf(mac), result });
    }
    onProgress(rows.length);
  }
  return rows;
}
