import { AppError } from '../../contract/lib/errors.ts';
import type { RefusedCounts } from '../../contract/model/metrics.ts';
import type { Role } from '../../contract/model/role.ts';
import type { DocumentOpener } from '../../contract/wire/documents.ts';
import { MESSAGE_LIMIT_BYTES } from '../../contract/wire/limits.ts';
import { Request, type RequestTarget } from '../../contract/wire/messages/request.ts';
import type { Topics } from '../../contract/wire/topics.ts';

export type RefusedReason = keyof RefusedCounts;

/** A request that is genuine, meant for this device and from someone with a role here. Its number is not looked at yet. */
export interface GenuineRequest {
  readonly request: Request;
  readonly kid: string;
  readonly role: Role;
}

export type Verdict =
  | { readonly ok: true; readonly genuine: GenuineRequest }
  | { readonly ok: false; readonly reason: RefusedReason };

export interface RequestGate {
  /** Whether requests come on this topic. */
  handles(topic: string): boolean;
  /** Looks at size and form, then at the signature, and only then at what it says. Never throws for what was received. */
  judge(topic: string, payload: Buffer): Promise<Verdict>;
}

export function createRequestGate(options: {
  siteId: string;
  mac: string;
  topics: Topics;
  opener: DocumentOpener;
  roleOf: (publicKey: string) => Role | undefined;
  groups: () => readonly string[];
}): RequestGate {
  const groupTopics = `${options.topics.base}/group/`;
  const deviceTopic = options.topics.deviceRequest(options.mac);

  /** The target must be what the topic says, so that a request cannot be carried to another place. */
  function isMeant(topic: string, target: RequestTarget): boolean {
    switch (target.kind) {
      case 'device':
        return topic === deviceTopic && target.mac === options.mac;
      case 'group':
        return topic === options.topics.groupRequest(target.group) && options.groups().includes(target.group);
      case 'all':
        return topic === options.topics.allRequest;
    }
  }

  return {
    handles: (topic) =>
      topic === deviceTopic ||
      topic === options.topics.allRequest ||
      (topic.startsWith(groupTopics) && topic.endsWith('/request')),
    async judge(topic, payload) {
      if (payload.length > MESSAGE_LIMIT_BYTES) return { ok: false, reason: 'malformed' };
      let opened: { payload: Request; publicKey: string };
      try {
        opened = await options.opener.open({
          jws: payload.toString('latin1'), // a document is ASCII: anything else must not turn into it
          type: 'muster-request',
          limitBytes: MESSAGE_LIMIT_BYTES,
          schema: Request,
          accepts: (publicKey) => options.roleOf(publicKey) !== undefined,
        });
      } catch (error) {
        return { ok: false, reason: reasonOf(error) };
      }
      const { payload: request, publicKey: kid } = opened;
      const role = options.roleOf(kid);
      if (role === undefined) return { ok: false, reason: 'unknownKey' };
      if (request.site !== options.siteId || !isMeant(topic, request.target))
        return { ok: false, reason: 'notForMe' };
      return { ok: true, genuine: { request, kid, role } };
    },
  };
}

function reasonOf(error: unknown): RefusedReason {
  if (!(error instanceof AppError)) throw error;
  const reason = error.data?.reason;
  return reason === 'badSignature' || reason === 'unknownKey' ? reason : 'malformed';
}
