import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../contract/lib/errors.ts';
import { BrokerSettings, type ConnectionReport, type Site } from '../../contract/model/site.ts';
import {
  addCommand,
  type CommandContext,
  type Connected,
  wholeNumber,
  withCentre,
  writeJson,
} from '../command.ts';
import { confirm } from '../confirm.ts';
import { EXIT } from '../exit-code.ts';
import { chooseSite } from '../site-choice.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { counted, paint, plainText } from '../text.ts';

interface BrokerOptions {
  readonly broker?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly deviceUsername?: string;
  readonly devicePasswordFile?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly root?: string;
}
interface AddOptions extends BrokerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly force?: boolean;
}

const FILE_LIMIT_BYTES = 64 * 1024;

/** `muster site …` */
export function addSiteCommands(program: Command, context: CommandContext): void {
  const site = program.command('site').description('sites: a fleet and its broker');

  const add = addBrokerOptions(
    addCommand(site, 'add <name>', 'start a site here, or join a broker with --broker'),
  )
    .option('--port <port>', 'port of the broker in this machine (default: 8883)', wholeNumber(0, 65_535))
    .option('--host <address>', 'address it listens on (default: all)')
    .option('--force', 'keep the site although its broker cannot be reached now');
  add.action((name: string) =>
    withCentre<AddOptions>(context, add, async (connected) => {
      const created = await addSite(connected, name);
      if (connected.options.json) await writeJson(connected.terminal, created);
      else await connected.terminal.out(`${created.name} (${created.id}) on ${created.brokerUrl}\n`);
      return EXIT.ok;
    }),
  );

  const list = addCommand(site, 'list', 'list sites and their connections');
  list.action(() =>
    withCentre(context, list, async ({ terminal, options, fleet }) => {
      if (options.json) for (const one of fleet.sites) await writeJson(terminal, one);
      else await printSites(terminal, fleet);
      return EXIT.ok;
    }),
  );

  const test = addBrokerOptions(
    addCommand(site, 'test [name]', 'test the connection of a site, or of a broker with --broker'),
  );
  test.action((name: string | undefined) =>
    withCentre<BrokerOptions>(context, test, async ({ centre, terminal, environment, options, fleet }) => {
      const input =
        options.broker === undefined
          ? { siteId: chooseSite(fleet.sites, name ?? options.site).id }
          : { broker: await brokerSettings(options, environment.brokerPassword, terminal) };
      const report = await centre.client.call('sites.test', input);
      if (options.json) await writeJson(terminal, report);
      else await printReport(terminal, report);
      return report.ok ? EXIT.ok : EXIT.failed;
    }),
  );

  for (const connect of [true, false]) {
    const word = connect ? 'connect' : 'disconnect';
    const command = addCommand(site, `${word} [name]`, `${word} a site; the choice is kept`);
    command.action((name: string | undefined) =>
      withCentre(context, command, async ({ centre, terminal, options, fleet }) => {
        const { id } = chooseSite(fleet.sites, name ?? options.site);
        const after = await centre.client.call('sites.connect', { siteId: id, connect });
        if (options.json) await writeJson(terminal, after);
        else await terminal.out(`${after.name}: ${after.connection.state}\n`);
        return EXIT.ok;
      }),
    );
  }

  const remove = addCommand(
    site,
    'remove <name>',
    'take a site with its devices, keys and history off this machine',
  ).option('--yes', 'do not ask');
  remove.action((name: string) =>
    withCentre<{ yes?: boolean }>(context, remove, async ({ centre, terminal, options, fleet }) => {
      const { id, name: siteName } = chooseSite(fleet.sites, name);
      const count = fleet.devices.filter(({ siteId, linked }) => siteId === id && linked).length;
      const what = `Remove the site ${siteName} with ${counted(count, 'linked device')}, its keys and its history`;
      await confirm(terminal, what, siteName, options.yes === true);
      await centre.client.call('sites.remove', { siteId: id, confirmName: siteName });
      if (options.json) await writeJson(terminal, { id, name: siteName });
      else await terminal.out(`${siteName}: removed\n`);
      return EXIT.ok;
    }),
  );
}

