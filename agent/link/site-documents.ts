import { createSignal, type Signal } from '../../contract/lib/signal.ts';
import type { Role } from '../../contract/model/role.ts';
import type { DocumentOpener } from '../../contract/wire/documents.ts';
import { LINK_LIMIT_BYTES, MESSAGE_LIMIT_BYTES } from '../../contract/wire/limits.ts';
import { Link, Trust } from '../../contract/wire/messages/site.ts';
import { readTextIfPresent, writeFileDurably } from '../system/files.ts';

/** Who may command this device, and whether anyone may: the newest documents that the site key has signed. */
export interface SiteDocuments {
  /** Reads what was kept; a damaged file counts as absent and is asked for again. */
  load(): Promise<void>;
  /** Takes a document if it is genuine and newer, and keeps it. Throws when it is not genuine. */
  acceptTrust(jws: string): Promise<void>;
  acceptLink(jws: string): Promise<void>;
  /** The role of a key, or undefined when it is nobody's. */
  roleOf(publicKey: string): Role | undefined;
  /** Linked, and bound to this device's own key. */
  readonly linked: boolean;
  readonly groups: readonly string[];
  readonly link: Link | undefined;
  readonly trust: Trust | undefined;
  readonly linkChanged: Signal<Link>;
}

export function createSiteDocuments(options: {
  siteId: string;
  sitePublicKey: string;
  mac: string;
  devicePublicKey: string;
  trustPath: string;
  linkPath: string;
  opener: DocumentOpener;
  onDamaged: (path: string, error: unknown) => void;
}): SiteDocuments {
  const linkChanged = createSignal<Link>();
  let trust: Trust | undefined;
  let link: Link | undefined;
  let roles = new Map<string, Role>();
  const bySite = (publicKey: string): boolean => publicKey === options.sitePublicKey;

  async function openTrust(jws: string): Promise<Trust | undefined> {
    const { payload } = await options.opener.open({
      ...{ jws, type: 'muster-trust', limitBytes: MESSAGE_LIMIT_BYTES, schema: Trust, accepts: bySite },
    });
    return payload.site === options.siteId && payload.version > (trust?.version ?? 0) ? payload : undefined;
  }

  async function openLink(jws: string): Promise<Link | undefined> {
    const { payload } = await options.opener.open({
      ...{ jws, type: 'muster-link', limitBytes: LINK_LIMIT_BYTES, schema: Link, accepts: bySite },
    });
    const mine = payload.site === options.siteId && payload.mac === options.mac;
    return mine && payload.version > (link?.version ?? 0) ? payload : undefined;
  }

  function adoptTrust(next: Trust): void {
    trust = next;
    roles = new Map(next.operators.map(({ publicKey, role }) => [publicKey, role]));
  }

  async function loadOne(path: string, use: (jws: string) => Promise<void>): Promise<void> {
    try {
      const jws = await readTextIfPresent(path, MESSAGE_LIMIT_BYTES);
      if (jws !== undefined) await use(jws.trim());
    } catch (error) {
      options.onDamaged(path, error);
    }
  }

  const isLinked = (): boolean => link?.linked === true && link.publicKey === options.devicePublicKey;

  return {
    linkChanged,
    async load() {
      await loadOne(options.trustPath, async (jws) => {
        const next = await openTrust(jws);
        if (next) adoptTrust(next);
      });
      await loadOne(options.linkPath, async (jws) => {
        link = (await openLink(jws)) ?? link;
      });
    },
    async acceptTrust(jws) {
      const next = await openTrust(jws);
      if (!next) return;
      adoptTrust(next); // in force at once, also where the disk is full: it may take rights away
      await writeFileDurably(options.trustPath, `${jws}\n`);
    },
    async acceptLink(jws) {
      const next = await openLink(jws);
      if (!next) return;
      link = next;
      linkChanged.emit(next);
      await writeFileDurably(options.linkPath, `${jws}\n`);
    },
    roleOf: (publicKey) => roles.get(publicKey),
    get linked() {
      return isLinked();
    },
    get groups() {
      return isLinked() ? (link?.groups ?? []) : [];
    },
    get link() {
      return link;
    },
    get trust() {
      return trust;
    },
  };
}
