import { z } from 'zod';
import { Timestamp } from '../../../contract/lib/time.ts';
import { GroupName, TagName } from '../../../contract/model/device.ts';
import { Inventory, PublicKey } from '../../../contract/model/inventory.ts';
import { Mac } from '../../../contract/model/mac.ts';

/** What is kept of a device between starts: the operator's words, the link, and the last known facts. */
export const StoredDevice = z.object({
  name: z.string().max(64),
  tags: z.array(TagName),
  groups: z.array(GroupName),
  note: z.string().max(4000),
  linked: z.boolean(),
  linkedAt: Timestamp.nullable(),
  /** The key that the link is bound to; null until the first inventory after linking. */
  boundKey: PublicKey.nullable(),
  /** Version of the last link document of this MAC; 0 when there never was one. */
  linkVersion: z.number().int().min(0),
  /** Whether the broker has taken that document. */
  linkPublished: z.boolean(),
  /** The key in the last genuine inventory, bound or not. */
  announcedKey: PublicKey.nullable(),
  inventory: Inventory.nullable(),
  capabilities: z.array(z.string().max(64)).max(200),
  lastHeard: Timestamp.nullable(),
});
export type StoredDevice = z.infer<typeof StoredDevice>;

/** All devices of one site. */
export const StoredFleet = z.object({
  /** Highest version that a link document of this site has had. */
  linkVersion: z.number().int().min(0),
  devices: z.record(Mac, StoredDevice),
});
export type StoredFleet = z.infer<typeof StoredFleet>;

export const EMPTY_FLEET: StoredFleet = { linkVersion: 0, devices: {} };

/** A device that was just heard of, or whose MAC was just typed. */
export function newDevice(): StoredDevice {
  return {
    name: '',
    tags: [],
    groups: [],
    note: '',
    linked: false,
    linkedAt: null,
    boundKey: null,
    linkVersion: 0,
    linkPublished: true,
    announcedKey: null,
    inventory: null,
    capabilities: [],
    lastHeard: null,
  };
}