function addBrokerOptions(command: Command): Command {
  return command
    .option('--broker <url>', 'mqtt://host:1883, mqtts://host:8883, ws://host/path or wss://host/path')
    .option('--username <name>', 'user of the broker')
    .option(
      '--password-file <file>',
      'file with the password (- for standard input); or MUSTER_BROKER_PASSWORD',
    )
    .option('--device-username <name>', 'user that enrolment files give to devices (default: the same)')
    .option('--device-password-file <file>', 'file with that user’s password')
    .option('--ca <file>', 'certificate of the authority, PEM')
    .option('--cert <file>', 'client certificate, PEM')
    .option('--key <file>', 'key of the client certificate, PEM')
    .option('--server-name <name>', 'name in the broker’s certificate, where it is not the host')
    .option('--root <topic>', 'root topic (default: iotm-sys)');
}

async function addSite(
  { centre, terminal, environment, options }: Connected<AddOptions>,
  name: string,
): Promise<Site> {
  const { broker, host, port, root, force } = options;
  if (broker === undefined) {
    const embedded = {
      ...(port === undefined ? {} : { tlsPort: port }),
      ...(host === undefined ? {} : { host }),
      ...(root === undefined ? {} : { rootTopic: root }),
    };
    return centre.client.call('sites.create', { name, broker: embedded });
  }
  if (host !== undefined || port !== undefined) {
    throw new AppError(
      'invalid',
      '--host and --port are for a broker in this machine: leave them out with --broker.',
    );
  }
  return centre.client.call('sites.join', {
    name,
    broker: await brokerSettings(options, environment.brokerPassword, terminal),
    ...(force ? { force } : {}),
  });
}

async function brokerSettings(
  options: BrokerOptions,
  environmentPassword: string | undefined,
  terminal: Terminal,
): Promise<BrokerSettings> {
  const { broker, username, passwordFile, deviceUsername, devicePasswordFile } = options;
  const { ca, cert, key, serverName, root } = options;
  const readPassword = async (file: string): Promise<string> =>
    (await readText(file, terminal)).replace(/\r?\n$/, '');
  const password = passwordFile === undefined ? environmentPassword : await readPassword(passwordFile);
  const parsed = BrokerSettings.safeParse({
    url: broker,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(deviceUsername === undefined ? {} : { deviceUsername }),
    ...(devicePasswordFile === undefined ? {} : { devicePassword: await readPassword(devicePasswordFile) }),
    ...(ca === undefined ? {} : { caPem: await readText(ca, terminal) }),
    ...(cert === undefined ? {} : { clientCertPem: await readText(cert, terminal) }),
    ...(key === undefined ? {} : { clientKeyPem: await readText(key, terminal) }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(root === undefined ? {} : { rootTopic: root }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    'invalid',
    `The broker’s ${String(issue?.path[0] ?? 'settings')}: ${issue?.message ?? 'not valid'}.`,
  );
}

async function readText(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return (await terminal.readInput(FILE_LIMIT_BYTES)).toString('utf8');
  try {
    await using handle = await open(file, 'r');
    const buffer = Buffer.alloc(FILE_LIMIT_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('invalid', `The file ${file} could not be read: ${reason}.`, undefined, {
      cause: error,
    });
  }
}

async function printSites(terminal: Terminal, { sites, devices }: Connected<object>['fleet']): Promise<void> {
  const rows = sites.map((site) => {
    const linked = devices.filter(({ siteId, linked: isLinked }) => siteId === site.id && isLinked);
    const online = linked.filter((device) => device.online).length;
    return [
      site.demo ? `${site.name} (demo)` : site.name,
      site.id,
      site.brokerUrl,
      site.connection.state,
      `${online} of ${linked.length} online`,
      site.connection.detail,
    ];
  });
  await terminal.out(formatTable(['NAME', 'ID', 'BROKER', 'CONNECTION', 'DEVICES', ''], rows, terminal));
  if (rows.length === 0) await terminal.err('There is no site yet. Make one: muster site add NAME\n');
}

async function printReport(terminal: Terminal, report: ConnectionReport): Promise<void> {
  for (const { stage, ok, durationMs, detail, advice } of report.stages) {
    const mark = paint(ok ? 'ok    ' : 'failed', ok ? 'green' : 'red', terminal.hasColour);
    await terminal.out(
      `${stage.padEnd(8)} ${mark} ${durationMs.toFixed(0).padStart(5)} ms  ${plainText(detail)}\n`,
    );
    if (!ok && advice) await terminal.out(`${' '.repeat(26)}${plainText(advice)}\n`);
  }
}
