import { toErrorBody } from '../../contract/lib/errors.ts';
import { isOperation, OPERATIONS } from '../../contract/model/operation.ts';
import { roleAllows } from '../../contract/model/role.ts';
import { LINK_LIMIT_BYTES, MESSAGE_LIMIT_BYTES } from '../../contract/wire/limits.ts';
import type { RequestBody } from '../../contract/wire/messages/request.ts';
import type { Topics } from '../../contract/wire/topics.ts';
import type { Deliveries } from '../jobs/deliveries.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';
import type { Refusals } from './refusals.ts';
import type { GenuineRequest, RequestGate } from './request-gate.ts';
import type { SiteDocuments } from './site-documents.ts';

/** Takes what comes from the broker. */
export interface Dispatcher {
  /** Settles when the message has had its effect on the disk. One at a time, in order; never throws. */
  handle(topic: string, payload: Buffer): Promise<void>;
}

/** A request that was already handled is answered at most this often; more count as replayed. */
const REPEAT_ANSWER_MS = 1_000;
const REMEMBERED_ANSWERS = 1_000;

export function createDispatcher(options: {
  topics: Topics;
  mac: string;
  documents: SiteDocuments;
  gate: RequestGate;
  refusals: Refusals;
  journal: Journal;
  jobs: Jobs;
  deliveries: Deliveries;
  monotonicMs: () => number;
  log: Log;
  onAnnounce: (jitterMs: number) => void;
  /** A trust or link document has come, new or not. */
  onDocument: (kind: 'trust' | 'link') => void;
}): Dispatcher {
  const { topics, documents, refusals, journal, jobs } = options;
  const linkTopic = topics.link(options.mac);
  const answered = new Map<string, number>();
  let queue: Promise<void> = Promise.resolve();

  async function handleDocument(kind: 'trust' | 'link', payload: Buffer): Promise<void> {
    if (payload.length > (kind === 'trust' ? MESSAGE_LIMIT_BYTES : LINK_LIMIT_BYTES)) {
      refusals.count('malformed', kind);
      return;
    }
    const jws = payload.toString('latin1');
    await (kind === 'trust' ? documents.acceptTrust(jws) : documents.acceptLink(jws));
    options.onDocument(kind);
  }

  /** Remembers a number of a request that is not a job; these can be done twice without harm. */
  async function noteRequest({ kid, request }: GenuineRequest): Promise<void> {
    try {
      await journal.noteRequest(kid, request.seq);
    } catch (error) {
      journal.replay.mark(kid, request.seq); // at least until the next start
      options.log.error('request-not-noted', { error: toErrorBody(error) });
    }
  }

  function handleRepeated({ kid, request: { body } }: GenuineRequest, topic: string): void {
    if (body.type !== 'job') {
      refusals.count('replayed', topic);
      return;
    }
    const known = journal.job(body.id);
    if (known && known.state !== 'dropped') {
      const now = options.monotonicMs();
      const last = answered.get(body.id);
      if (last !== undefined && now - last < REPEAT_ANSWER_MS) {
        refusals.count('replayed', topic);
        return;
      }
      if (answered.size >= REMEMBERED_ANSWERS) answered.clear();
      answered.set(body.id, now);
      jobs.tell(body.id);
      return;
    }
    // One that an earlier run accepted and never started is no attack: the console is asked to send it anew.
    if (!known) refusals.count('replayed', topic);
    refusals.answerReplayed(body.id, journal.replay.highest(kid));
  }

  async function handleJob(genuine: GenuineRequest, topic: string): Promise<void> {
    const { kid, role, request } = genuine;
    if (request.body.type !== 'job') return;
    const { id, op, args } = request.body;
    const job = { id, op, args, kid, seq: request.seq };
    if (isOperation(op) && !roleAllows(role, OPERATIONS[op].access)) {
      refusals.count('denied', topic);
      if (journal.job(id)) await noteRequest(genuine);
      else await jobs.reject(job, 'denied', `A ${role} may not run ${op} on this site.`);
      return;
    }
    await jobs.submit(job);
  }

  /** Whether the role is enough for a request about jobs that others may have started. */
  function mayTouch({ kid, role }: GenuineRequest, id: string): boolean {
    const job = journal.job(id);
    if (roleAllows(role, 'operate')) return true;
    return job !== undefined && job.kid === kid;
  }

  async function handleNew(genuine: GenuineRequest, body: RequestBody, topic: string): Promise<void> {
    if (body.type === 'job') {
      await handleJob(genuine, topic);
      return;
    }
    await noteRequest(genuine);
    switch (body.type) {
      case 'cancel':
        if (mayTouch(genuine, body.id)) await jobs.cancel(body.id);
        else refusals.count('denied', topic);
        break;
      case 'acknowledge': {
        const ids = body.ids.filter((id) => mayTouch(genuine, id));
        if (ids.length < body.ids.length) refusals.count('denied', topic);
        await options.deliveries.acknowledge(ids);
        break;
      }
      case 'output':
        await options.deliveries.resendOutput(body.id, body.from);
        break;
      case 'announce':
        options.onAnnounce(body.jitterMs);
        break;
    }
  }

  async function handleRequest(topic: string, payload: Buffer): Promise<void> {
    const verdict = await options.gate.judge(topic, payload);
    if (!verdict.ok) {
      refusals.count(verdict.reason, topic);
      return;
    }
    const { genuine } = verdict;
    const { body, seq } = genuine.request;
    if (body.type !== 'announce' && !documents.linked) {
      // Its number is used up: nobody can keep it and send it again once the device is linked.
      await noteRequest(genuine);
      refusals.count('notLinked', topic);
      return;
    }
    if (journal.replay.check(genuine.kid, seq) !== 'new') handleRepeated(genuine, topic);
    else await handleNew(genuine, body, topic);
  }

  async function handleOne(topic: string, payload: Buffer): Promise<void> {
    try {
      if (topic === topics.trust) await handleDocument('trust', payload);
      else if (topic === linkTopic) await handleDocument('link', payload);
      else if (options.gate.handles(topic)) await handleRequest(topic, payload);
    } catch (error) {
      options.log.error('message-failed', { topic: topic.slice(0, 200), error: toErrorBody(error) });
    }
  }

  return {
    handle(topic, payload) {
      queue = queue.then(() => handleOne(topic, payload));
      return queue;
    },
  };
}
