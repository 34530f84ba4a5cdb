import { startControlCentre } from '../lib/control-centre.ts';
import type { Row } from '../lib/report.ts';
import { percentile, seconds } from '../lib/statistics.ts';

const RUNS = 10;

/** A built tree to the ready line of the headless host, on an empty data folder. */
export async function startUp(): Promise<Row[]> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const centre = await startControlCentre();
    times.push(centre.readyMs);
    await centre.stop();
  }
  const value = `p50 ${seconds(percentile(times, 0.5))}, p99 ${seconds(percentile(times, 0.99))}`;
  return [
    {
      part: 'start-up',
      what: 'headless start to ready',
      who: 'Muster',
      value,
      goal: '≤ 2 s',
      note: `${RUNS} runs, empty data folder`,
    },
  ];
}
