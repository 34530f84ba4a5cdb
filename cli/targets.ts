import { AppError } from '../contract/lib/errors.ts';
import type { Device } from '../contract/model/device.ts';
import type { Target } from '../contract/model/job.ts';
import { type Mac, parseMac } from '../contract/model/mac.ts';
import type { Site } from '../contract/model/site.ts';
import { chooseSite } from './site-choice.ts';

/** How a command says which devices it is for. */
export interface TargetOptions {
  readonly site?: string | undefined;
  readonly tag?: string | undefined;
  readonly group?: string | undefined;
  readonly all?: boolean | undefined;
}

/** Devices of one site. */
export interface ResolvedTarget {
  readonly site: Site;
  readonly target: Target;
  /** The linked devices that are meant, as far as this program knows them. */
  readonly devices: readonly Device[];
}

/** What a command knows of the fleet when it resolves its targets. */
export interface Fleet {
  readonly sites: readonly Site[];
  readonly devices: readonly Device[];
}

/**
 * Exactly one of MAC[,MAC…], --tag, --group and --all. A device may also be called by its name. Where there are
 * several sites, devices that are all of one site need no --site.
 */
export function resolveTarget(
  text: string | undefined,
  options: TargetOptions,
  fleet: Fleet,
): ResolvedTarget {
  const ways = [
    text !== undefined,
    options.tag !== undefined,
    options.group !== undefined,
    options.all === true,
  ];
  const count = ways.filter(Boolean).length;
  if (count === 0) {
    throw new AppError('invalid', 'Say which devices: MAC[,MAC…], --tag TAG, --group GROUP or --all.');
  }
  if (count > 1) throw new AppError('invalid', 'Give only one of MAC[,MAC…], --tag, --group and --all.');
  if (text !== undefined) return resolveMacs(splitList(text), options.site, fleet);

  const site = chooseSite(fleet.sites, options.site);
  const linked = fleet.devices.filter((device) => device.siteId === site.id && device.linked);
  if (options.tag !== undefined) {
    const { tag } = options;
    return some(
      site,
      { kind: 'tag', tag },
      linked.filter(({ tags }) => tags.includes(tag)),
      `the tag ${tag}`,
    );
  }
  if (options.group !== undefined) {
    const { group } = options;
    return some(
      site,
      { kind: 'group', group },
      linked.filter(({ groups }) => groups.includes(group)),
      `the group ${group}`,
    );
  }
  return some(site, { kind: 'all' }, linked, 'a link');
}

/** MACs of devices of one site, each named by MAC or name. */
export function resolveMacs(
  texts: readonly string[],
  wantedSite: string | undefined,
  fleet: Fleet,
): ResolvedTarget {
  if (texts.length === 0) throw new AppError('invalid', 'Name at least one device by its MAC address.');
  const inSite = wantedSite === undefined ? undefined : chooseSite(fleet.sites, wantedSite).id;
  const candidates = inSite ? fleet.devices.filter(({ siteId }) => siteId === inSite) : fleet.devices;
  const macs = [...new Set(texts.map((text) => macOf(text, candidates)))];
  const known = candidates.filter(({ mac }) => macs.includes(mac));
  const siteIds = new Set(known.map(({ siteId }) => siteId));
  const site = inSite
    ? chooseSite(fleet.sites, inSite)
    : chooseSite(fleet.sites, siteIds.size === 1 ? [...siteIds][0] : undefined);
  return {
    site,
    target: { kind: 'devices', macs },
    devices: known.filter(({ siteId }) => siteId === site.id),
  };
}

function macOf(text: string, devices: readonly Device[]): Mac {
  const name = text.trim().toLowerCase();
  const called = devices.filter((device) => device.name.toLowerCase() === name);
  const [first] = called;
  const macs = new Set(called.map(({ mac }) => mac));
  if (macs.size > 1) {
    throw new AppError(
      'invalid',
      `Several devices are called “${text}”: name it by MAC. ${[...macs].join(', ')}.`,
    );
  }
  try {
    return parseMac(text);
  } catch (error) {
    if (first) return first.mac;
    // With the digits or the marks of an address a MAC was meant; anything else is a name that nobody has.
    if (/[:.-]|^[0-9a-f]{11,}$/i.test(text) && /^[0-9a-f:.\s-]+$/i.test(text)) throw error;
    throw new AppError(
      'invalid',
      `“${text}” is neither a MAC address nor the name of a device. “muster devices” lists both.`,
    );
  }
}

function some(site: Site, target: Target, devices: readonly Device[], what: string): ResolvedTarget {
  if (devices.length > 0) return { site, target, devices };
  throw new AppError(
    'not-found',
    `No linked device of the site ${site.name} has ${what}. See “muster devices”.`,
  );
}

/** Parts between commas, without empty ones. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
