import { AppError } from '../contract/lib/errors.ts';
import type { Site } from '../contract/model/site.ts';

/** The site named by id or name (capitals do not matter), or the only one there is. */
export function chooseSite(sites: readonly Site[], wanted: string | undefined): Site {
  if (wanted !== undefined) return findSite(sites, wanted);
  const [only] = sites;
  if (!only) {
    throw new AppError(
      'not-found',
      'There is no site yet. Make one with “muster site add NAME”, or “muster demo start”.',
    );
  }
  if (sites.length > 1) {
    throw new AppError('invalid', `There are several sites: choose one with --site. ${listOf(sites)}`);
  }
  return only;
}

function findSite(sites: readonly Site[], wanted: string): Site {
  const byId = sites.find((site) => site.id === wanted);
  if (byId) return byId;
  const byName = sites.filter((site) => site.name.toLowerCase() === wanted.trim().toLowerCase());
  const [only] = byName;
  if (only && byName.length === 1) return only;
  if (only) {
    throw new AppError(
      'invalid',
      `Several sites are called “${wanted}”: name one by its id. ${listOf(byName)}`,
    );
  }
  throw new AppError('not-found', `There is no site “${wanted}”. ${listOf(sites)}`);
}

function listOf(sites: readonly Site[]): string {
  if (sites.length === 0) return 'There is none at all yet.';
  return `Sites: ${sites.map((site) => `${site.name} (${site.id})`).join(', ')}.`;
}
