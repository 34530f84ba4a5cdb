// Run by history.kill.test.ts: commits jobs with results, output and audit entries, prints the number of each once it
// is durable, until it is killed. Half of the commits are shared ones.
import { createHistory } from './history.ts';
import { SITE, sampleJob, sampleMac, sampleResult } from './history-sample.ts';

const [, , path = ''] = process.argv;
const history = createHistory({
  path,
  onReport: (report) => process.stdout.write(`report ${report.message}\n`),
});
await history.start();
const [newest] = history.jobs.list({ limit: 1 });
let count = newest ? Number(newest.id) : 0;
process.stdout.write(`opened ${count}\n`);

function writeJob(index: number): void {
  const id = String(index);
  history.jobs.insert(sampleJob(id));
  for (let device = 0; device < 20; device += 1) {
    history.results.insert(sampleResult(id, sampleMac(device)));
    history.output.append(id, sampleMac(device), 'stdout', 0, Buffer.from(`output of job ${id}`));
  }
  history.results.update(id, sampleMac(0), { state: 'succeeded' });
  history.audit.append({
    at: new Date().toISOString(),
    siteId: SITE,
    actor: 'Ada',
    action: 'run',
    target: id,
    detail: '',
  });
}

for (;;) {
  count += 1;
  const index = count;
  if (index % 2 === 0) history.transaction(() => writeJob(index));
  else await history.write(() => writeJob(index));
  process.stdout.write(`saved ${index}\n`);
  // Lets the child see the end of its output, as the transactions alone never give way.
  await new Promise((resolve) => setImmediate(resolve));
}
