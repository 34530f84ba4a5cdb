import { z } from 'zod';
import { ErrorBody } from '../../lib/errors.ts';
import { Timestamp } from '../../lib/time.ts';
import { Device, DeviceEdit, DeviceEvent, TagName } from '../../model/device.ts';
import { Mac } from '../../model/mac.ts';
import { Metrics, MetricsPoint, MetricsRange } from '../../model/metrics.ts';
import { SiteId } from '../../model/site.ts';
import { call } from '../definition.ts';

const OneDevice = z.object({ siteId: SiteId, mac: Mac });
const Macs = z.array(Mac).min(1).max(20_000);

export const deviceCalls = {
  /** Links MACs, typed in any usual form; answers for each text by itself, nothing is skipped silently. */
  'devices.link': call(
    z.object({
      siteId: SiteId,
      macs: z.array(z.string().max(100)).min(1).max(20_000),
      edit: DeviceEdit.optional(),
    }),
    z.object({
      results: z.array(
        z.object({
          text: z.string(),
          device: Device.nullable(),
          error: ErrorBody.nullable(),
          already: z.boolean(),
        }),
      ),
    }),
    'operate',
  ),
  /** Unlinked devices refuse every request. Their queued jobs are cancelled. */
  'devices.unlink': call(
    z.object({ siteId: SiteId, macs: Macs }),
    z.object({ devices: z.array(Device) }),
    'operate',
  ),
  /** Forgets devices that are not linked; one that announces itself again is discovered again. */
  'devices.forget': call(
    z.object({ siteId: SiteId, macs: Macs }),
    z.object({ macs: z.array(Mac) }),
    'operate',
  ),
  'devices.edit': call(
    z.object({
      siteId: SiteId,
      macs: Macs,
      edit: DeviceEdit.optional(),
      addTags: z.array(TagName).max(20).optional(),
      removeTags: z.array(TagName).max(20).optional(),
      addGroups: z.array(TagName).max(20).optional(),
      removeGroups: z.array(TagName).max(20).optional(),
    }),
    z.object({ devices: z.array(Device) }),
    'operate',
  ),
  /** Binds the link to the key that the device announces now: after a card was written anew. */
  'devices.accept-key': call(OneDevice, Device, 'admin'),
  'devices.metrics': call(
    z.object({ siteId: SiteId, mac: Mac, range: MetricsRange }),
    z.object({ points: z.array(MetricsPoint) }),
    'view',
  ),
  'devices.events': call(
    z.object({ siteId: SiteId, mac: Mac, limit: z.number().int().min(1).max(1000).default(100) }),
    z.object({ events: z.array(DeviceEvent) }),
    'view',
  ),
};

export const deviceEvents = {
  /** In parts of up to 1,000; `first` empties the mirror. */
  'devices.snapshot': z.object({ devices: z.array(Device), first: z.boolean() }),
  'devices.changed': z.object({ devices: z.array(Device) }),
  'devices.removed': z.object({ siteId: SiteId, macs: z.array(Mac) }),
  /** New measurements, gathered for up to half a second. */
  'devices.measured': z.object({
    siteId: SiteId,
    items: z.array(z.object({ mac: Mac, lastHeard: Timestamp, metrics: Metrics })),
  }),
};
