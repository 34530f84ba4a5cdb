import { z } from 'zod';
import { Enrolment, EnrolmentFile } from '../../model/enrolment.ts';
import {
  BrokerSettings,
  ConnectionReport,
  EmbeddedBrokerSettings,
  Site,
  SiteId,
  SiteName,
} from '../../model/site.ts';
import { call } from '../definition.ts';

const OneSite = z.object({ siteId: SiteId });

export const siteCalls = {
  /** A site with the embedded broker of this machine. */
  'sites.create': call(
    z.object({ name: SiteName, broker: EmbeddedBrokerSettings.optional() }),
    Site,
    'admin',
  ),
  /** A site on a broker that exists. Fails with the stage's sentence when it cannot be reached, unless `force`. */
  'sites.join': call(
    z.object({ name: SiteName, broker: BrokerSettings, force: z.boolean().optional() }),
    Site,
    'admin',
  ),
  'sites.update': call(
    z.object({ siteId: SiteId, name: SiteName.optional(), broker: BrokerSettings.optional() }),
    Site,
    'admin',
  ),
  /** Takes the site, its devices, keys and history off this machine. `confirmName` must be the site's name. */
  'sites.remove': call(z.object({ siteId: SiteId, confirmName: z.string().max(64) }), z.object({}), 'admin'),
  'sites.test': call(z.union([z.object({ broker: BrokerSettings }), OneSite]), ConnectionReport, 'admin'),
  /** Connects or disconnects a site; the choice is kept. */
  'sites.connect': call(z.object({ siteId: SiteId, connect: z.boolean() }), Site, 'admin'),

  'enrolments.create': call(
    z.object({
      siteId: SiteId,
      uses: z.number().int().min(1).max(10_000).default(1),
      hours: z
        .number()
        .min(0.1)
        .max(24 * 366)
        .default(24),
    }),
    z.object({ enrolment: Enrolment, file: EnrolmentFile }),
    'admin',
  ),
  'enrolments.list': call(OneSite, z.object({ enrolments: z.array(Enrolment) }), 'view'),
  'enrolments.revoke': call(z.object({ siteId: SiteId, tokenId: z.string().max(32) }), z.object({}), 'admin'),

  /** A site of its own with real agents that run on this machine, or more agents for it. Answers when they run. */
  'demo.start': call(z.object({ count: z.number().int().min(1).max(50).default(3) }), Site, 'admin'),
  /** Ends the agents and takes the site away. */
  'demo.stop': call(z.object({}), z.object({}), 'admin'),
};

export const siteEvents = {
  'sites.snapshot': z.object({ sites: z.array(Site) }),
  'sites.changed': z.object({ sites: z.array(Site) }),
  'sites.removed': z.object({ siteId: SiteId }),
};
