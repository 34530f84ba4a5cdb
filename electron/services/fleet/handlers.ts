import { AppError } from '../../../contract/lib/errors.ts';
import type { Device } from '../../../contract/model/device.ts';
import type { Handlers } from '../../../contract/rpc/contract.ts';
import type { Audit } from '../audit/audit.ts';
import type { History } from '../history/history.ts';
import type { Sites } from '../sites/sites.ts';
import { editWords } from './edit-words.ts';

type FleetHandlers = Pick<
  Handlers,
  | 'devices.link'
  | 'devices.unlink'
  | 'devices.forget'
  | 'devices.edit'
  | 'devices.accept-key'
  | 'devices.metrics'
  | 'devices.events'
>;

export interface FleetHandlersOptions {
  readonly sites: Sites;
  readonly history: History;
  readonly audit: Audit;
  readonly now: () => number;
  removed(siteId: string, macs: string[]): void;
}

export function createFleetHandlers({
  sites,
  history,
  audit,
  now,
  removed,
}: FleetHandlersOptions): FleetHandlers {
  const summary = (macs: readonly string[]): string =>
    macs.length > 20 ? `${macs.length} devices` : macs.join(' ');
  const event = (siteId: string, mac: string, kind: string, detail: string): void => {
    history.events.append({ at: new Date(now()).toISOString(), siteId, mac, kind, detail });
  };

  function devicesOf(siteId: string, macs: readonly string[]): Device[] {
    const { fleet } = sites.get(siteId);
    return macs.flatMap((mac) => fleet.get(mac) ?? []);
  }

  return {
    async 'devices.link'({ siteId, macs, edit }, session) {
      const results = await sites.get(siteId).links.link(macs, edit ?? {});
      const linked = results.flatMap((result) =>
        result.device && !result.already ? [result.device.mac] : [],
      );
      if (linked.length > 0) {
        await history.write(() => {
          for (const mac of linked) event(siteId, mac, 'linked', `By ${session.actor}.`);
        });
        await audit.record({
          siteId,
          actor: session.actor,
          action: 'devices.link',
          target: summary(linked),
          detail: '',
        });
      }
      return { results };
    },
    async 'devices.unlink'({ siteId, macs }, session) {
      const { links, jobs } = sites.get(siteId);
      await audit.record({
        siteId,
        actor: session.actor,
        action: 'devices.unlink',
        target: summary(macs),
        detail: '',
      });
      await links.unlink(macs);
      await Promise.all(macs.map((mac) => jobs.release(mac)));
      await history.write(() => {
        for (const mac of macs) event(siteId, mac, 'unlinked', `By ${session.actor}.`);
      });
      return { devices: devicesOf(siteId, macs) };
    },
    async 'devices.forget'({ siteId, macs }, session) {
      await sites.get(siteId).links.forget(macs);
      await audit.record({
        siteId,
        actor: session.actor,
        action: 'devices.forget',
        target: summary(macs),
        detail: '',
      });
      removed(siteId, macs);
      return { macs };
    },
    async 'devices.edit'({ siteId, macs, ...changes }, session) {
      await sites.get(siteId).links.edit(macs, changes);
      await audit.record({
        siteId,
        actor: session.actor,
        action: 'devices.edit',
        target: summary(macs),
        detail: editWords(changes),
      });
      return { devices: devicesOf(siteId, macs) };
    },
    async 'devices.accept-key'({ siteId, mac }, session) {
      const { fleet, links } = sites.get(siteId);
      const announced = fleet.stored(mac)?.announcedKey;
      if (!announced)
        throw new AppError('not-found', `${mac} has not announced a key yet. Wait until it is online.`);
      await audit.record({
        siteId,
        actor: session.actor,
        action: 'devices.accept-key',
        target: mac,
        detail: announced,
      });
      await links.bind(mac, announced);
      const device = fleet.get(mac);
      if (!device) throw new AppError('not-found', `This site knows no device ${mac}.`);
      return device;
    },
    'devices.metrics'({ siteId, mac, range }) {
      sites.get(siteId);
      return { points: history.metrics.series(siteId, mac, range) };
    },
    'devices.events'({ siteId, mac, limit }) {
      sites.get(siteId);
      return { events: history.events.list({ siteId, mac, limit }) };
    },
  };
}
