import { AppError } from '../../../contract/lib/errors.ts';
import { MESSAGE_LIMIT_BYTES } from '../../../contract/wire/limits.ts';
import type { Want } from '../../../contract/wire/messages/device.ts';
import { parseDeviceTopic } from '../../../contract/wire/topics.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { JobEngine } from '../jobs/job-engine.ts';

export interface MessageRouterOptions {
  readonly base: string;
  readonly fleet: Fleet;
  readonly jobs: JobEngine;
  join(mac: string, jws: string): Promise<void>;
  /** Publishes the documents that a device asks for. */
  give(mac: string, wants: Want['wants']): Promise<void>;
  onIgnored(topic: string, error: unknown): void;
}

/** Brings each message of a site's devices to its owner; what is not genuine is ignored, counted and logged. */
export function createMessageRouter(options: MessageRouterOptions) {
  const { base, fleet, jobs } = options;

  async function route(topic: string, payload: Buffer, retained: boolean): Promise<void> {
    const parsed = parseDeviceTopic(base, topic);
    // An empty message takes a retained one off the broker: it is no message of a device.
    if (!parsed || payload.length === 0) return;
    if (payload.length > MESSAGE_LIMIT_BYTES) {
      throw new AppError('too-large', `A message of ${payload.length} bytes was ignored.`);
    }
    // Of what the broker keeps only these two are meant to be kept. Anything else that somebody let it keep is old, and
    // would make a device seem to be heard now.
    if (retained && parsed.kind !== 'presence' && parsed.kind !== 'inventory') return;
    const { mac } = parsed;
    const text = payload.toString('utf8');
    if (parsed.kind === 'job') {
      fleet.heard(mac);
      await jobs.receive(mac, parsed.jobId, text);
    } else if (parsed.kind === 'presence') fleet.presence(mac, text, retained);
    else if (parsed.kind === 'inventory') await fleet.inventory(mac, text);
    else if (parsed.kind === 'metrics') fleet.metrics(mac, text);
    else if (parsed.kind === 'want') await options.give(mac, fleet.want(mac, text));
    else await options.join(mac, text);
  }

  return {
    async receive(topic: string, payload: Buffer, retained: boolean): Promise<void> {
      try {
        await route(topic, payload, retained);
      } catch (error) {
        options.onIgnored(topic, error);
      }
    },
  };
}
