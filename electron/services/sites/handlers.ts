import { AppError } from '../../../contract/lib/errors.ts';
import type { BrokerSettings, ConnectionReport } from '../../../contract/model/site.ts';
import type { Handlers } from '../../../contract/rpc/contract.ts';
import type { Audit } from '../audit/audit.ts';
import { checkPem } from '../connection-test/pem-check.ts';
import { DEFAULT_EMBEDDED, type Sites } from './sites.ts';

type SiteHandlers = Pick<
  Handlers,
  | 'sites.create'
  | 'sites.join'
  | 'sites.update'
  | 'sites.remove'
  | 'sites.test'
  | 'sites.connect'
  | 'enrolments.create'
  | 'enrolments.list'
  | 'enrolments.revoke'
>;

export interface SiteHandlersOptions {
  readonly sites: Sites;
  readonly audit: Audit;
  testConnection(settings: BrokerSettings): Promise<ConnectionReport>;
}

export function createSiteHandlers({ sites, audit, testConnection }: SiteHandlersOptions): SiteHandlers {
  /** TLS leaves out a certificate that it cannot read without a word, so it must not even be stored. */
  function requireReadable(broker: BrokerSettings): void {
    const problem = checkPem(broker);
    if (problem) throw new AppError('invalid', `${problem.detail} ${problem.advice}`);
  }

  async function requireReachable(broker: BrokerSettings): Promise<void> {
    const report = await testConnection(broker);
    const failed = report.stages.find((stage) => !stage.ok);
    if (!failed) return;
    throw new AppError('offline', `${failed.detail} ${failed.advice}`.trim(), { report });
  }

  async function testEmbedded(siteId: string): Promise<ConnectionReport> {
    const { state, detail, roundTripMs } = sites.view(siteId).connection;
    const ok = state === 'connected';
    return {
      ok,
      stages: [
        {
          stage: 'connack',
          ok,
          durationMs: roundTripMs ?? 0,
          detail: ok
            ? 'The broker of this machine runs and answers.'
            : detail || 'The broker of this machine does not run.',
          advice: ok ? '' : 'Connect the site. If its port is taken, end the program that has it.',
        },
      ],
    };
  }

  return {
    async 'sites.create'({ name, broker }, session) {
      const site = await sites.create({ name, broker: broker ?? DEFAULT_EMBEDDED });
      await audit.record({
        siteId: site.id,
        actor: session.actor,
        action: 'sites.create',
        target: name,
        detail: site.brokerUrl,
      });
      return site;
    },
    async 'sites.join'({ name, broker, force }, session) {
      requireReadable(broker);
      if (!force) await requireReachable(broker);
      const site = await sites.join({ name, broker });
      await audit.record({
        siteId: site.id,
        actor: session.actor,
        action: 'sites.join',
        target: name,
        detail: site.brokerUrl,
      });
      return site;
    },
    async 'sites.update'({ siteId, name, broker }, session) {
      if (broker) requireReadable(broker);
      const site = await sites.update(siteId, { name, broker });
      const detail = [name === undefined ? '' : `name ${name}`, broker ? `broker ${broker.url}` : '']
        .filter(Boolean)
        .join(', ');
      await audit.record({ siteId, actor: session.actor, action: 'sites.update', target: site.name, detail });
      return site;
    },
    async 'sites.remove'({ siteId, confirmName }, session) {
      const { name } = sites.view(siteId);
      if (confirmName !== name) {
        throw new AppError('invalid', `Nothing was removed: type the site's name, “${name}”, to confirm.`);
      }
      await sites.remove(siteId);
      await audit.record({ siteId, actor: session.actor, action: 'sites.remove', target: name, detail: '' });
      return {};
    },
    async 'sites.test'(input) {
      if ('broker' in input) return testConnection(input.broker);
      const settings = await sites.brokerSettings(input.siteId);
      return settings ? testConnection(settings) : testEmbedded(input.siteId);
    },
    async 'sites.connect'({ siteId, connect }, session) {
      const site = await sites.connect(siteId, connect);
      const action = connect ? 'sites.connect' : 'sites.disconnect';
      await audit.record({ siteId, actor: session.actor, action, target: site.name, detail: '' });
      return site;
    },
    async 'enrolments.create'({ siteId, uses, hours }, session) {
      const created = await sites.get(siteId).enrolments.create({ uses, hours, createdBy: session.actor });
      const detail = `${uses} uses until ${created.enrolment.expiresAt}`;
      await audit.record({
        siteId,
        actor: session.actor,
        action: 'enrolments.create',
        target: created.enrolment.tokenId,
        detail,
      });
      return created;
    },
    'enrolments.list': ({ siteId }) => ({ enrolments: sites.get(siteId).enrolments.list() }),
    async 'enrolments.revoke'({ siteId, tokenId }, session) {
      await sites.get(siteId).enrolments.revoke(tokenId);
      await audit.record({
        siteId,
        actor: session.actor,
        action: 'enrolments.revoke',
        target: tokenId,
        detail: '',
      });
      return {};
    },
  };
}
