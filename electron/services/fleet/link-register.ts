import { AppError, type ErrorBody, toErrorBody } from '../../../contract/lib/errors.ts';
import { createTurns } from '../../../contract/lib/turns.ts';
import type { Device, DeviceEdit } from '../../../contract/model/device.ts';
import { parseMac } from '../../../contract/model/mac.ts';
import type { Signer } from '../../../contract/wire/documents.ts';
import type { Link } from '../../../contract/wire/messages/site.ts';
import { PROTOCOL_VERSION } from '../../../contract/wire/version.ts';
import type { JsonStore } from '../storage/json-store.ts';
import type { Fleet } from './fleet.ts';
import { newDevice, type StoredDevice, type StoredFleet } from './stored-device.ts';

/** Bulk changes to labels, on top of what a device has. */
export interface LabelChanges {
  readonly edit?: DeviceEdit | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly addGroups?: readonly string[] | undefined;
  readonly removeGroups?: readonly string[] | undefined;
}

export interface LinkOutcome {
  readonly text: string;
  readonly device: Device | null;
  readonly error: ErrorBody | null;
  readonly already: boolean;
}

export interface LinkRegister {
  link(texts: readonly string[], edit: DeviceEdit): Promise<LinkOutcome[]>;
  unlink(macs: readonly string[]): Promise<void>;
  /** Forgets devices that are not linked; throws `conflict` when one is. */
  forget(macs: readonly string[]): Promise<void>;
  edit(macs: readonly string[], changes: LabelChanges): Promise<void>;
  /** Binds the link to this key. */
  bind(mac: string, publicKey: string): Promise<void>;
  /** Publishes the link document of a MAC, if it ever had one. */
  publish(mac: string): Promise<void>;
  /** Publishes those that the broker has not taken yet. */
  publishPending(): Promise<void>;
}

export interface LinkRegisterOptions {
  readonly siteId: string;
  readonly store: JsonStore<StoredFleet>;
  readonly fleet: Fleet;
  readonly signer: () => Signer;
  readonly now: () => number;
  /** Retained on the link topic of the MAC; rejects `offline`. */
  publishLink(mac: string, jws: string): Promise<void>;
  /** Takes what the broker retains of a device off it, or it would be discovered again without being there. */
  clearRetained(mac: string): Promise<void>;
}

