import type { Command } from 'commander';
import type { Job } from '../../contract/model/job.ts';
import { addCommand, type CommandContext, type Connected, wholeNumber, withCentre } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { checkJobId, type JobOptions, namesOf, showJob } from '../job-command.ts';
import { writeJobJson } from '../job-json.ts';
import { readJob } from '../job-output.ts';
import { reportJob, writeRawOutput } from '../job-report.ts';
import { chooseSite } from '../site-choice.ts';
import { formatTable } from '../table.ts';
import { resolveMacs, splitList } from '../targets.ts';
import { relativeTime } from '../text.ts';
import { addJobOptions } from './run.ts';

interface DeviceChoice {
  readonly device?: string;
}

/** `muster jobs`, and what can be done with one job. */
export function addJobCommands(program: Command, context: CommandContext): void {
  const jobs = addCommand(program, 'jobs', 'list jobs, newest first')
    .option('--device <mac>', 'only jobs of this device')
    .option('--limit <count>', 'how many (default: 20)', wholeNumber(1, 1000));
  jobs.action(() =>
    withCentre<DeviceChoice & { limit?: number }>(context, jobs, async (connected) => {
      await listJobs(connected);
      return EXIT.ok;
    }),
  );

  const one = (name: string, description: string): Command => addCommand(jobs, `${name} <id>`, description);

  const show = one('show', 'show a job, each different result once')
    .option('--device <mac,…>', 'only the results of these devices')
    .option('--raw', 'write exactly the bytes that devices printed');
  show.action((id: string) =>
    withCentre<DeviceChoice & { raw?: boolean }>(
      context,
      show,
      async ({ centre, terminal, options, fleet }) => {
        const { client } = centre;
        const { job, results: all } = await readJob(client, checkJobId(id));
        const macs = chosenMacs(options, job, fleet);
        const results = macs ? all.filter(({ mac }) => macs.includes(mac)) : all;
        if (options.json) await writeJobJson({ client, terminal }, job, results);
        else if (options.raw) await writeRawOutput({ client, terminal }, job.id, results);
        else await reportJob({ client, terminal, nameOf: namesOf({ centre }, job) }, job, results);
        return EXIT.ok;
      },
    ),
  );

  const watch = one('watch', 'follow a job to its end; the exit code tells its outcome');
  addJobOptions(watch).action((id: string) =>
    withCentre<JobOptions>(context, watch, async (connected) => {
      const { job } = await readJob(connected.centre.client, checkJobId(id));
      return showJob(connected, job);
    }),
  );

  const cancel = one('cancel', 'end what runs and take back what waits').option(
    '--device <mac,…>',
    'only on these devices',
  );
  cancel.action((id: string) =>
    withCentre<DeviceChoice>(context, cancel, async ({ centre, terminal, options, fleet }) => {
      const jobId = checkJobId(id);
      const { job } = await readJob(centre.client, jobId);
      const macs = chosenMacs(options, job, fleet);
      await centre.client.call('jobs.cancel', { jobId, ...(macs ? { macs } : {}) });
      const { job: after, results } = await readJob(centre.client, jobId);
      if (options.json) await writeJobJson({ client: centre.client, terminal }, after, results);
      else
        await reportJob(
          { client: centre.client, terminal, nameOf: namesOf({ centre }, after) },
          after,
          results,
        );
      return EXIT.ok;
    }),
  );

  const retry = one('retry', 'run a job anew on the devices that did not succeed').option(
    '--device <mac,…>',
    'only on these devices',
  );
  addJobOptions(retry).action((id: string) =>
    withCentre<JobOptions & DeviceChoice>(context, retry, async (connected) => {
      const { centre, options, fleet } = connected;
      const jobId = checkJobId(id);
      const { job: before } = await readJob(centre.client, jobId);
      const macs = chosenMacs(options, before, fleet);
      const { job } = await centre.client.call('jobs.retry', { jobId, ...(macs ? { macs } : {}) });
      return showJob(connected, job);
    }),
  );
}

function chosenMacs(
  { device }: DeviceChoice,
  job: Job,
  fleet: Connected<object>['fleet'],
): string[] | undefined {
  if (device === undefined) return undefined;
  const { target } = resolveMacs(splitList(device), job.siteId, fleet);
  return target.kind === 'devices' ? target.macs : undefined;
}

async function listJobs({ centre, terminal, options, fleet }: Connected<DeviceChoice & { limit?: number }>) {
  const { client } = centre;
  const device =
    options.device === undefined ? undefined : resolveMacs([options.device], options.site, fleet);
  const mac = device?.target.kind === 'devices' ? device.target.macs[0] : undefined;
  const site =
    device?.site ?? (options.site === undefined ? undefined : chooseSite(fleet.sites, options.site));
  const { jobs } = await client.call('jobs.list', {
    ...(site ? { siteId: site.id } : {}),
    ...(mac ? { mac } : {}),
    limit: options.limit ?? 20,
  });
  if (options.json) {
    for (const job of jobs) {
      const { results } = await readJob(client, job.id);
      await writeJobJson({ client, terminal }, job, results);
    }
    return;
  }
  const now = terminal.now();
  const rows = jobs.map((job) => [
    job.id,
    relativeTime(job.createdAt, now),
    job.createdBy,
    job.state,
    progressText(job),
    job.title,
  ]);
  const header = ['ID', 'WHEN', 'BY', 'STATE', 'DEVICES', 'WHAT'];
  await terminal.out(formatTable(header, rows, terminal));
  if (rows.length === 0) await terminal.err('There are no jobs yet. Try: muster run --all -- uptime\n');
}

/** `3 of 5`, and what did not go well. */
function progressText({ total, counts }: Job): string {
  const { succeeded = 0, queued = 0 } = counts;
  const bad = (['failed', 'rejected', 'interrupted', 'timed-out', 'cancelled'] as const).flatMap((state) =>
    counts[state] ? [`${counts[state]} ${state}`] : [],
  );
  const rest = queued > 0 ? [`${queued} waiting`] : [];
  return [`${succeeded} of ${total} ok`, ...bad, ...rest].join(', ');
}
