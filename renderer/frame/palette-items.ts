import type { Device } from '../../contract/model/device.ts';
import { formatMac } from '../../contract/model/mac.ts';
import type { Site } from '../../contract/model/site.ts';
import { deviceStatus } from '../state/device-words.ts';
import type { Command } from '../ui/command-registry.ts';

/** One line of the palette. */
export interface PaletteItem {
  id: string;
  group: string;
  title: string;
  detail: string;
  shortcut?: string;
  run: () => void;
}

const DEVICE_LIMIT = 8;

/** How well a text matches: 0 not at all; more when a word begins with it. Every word typed must occur. */
export function matchScore(text: string, query: string): number {
  const haystack = text.toLowerCase();
  let score = 1;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = haystack.indexOf(word);
    if (at < 0) return 0;
    if (at === 0) score += 3;
    else if (/[\s\-_:/.]/.test(haystack.charAt(at - 1))) score += 2;
  }
  return score;
}

export interface PaletteSources {
  commands: readonly Command[];
  devices: readonly Device[];
  sites: readonly Site[];
  activeSiteId: string | undefined;
  openDevice: (mac: string) => void;
  chooseSite: (siteId: string) => void;
}

/** What the palette lists for a query: commands first while nothing is typed, the best matches afterwards. */
export function paletteItems(sources: PaletteSources, query: string): readonly PaletteItem[] {
  const found: { item: PaletteItem; score: number }[] = [];
  const add = (item: PaletteItem, text: string, bonus = 0): void => {
    const score = matchScore(text, query);
    if (score > 0) found.push({ item, score: score + bonus });
  };
  for (const command of sources.commands) {
    if (command.id === 'palette') continue;
    add(commandItem(command), `${command.title} ${command.group ?? ''} ${command.keywords ?? ''}`);
  }
  for (const site of sources.sites) {
    if (site.id === sources.activeSiteId) continue;
    add(
      {
        id: `site:${site.id}`,
        group: 'Sites',
        title: `Switch to ${site.name}`,
        detail: site.demo ? 'demo' : '',
        run: () => sources.chooseSite(site.id),
      },
      `switch to site ${site.name}`,
    );
  }
  if (query.trim() === '') return found.map(({ item }) => item);
  const devices: typeof found = [];
  for (const device of sources.devices) {
    const text = `${device.name} ${device.mac} ${formatMac(device.mac)} ${device.hostName ?? ''} ${device.tags.join(' ')}`;
    const score = matchScore(text, query);
    if (score > 0) devices.push({ item: deviceItem(device, sources.openDevice), score });
  }
  const byScore = (a: { score: number }, b: { score: number }): number => b.score - a.score;
  const best = [...devices.sort(byScore).slice(0, DEVICE_LIMIT), ...found].sort(byScore);
  return groupInOrder(best.map(({ item }) => item));
}

/** Keeps groups together, in the order in which each first appears. */
function groupInOrder(items: readonly PaletteItem[]): readonly PaletteItem[] {
  const groups = new Map<string, PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups.values()].flat();
}

function commandItem(command: Command): PaletteItem {
  return {
    id: `command:${command.id}`,
    group: command.group ?? 'Actions',
    title: command.title,
    detail: command.detail ?? '',
    ...(command.shortcut === undefined ? {} : { shortcut: command.shortcut }),
    run: command.run,
  };
}

function deviceItem(device: Device, openDevice: (mac: string) => void): PaletteItem {
  return {
    id: `device:${device.mac}`,
    group: 'Devices',
    title: device.name || device.mac,
    detail: `${device.mac} · ${device.linked ? deviceStatus(device).word : 'discovered'}`,
    run: () => openDevice(device.mac),
  };
}