// INVARIANTS
// 1. A change is durable before the fleet, a device or the caller hears of it.
// 2. Documents of one MAC are published one after the other, so what the broker keeps is the newest.
/** Links and labels of one site's devices: the operator's words about them, signed for the devices. */
export function createLinkRegister(options: LinkRegisterOptions): LinkRegister {
  const { siteId, store, fleet } = options;
  const publishing = createTurns();

  /** Applies a change to the stored devices and a new link version to each, then tells everybody. */
  async function change(
    macs: readonly string[],
    apply: (device: StoredDevice, mac: string) => void,
  ): Promise<void> {
    const existing = new Map(macs.map((mac) => [mac, fleet.stored(mac) ?? newDevice()]));
    await store.update((draft) => {
      for (const [mac, before] of existing) {
        const device = draft.devices[mac] ?? structuredClone(before);
        apply(device, mac);
        // By the clock, so that devices take it also when this file was lost and starts anew.
        draft.linkVersion = Math.max(draft.linkVersion + 1, options.now());
        device.linkVersion = draft.linkVersion;
        device.linkPublished = false;
        draft.devices[mac] = device;
      }
    });
    for (const mac of macs) fleet.replace(mac, store.data.devices[mac]);
    await publishAll(macs);
  }

  const publish = (mac: string): Promise<void> => publishing.take(mac, () => publishNow(mac));

  async function publishNow(mac: string): Promise<void> {
    const device = fleet.stored(mac);
    if (!device || device.linkVersion === 0) return;
    const version = device.linkVersion;
    const document: Link = {
      v: PROTOCOL_VERSION,
      site: siteId,
      version,
      mac,
      linked: device.linked,
      publicKey: device.boundKey,
      name: device.name,
      tags: device.tags,
      groups: device.groups,
    };
    await options.publishLink(mac, await options.signer().sign('muster-link', document));
    await store.update((draft) => {
      const stored = draft.devices[mac];
      if (stored?.linkVersion === version) stored.linkPublished = true;
    });
  }

  async function publishPending(): Promise<void> {
    const pending = Object.entries(store.data.devices).filter(([, device]) => !device.linkPublished);
    await publishAll(pending.map(([mac]) => mac));
  }

  async function publishAll(macs: readonly string[]): Promise<void> {
    const outcomes = await Promise.allSettled(macs.map(publish));
    for (const outcome of outcomes) {
      // Not connected: what is pending is published on the next connect.
      if (outcome.status === 'rejected' && !isNotConnected(outcome.reason)) throw outcome.reason;
    }
  }

  return {
    publish,
    publishPending,
    async link(texts, edit) {
      const outcomes = new Map<string, { mac: string; already: boolean } | ErrorBody>();
      for (const text of texts) {
        try {
          const mac = parseMac(text);
          outcomes.set(text, { mac, already: fleet.stored(mac)?.linked ?? false });
        } catch (error) {
          outcomes.set(text, toErrorBody(error));
        }
      }
      const fresh = [...outcomes.values()].flatMap((outcome) =>
        'mac' in outcome && !outcome.already ? [outcome.mac] : [],
      );
      const linkedAt = new Date(options.now()).toISOString();
      if (fresh.length > 0) {
        await change([...new Set(fresh)], (device, mac) => {
          device.linked = true;
          device.linkedAt = linkedAt;
          device.boundKey = fleet.stored(mac)?.announcedKey ?? null;
          applyEdit(device, edit);
        });
      }
      return texts.map((text) => {
        const outcome = outcomes.get(text);
        if (!outcome || !('mac' in outcome))
          return { text, device: null, error: outcome ?? null, already: false };
        return { text, device: fleet.get(outcome.mac) ?? null, error: null, already: outcome.already };
      });
    },
    async unlink(macs) {
      for (const mac of macs) requireKnown(mac);
      await change(macs, (device) => {
        device.linked = false;
        device.linkedAt = null;
        device.boundKey = null;
      });
    },
    async forget(macs) {
      for (const mac of macs) {
        if (requireKnown(mac).linked)
          throw new AppError('conflict', `${mac} is linked. Unlink it before you forget it.`);
      }
      await store.update((draft) => {
        for (const mac of macs) delete draft.devices[mac];
      });
      for (const mac of macs) fleet.replace(mac, undefined);
      // Facts that were being written meanwhile may have brought one back.
      await store.update((draft) => {
        for (const mac of macs) delete draft.devices[mac];
      });
      const cleared = await Promise.allSettled(macs.map(options.clearRetained));
      for (const outcome of cleared) {
        if (outcome.status === 'rejected' && !isNotConnected(outcome.reason)) throw outcome.reason;
      }
    },
    async edit(macs, changes) {
      for (const mac of macs) requireKnown(mac);
      await change(macs, (device) => {
        applyEdit(device, changes.edit ?? {});
        device.tags = changeList(device.tags, changes.addTags, changes.removeTags);
        device.groups = changeList(device.groups, changes.addGroups, changes.removeGroups);
      });
    },
    async bind(mac, publicKey) {
      if (!requireKnown(mac).linked) throw new AppError('conflict', `${mac} is not linked. Link it first.`);
      await change([mac], (device) => {
        device.boundKey = publicKey;
      });
    },
  };

  function requireKnown(mac: string): StoredDevice {
    const device = fleet.stored(mac);
    if (device) return device;
    throw new AppError('not-found', `This site knows no device ${mac}.`);
  }
}

function applyEdit(device: StoredDevice, edit: DeviceEdit): void {
  if (edit.name !== undefined) device.name = edit.name;
  if (edit.tags !== undefined) device.tags = [...new Set(edit.tags)];
  if (edit.groups !== undefined) device.groups = [...new Set(edit.groups)];
  if (edit.note !== undefined) device.note = edit.note;
}

function changeList(
  list: readonly string[],
  add: readonly string[] = [],
  remove: readonly string[] = [],
): string[] {
  return [...new Set([...list, ...add])].filter((entry) => !remove.includes(entry)).slice(0, 50);
}

/** No connection now (`offline`), or the site was never connected since the start (`cancelled`). */
function isNotConnected(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'offline' || error.code === 'cancelled');
}
