import type { RpcClient } from '../../contract/rpc/client.ts';
import { hasMosquitto, startMosquitto } from '../../test/support/mosquitto.ts';
import { startControlCentre } from '../lib/control-centre.ts';
import type { Row } from '../lib/report.ts';
import { linkAll, startSimulatedFleet } from '../lib/simulated-fleet.ts';
import { percentile, seconds } from '../lib/statistics.ts';

const DEVICES = 1_000;
const RUNS = 20;

/** `true` on 1,000 simulated devices, until every result is stored, on the embedded broker and on a Mosquitto. */
export async function fleetCommand(): Promise<Row[]> {
  const rows = [await onEmbedded()];
  if (hasMosquitto()) rows.push(await onMosquitto());
  return rows;
}

async function onEmbedded(): Promise<Row> {
  const centre = await startControlCentre();
  try {
    const site = await centre.rpc.call('sites.create', {
      name: 'Bench',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    });
    return await measure(centre.rpc, centre.data, site.id, 'Muster, embedded broker, TLS');
  } finally {
    await centre.stop();
  }
}

async function onMosquitto(): Promise<Row> {
  const mosquitto = await startMosquitto({ users: { bench: 'bench-password' } });
  const centre = await startControlCentre();
  try {
    const broker = { url: mosquitto.url(), username: 'bench', password: 'bench-password' };
    const site = await centre.rpc.call('sites.join', { name: 'Bench', broker });
    return await measure(centre.rpc, centre.data, site.id, 'Muster, Mosquitto, plain');
  } finally {
    await centre.stop();
    await mosquitto.stop();
  }
}

async function measure(rpc: RpcClient, folder: string, siteId: string, who: string): Promise<Row> {
  const { file } = await rpc.call('enrolments.create', { siteId, uses: DEVICES, hours: 1 });
  const fleet = await startSimulatedFleet({ folder, enrolment: file, count: DEVICES, metrics: false });
  try {
    await linkAll(rpc, siteId, fleet.macs);
    await runOnAll(rpc, siteId);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await runOnAll(rpc, siteId));
    return {
      part: 'fleet-command',
      what: '`true` on 1,000 simulated devices, all results stored',
      who,
      value: `p50 ${seconds(percentile(times, 0.5))}, p99 ${seconds(percentile(times, 0.99))}`,
      goal: '≤ 1 s',
      note: `${RUNS} runs; signed requests, results and acknowledgements; devices in a process on the same two cores`,
    };
  } finally {
    await fleet.stop();
  }
}

/** Milliseconds from the call until the event that the job is finished, which is sent after its results are on disk. */
export async function runOnAll(rpc: RpcClient, siteId: string): Promise<number> {
  const startedMs = performance.now();
  let jobId = '';
  const finished = new Set<string>();
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (!finished.has(jobId)) return;
      off();
      resolve(performance.now() - startedMs);
    };
    const off = rpc.on('jobs.changed', ({ jobs }) => {
      for (const job of jobs) {
        if (!job.finishedAt) continue;
        if (job.id === jobId && job.state !== 'succeeded')
          reject(new Error(`The job ${job.id} ended as ${job.state}.`));
        finished.add(job.id);
      }
      check();
    });
    rpc
      .call('jobs.start', { siteId, op: 'shell.run', args: { command: 'true' }, target: { kind: 'all' } })
      .then(({ job }) => {
        jobId = job.id;
        check();
      }, reject);
  });
}
