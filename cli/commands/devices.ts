import type { Command } from 'commander';
import { AppError } from '../../contract/lib/errors.ts';
import type { Device, DeviceEdit } from '../../contract/model/device.ts';
import { addCommand, type CommandContext, gather, withCentre, writeJson } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { chooseSite } from '../site-choice.ts';
import { formatTable } from '../table.ts';
import { resolveTarget, splitList, type TargetOptions } from '../targets.ts';
import type { Terminal } from '../terminal.ts';
import { counted, relativeTime } from '../text.ts';
import { addTargetOptions } from './run.ts';

interface FilterOptions {
  readonly tag?: string;
  readonly group?: string;
  readonly online?: boolean;
  readonly offline?: boolean;
  readonly linked?: boolean;
  readonly unlinked?: boolean;
}
interface EditOptions extends TargetOptions {
  readonly name?: string;
  readonly note?: string;
  readonly addTag?: string[];
  readonly removeTag?: string[];
  readonly addGroup?: string[];
  readonly removeGroup?: string[];
}

/** Devices: list, link, unlink, edit, forget. */
export function addDeviceCommands(program: Command, context: CommandContext): void {
  const list = addCommand(program, 'devices', 'list devices')
    .option('--tag <tag>', 'only those with this tag')
    .option('--group <group>', 'only those of this group')
    .option('--online', 'only those that are online')
    .option('--offline', 'only those that are not')
    .option('--linked', 'only those that are linked')
    .option('--unlinked', 'only those that announced themselves and are not linked');
  list.action(() =>
    withCentre<FilterOptions>(context, list, async ({ terminal, options, fleet }) => {
      const site = options.site === undefined ? undefined : chooseSite(fleet.sites, options.site);
      const devices = fleet.devices
        .filter((device) => (!site || device.siteId === site.id) && matches(device, options))
        .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.mac < b.mac ? -1 : 1));
      if (options.json) {
        for (const device of devices) await writeJson(terminal, device);
      } else {
        const siteNames = new Map(fleet.sites.map(({ id, name }) => [id, name]));
        await printDevices(terminal, devices, fleet.sites.length > 1 ? siteNames : undefined);
      }
      return EXIT.ok;
    }),
  );

  const link = addCommand(program, 'link <mac...>', 'link devices, so that they can be commanded')
    .option('--name <name>', 'what to call it; for one device only')
    .option('--tag <tag>', 'a tag; may be given several times', gather)
    .option('--group <group>', 'a group; may be given several times', gather)
    .option('--note <text>', 'a note');
  link.action((texts: string[]) =>
    withCentre<{ name?: string; tag?: string[]; group?: string[]; note?: string }>(
      context,
      link,
      async ({ centre, terminal, options, fleet }) => {
        const macs = texts.flatMap(splitList);
        const { name, tag, group, note } = options;
        if (name !== undefined && macs.length > 1) {
          throw new AppError(
            'invalid',
            'One name fits one device. Leave --name out, or link them one by one.',
          );
        }
        const edit: DeviceEdit = {
          ...(name === undefined ? {} : { name }),
          ...(tag ? { tags: tag } : {}),
          ...(group ? { groups: group } : {}),
          ...(note === undefined ? {} : { note }),
        };
        const site = chooseSite(fleet.sites, options.site);
        const { results } = await centre.client.call('devices.link', { siteId: site.id, macs, edit });
        for (const { text, device, error, already } of results) {
          if (options.json) await writeJson(terminal, device ?? { text, error });
          else if (device) {
            await terminal.out(`${device.mac} ${device.name}: ${already ? 'was linked before' : 'linked'}\n`);
          }
          if (error) await terminal.err(`${text}: ${error.message}\n`);
        }
        if (results.every(({ error }) => error === null)) return EXIT.ok;
        return results.every(({ error }) => error?.code === 'invalid') ? EXIT.usage : EXIT.failed;
      },
    ),
  );

  const unlink = addCommand(program, 'unlink [targets]', 'unlink devices; they refuse every request then');
  addTargetOptions(unlink).action((text: string | undefined) =>
    withCentre<TargetOptions>(context, unlink, async ({ centre, terminal, options, fleet }) => {
      const { site, devices } = resolveTarget(text, options, fleet);
      const macs = macsOf(devices);
      const { devices: after } = await centre.client.call('devices.unlink', { siteId: site.id, macs });
      await printChanged(terminal, after, options.json, 'unlinked');
      return EXIT.ok;
    }),
  );

  const edit = addCommand(program, 'edit [targets]', 'change names, notes, tags and groups')
    .option('--name <name>', 'what to call it; for one device only')
    .option('--note <text>', 'replace the note')
    .option('--add-tag <tag>', 'add a tag; may be given several times', gather)
    .option('--remove-tag <tag>', 'take a tag away; may be given several times', gather)
    .option('--add-group <group>', 'add to a group; may be given several times', gather)
    .option('--remove-group <group>', 'take out of a group; may be given several times', gather);
  addTargetOptions(edit).action((text: string | undefined) =>
    withCentre<EditOptions>(context, edit, async ({ centre, terminal, options, fleet }) => {
      const { site, devices } = resolveTarget(text, options, fleet);
      const { name, note, addTag, removeTag, addGroup, removeGroup } = options;
      if (name !== undefined && devices.length !== 1) {
        throw new AppError('invalid', `One name fits one device, and ${devices.length} are meant.`);
      }
      const { devices: after } = await centre.client.call('devices.edit', {
        siteId: site.id,
        macs: macsOf(devices),
        edit: { ...(name === undefined ? {} : { name }), ...(note === undefined ? {} : { note }) },
        ...(addTag ? { addTags: addTag } : {}),
        ...(removeTag ? { removeTags: removeTag } : {}),
        ...(addGroup ? { addGroups: addGroup } : {}),
        ...(removeGroup ? { removeGroups: removeGroup } : {}),
      });
      await printChanged(terminal, after, options.json, 'changed');
      return EXIT.ok;
    }),
  );

  const forget = addCommand(program, 'forget <mac...>', 'forget devices that are not linked');
  forget.action((texts: string[]) =>
    withCentre(context, forget, async ({ centre, terminal, options, fleet }) => {
      const { site, target } = resolveTarget(texts.join(','), { site: options.site }, fleet);
      const macs = target.kind === 'devices' ? target.macs : [];
      const { macs: gone } = await centre.client.call('devices.forget', { siteId: site.id, macs });
      for (const mac of gone)
        await terminal.out(options.json ? `${JSON.stringify({ mac })}\n` : `${mac}: forgotten\n`);
      return EXIT.ok;
    }),
  );
}

