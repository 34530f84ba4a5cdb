import { randomBytes } from 'node:crypto';
import { AppError } from '../../contract/lib/errors.ts';
import type { Site } from '../../contract/model/site.ts';
import type { CallName, Handlers } from '../../contract/rpc/contract.ts';
import { fakeDevice } from './fake-fleet.ts';
import { type FakeDoings, type FakeWorld, fakeSite } from './fake-world.ts';

type SiteCall = Extract<
  CallName,
  `sites.${string}` | `enrolments.${string}` | `demo.${string}` | `audit.${string}`
>;

/** Answers to the calls about sites, enrolments and the audit log. */
export function fakeSiteHandlers(world: FakeWorld, doings: FakeDoings): Handlers<SiteCall> {
  const find = (siteId: string): Site => {
    const site = world.sites.get(siteId);
    if (!site) throw new AppError('not-found', 'There is no such site.');
    return site;
  };
  const publish = (site: Site): Site => {
    world.sites.set(site.id, site);
    doings.emitAll('sites.changed', { sites: [site] });
    return site;
  };
  const remove = (siteId: string): void => {
    world.sites.delete(siteId);
    doings.emitAll('sites.removed', { siteId });
  };
  const newId = (): string => randomBytes(6).toString('hex');

  return {
    'sites.create': ({ name, broker }) => {
      const port = broker?.tlsPort ?? 8883;
      return publish(
        fakeSite(newId(), name, {
          port,
          createdAt: new Date().toISOString(),
          brokerUrl: `mqtts://192.168.1.20:${port}`,
        }),
      );
    },
    'sites.join': ({ name, broker }) =>
      publish(
        fakeSite(newId(), name, {
          broker: 'external',
          brokerUrl: broker.url,
          username: broker.username ?? null,
        }),
      ),
    'sites.update': ({ siteId, name, broker }) => {
      const old = find(siteId);
      return publish({ ...old, name: name ?? old.name, brokerUrl: broker?.url ?? old.brokerUrl });
    },
    'sites.remove': ({ siteId, confirmName }) => {
      if (find(siteId).name !== confirmName)
        throw new AppError('invalid', 'The typed name is not the site’s name.');
      remove(siteId);
      return {};
    },
    'sites.test': (input) => {
      const bad = 'broker' in input && input.broker.url.includes('wrong');
      const stage = (
        name: 'name' | 'tcp' | 'tls' | 'connack' | 'rights',
        durationMs: number,
        detail: string,
      ) => ({
        stage: name,
        ok: true,
        durationMs,
        detail,
        advice: '',
      });
      const start = [stage('name', 0.8, '192.168.1.20'), stage('tcp', 1.4, '192.168.1.20:8883 answers.')];
      if (bad) {
        const detail = 'The broker’s certificate is signed by an authority that is not known here.';
        const advice = 'Choose the CA file that the broker’s administrator gave you.';
        return {
          ok: false,
          stages: [...start, { stage: 'tls' as const, ok: false, durationMs: 12.1, detail, advice }],
        };
      }
      return {
        ok: true,
        stages: [
          ...start,
          stage('tls', 9.7, 'TLS 1.3, certificate valid until 2028-11-02.'),
          stage('connack', 2.2, 'Accepted as muster, MQTT 5.'),
          stage('rights', 6.3, 'May publish and subscribe below iotm-sys/.'),
        ],
      };
    },
    'sites.connect': ({ siteId, connect }) => {
      const site = find(siteId);
      const state = connect ? ('connected' as const) : ('stopped' as const);
      return publish({
        ...site,
        connection: { state, since: new Date().toISOString(), detail: '', roundTripMs: connect ? 2.1 : null },
      });
    },
    'enrolments.create': ({ siteId, uses, hours }) => {
      const site = find(siteId);
      const enrolment = {
        tokenId: newId(),
        siteId,
        createdAt: new Date().toISOString(),
        createdBy: world.settings.operatorName,
        expiresAt: new Date(Date.now() + hours * 3_600_000).toISOString(),
        uses,
        used: 0,
      };
      world.enrolments.set(enrolment.tokenId, enrolment);
      doings.later(6_000, () => {
        const device = { ...fakeDevice(siteId, 3, false), alarms: [] };
        world.devices.set(`${siteId}/${device.mac}`, device);
        doings.emitAll('devices.changed', { devices: [device] });
      });
      return {
        enrolment,
        file: {
          muster: 2,
          siteId,
          siteName: site.name,
          sitePublicKey: site.publicKey,
          rootTopic: site.rootTopic,
          brokerUrls: [site.brokerUrl],
          login: 'join',
          username: 'join',
          password: 'not-a-real-secret',
          tokenId: enrolment.tokenId,
          expiresAt: enrolment.expiresAt,
        },
      };
    },
    'enrolments.list': ({ siteId }) => ({
      enrolments: [...world.enrolments.values()].filter((enrolment) => enrolment.siteId === siteId),
    }),
    'enrolments.revoke': ({ tokenId }) => {
      world.enrolments.delete(tokenId);
      return {};
    },
    'demo.start': async ({ count }) => {
      await new Promise((resolve) => doings.later(900, () => resolve(undefined)));
      const site = fakeSite('demosite001', 'Demo fleet', { demo: true, createdAt: new Date().toISOString() });
      doings.addSite(site, 0, count);
      publish(site);
      const devices = [...world.devices.values()].filter((device) => device.siteId === site.id);
      doings.emitAll('devices.changed', {
        devices: devices.map((device, index) => ({ ...device, linked: true, name: `demo-${index + 1}` })),
      });
      return site;
    },
    'demo.stop': () => {
      remove('demosite001');
      return {};
    },
    'audit.list': ({ text, beforeSeq, limit }) => {
      const actions = ['jobs.start', 'devices.link', 'devices.edit', 'sites.update', 'enrolments.create'];
      const entries = Array.from({ length: 420 }, (_, index) => ({
        seq: 420 - index,
        at: new Date(Date.now() - index * 640_000).toISOString(),
        siteId: 'plantsued01',
        actor: index % 5 === 3 ? 'muster (command line)' : 'Anna Kern',
        action: actions[index % actions.length] ?? 'jobs.start',
        target: index % 5 === 0 ? '12 devices' : `press-${String((index % 40) + 1).padStart(2, '0')}`,
        detail: index % 5 === 0 ? 'uname -a' : '',
        hash: `${(index * 7_919).toString(16)}`.padStart(64, '0'),
      }));
      const matching = entries.filter(
        (entry) =>
          (!beforeSeq || entry.seq < beforeSeq) &&
          (!text ||
            `${entry.actor} ${entry.action} ${entry.target} ${entry.detail}`
              .toLowerCase()
              .includes(text.toLowerCase())),
      );
      return { entries: matching.slice(0, limit) };
    },
    'audit.verify': () => ({ entries: 420, brokenAtSeq: null }),
  };
}
