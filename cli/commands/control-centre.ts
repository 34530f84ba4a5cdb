import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { CommonOptions } from '../command.ts';
import { addCommand, type CommandContext, wholeNumber, withCentre, writeJson } from '../command.ts';
import type { ControlCentre } from '../control-centre.ts';
import { readControlFile } from '../control-centre.ts';
import { EXIT } from '../exit-code.ts';
import { chooseSite } from '../site-choice.ts';
import { formatFacts, formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { counted, relativeTime } from '../text.ts';

/** Commands about the control centre itself: status, open, audit, demo. */
export function addControlCentreCommands(program: Command, context: CommandContext): void {
  const status = addCommand(program, 'status', 'what the control centre is and how its sites are');
  status.action(() =>
    withCentre(context, status, async ({ centre, terminal, options }) => {
      const summary = summarise(centre);
      if (options.json) await writeJson(terminal, summary);
      else await printStatus(terminal, centre, summary);
      return EXIT.ok;
    }),
  );

  const open = addCommand(program, 'open', 'show the interface in a browser').option(
    '--print',
    'print the address only; it holds the key to this control centre, so keep it to yourself',
  );
  open.action(async () => {
    const { data, json, print } = open.optsWithGlobals<CommonOptions & { print?: boolean }>();
    const { terminal, environment } = context;
    const { url, token } = await readControlFile(data ?? environment.dataFolder);
    const address = `${url.replace(/^ws/, 'http').replace(/\/rpc$/, '/')}#token=${token}`;
    if (json) await writeJson(terminal, { url: address });
    else await terminal.out(`${address}\n`);
    if (!print && !json && terminal.isInteractive && environment.hasDesktop) openBrowser(address);
  });

  const audit = addCommand(program, 'audit', 'who did what to what, newest first')
    .option('--limit <count>', 'how many (default: 100)', wholeNumber(1, 1000))
    .option('--text <words>', 'only entries with these words')
    .option('--verify', 'check that no entry was changed or taken away');
  audit.action(() =>
    withCentre<{ limit?: number; text?: string; verify?: boolean }>(
      context,
      audit,
      async ({ centre, terminal, options, fleet }) => {
        if (options.verify) return verifyAudit(centre, terminal, options.json === true);
        const site = options.site === undefined ? undefined : chooseSite(fleet.sites, options.site);
        const { entries } = await centre.client.call('audit.list', {
          ...(site ? { siteId: site.id } : {}),
          ...(options.text === undefined ? {} : { text: options.text }),
          limit: options.limit ?? 100,
        });
        if (options.json) {
          for (const entry of entries) await writeJson(terminal, entry);
          return EXIT.ok;
        }
        const now = terminal.now();
        const rows = entries.map(({ seq, at, actor, action, target, detail }) => [
          String(seq),
          relativeTime(at, now),
          actor,
          action,
          target,
          detail,
        ]);
        await terminal.out(formatTable(['NO', 'WHEN', 'WHO', 'DID', 'TO', 'DETAIL'], rows, terminal));
        return EXIT.ok;
      },
    ),
  );

  const demo = program.command('demo').description('a site with real agents that run on this machine');
  const start = addCommand(demo, 'start', 'start demo devices, or more of them').option(
    '--count <count>',
    'how many (default: 3)',
    wholeNumber(1, 50),
  );
  start.action(() =>
    withCentre<{ count?: number }>(context, start, async ({ centre, terminal, options }) => {
      const { count } = options;
      const site = await centre.client.call('demo.start', count === undefined ? {} : { count });
      if (options.json) await writeJson(terminal, site);
      else await terminal.out(`${site.name} (${site.id}) on ${site.brokerUrl}\n`);
      return EXIT.ok;
    }),
  );
  const stop = addCommand(demo, 'stop', 'end the demo devices and take their site away');
  stop.action(() =>
    withCentre(context, stop, async ({ centre, terminal, options }) => {
      await centre.client.call('demo.stop', {});
      if (options.json) await writeJson(terminal, {});
      else await terminal.out('The demo is gone.\n');
      return EXIT.ok;
    }),
  );
}

async function verifyAudit(centre: ControlCentre, terminal: Terminal, json: boolean): Promise<number> {
  const report = await centre.client.call('audit.verify', {});
  const { entries, brokenAtSeq } = report;
  if (json) await writeJson(terminal, report);
  else if (brokenAtSeq === null)
    await terminal.out(`${counted(entries, 'entry').replace('entrys', 'entries')}: the chain is whole\n`);
  else
    await terminal.out(
      `The chain is broken at entry ${brokenAtSeq}: it or one before it was changed or taken away.\n`,
    );
  return brokenAtSeq === null ? EXIT.ok : EXIT.failed;
}

function summarise(centre: ControlCentre) {
  const devices = centre.devices();
  const linked = devices.filter((device) => device.linked);
  const online = linked.filter((device) => device.online).length;
  return {
    ...centre.session,
    sites: [...centre.sites.values()],
    devices: {
      linked: linked.length,
      online,
      notOnline: linked.length - online,
      discovered: devices.length - linked.length,
      alarms: linked.filter(({ alarms }) => alarms.length > 0).length,
    },
    jobs: {
      running: centre.jobs.filter(({ state }) => state === 'running').length,
      waiting: centre.jobs.filter(({ state }) => state === 'waiting').length,
    },
  };
}

async function printStatus(
  terminal: Terminal,
  { session }: ControlCentre,
  { sites, devices, jobs }: ReturnType<typeof summarise>,
): Promise<void> {
  const facts: [string, string][] = [
    ['Control centre', `${session.version} (${session.host}), ${session.dataFolder}`],
    ['You', `${session.actor}, ${session.role}`],
    [
      'Devices',
      `${devices.online} of ${devices.linked} linked online, ${devices.discovered} not linked` +
        (devices.alarms > 0 ? `, ${devices.alarms} with alarms` : ''),
    ],
    ['Jobs', `${jobs.running} running, ${jobs.waiting} waiting for devices`],
  ];
  const now = terminal.now();
  for (const { name, demo, brokerUrl, connection } of sites) {
    const since = relativeTime(connection.since, now);
    const detail = connection.detail ? `: ${connection.detail}` : '';
    facts.push([
      `Site ${name}${demo ? ' (demo)' : ''}`,
      `${connection.state} (${since}), ${brokerUrl}${detail}`,
    ]);
  }
  await terminal.out(formatFacts(facts, terminal.hasColour));
  if (sites.length === 0)
    await terminal.err('There is no site yet: muster site add NAME, or muster demo start\n');
}

/** Failing to open is no error: the address is on the screen. */
function openBrowser(address: string): void {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['explorer.exe'] : ['xdg-open'];
  if (!program) return;
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