function macsOf(devices: readonly Device[]): string[] {
  if (devices.length > 0) return devices.map(({ mac }) => mac);
  throw new AppError('not-found', 'None of these devices is known. “muster devices” lists them.');
}

async function printChanged(
  terminal: Terminal,
  devices: readonly Device[],
  json: boolean | undefined,
  word: string,
): Promise<void> {
  if (json) for (const device of devices) await writeJson(terminal, device);
  else await terminal.out(`${counted(devices.length, 'device')} ${word}\n`);
}

function matches(device: Device, options: FilterOptions): boolean {
  if (options.tag !== undefined && !device.tags.includes(options.tag)) return false;
  if (options.group !== undefined && !device.groups.includes(options.group)) return false;
  if (options.online && !device.online) return false;
  if (options.offline && device.online) return false;
  if (options.linked && !device.linked) return false;
  return !(options.unlinked && device.linked);
}

async function printDevices(
  terminal: Terminal,
  devices: readonly Device[],
  siteNames: ReadonlyMap<string, string> | undefined,
): Promise<void> {
  const now = terminal.now();
  const rows = devices.map((device) => [
    device.demo ? `${device.name} (demo)` : device.name,
    device.mac,
    device.state.replaceAll('-', ' '),
    relativeTime(device.since, now),
    device.linked ? 'yes' : 'no',
    device.groups.join(','),
    device.tags.join(','),
    device.agentVersion ?? '–',
    ...(siteNames ? [siteNames.get(device.siteId) ?? device.siteId] : []),
    device.alarms.map(({ message }) => `! ${message}`).join(' '),
  ]);
  const header = ['NAME', 'MAC', 'STATE', 'SINCE', 'LINKED', 'GROUPS', 'TAGS', 'AGENT'];
  await terminal.out(formatTable([...header, ...(siteNames ? ['SITE'] : []), 'ALARMS'], rows, terminal));
  if (rows.length === 0) {
    await terminal.err(
      'No devices. “muster enrol --out FILE” makes a file for new ones; “muster link MAC” adds one.\n',
    );
  }
}
