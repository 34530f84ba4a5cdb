import { AppError } from '../../../contract/lib/errors.ts';
import { isFinal } from '../../../contract/model/job.ts';
import type { RequestBody } from '../../../contract/wire/messages/request.ts';
import type { Sendable } from '../fleet/fleet.ts';
import type { OpenResult } from './open-result.ts';
import type { ResultLedger } from './result-ledger.ts';

// INVARIANTS
// 1. A result is stored as sent before its request leaves, so a cancel after a crash knows that it may have arrived.
// 2. Nothing is sent to a device that is not online, and every sending is signed anew.

export interface JobOutbox {
  /** Sends what this result needs now: the request, a question after its state, or a cancel. */
  send(open: OpenResult): Promise<void>;
  askForOutput(open: OpenResult, from: { stream: 'stdout' | 'stderr'; offset: number }[]): Promise<void>;
  acknowledge(mac: string, jobId: string): void;
}

export interface JobOutboxOptions {
  readonly ledger: ResultLedger;
  readonly now: () => number;
  sendable(mac: string): Sendable;
  args(jobId: string): Record<string, unknown>;
  op(jobId: string): string;
  /** Signs for this device and publishes; rejects `offline`. */
  request(mac: string, body: RequestBody): Promise<void>;
  changed(open: OpenResult): void;
  onError(error: unknown): void;
}

export function createJobOutbox(options: JobOutboxOptions): JobOutbox {
  const { ledger, now } = options;
  const acknowledgements = new Map<string, Set<string>>();

  async function send(open: OpenResult): Promise<void> {
    if (open.sending || open.outcome || !options.sendable(open.row.mac).ok) return;
    open.sending = true;
    open.lastSentMs = now();
    try {
      await sendNow(open);
    } finally {
      open.sending = false;
    }
    // A cancel that came meanwhile found the way taken.
    if (open.cancelRequested && isFinal(open.row.state) === false && !open.cancelSent) await send(open);
  }

  async function sendNow(open: OpenResult): Promise<void> {
    const { row } = open;
    if (open.cancelRequested) {
      open.cancelSent = true;
      await tolerateOffline(options.request(row.mac, { type: 'cancel', id: row.jobId }));
      return;
    }
    if (row.state === 'queued') {
      const at = new Date(now()).toISOString();
      open.row = { ...row, state: 'sent', since: at, sentAt: row.sentAt ?? at, attempts: row.attempts + 1 };
      try {
        await ledger.record(open);
      } catch (error) {
        if (open.row.state === 'sent') open.row = row;
        throw error;
      }
      options.changed(open);
      if (open.cancelRequested || open.row.state !== 'sent') return;
    } else if (row.state === 'sent') {
      open.row = { ...row, attempts: row.attempts + 1 };
    } else open.questions += 1;
    const body = {
      type: 'job',
      id: row.jobId,
      op: options.op(row.jobId),
      args: options.args(row.jobId),
    } as const;
    await tolerateOffline(options.request(row.mac, body));
  }

  async function flushAcknowledgements(mac: string): Promise<void> {
    const ids = [...(acknowledgements.get(mac) ?? [])];
    acknowledgements.delete(mac);
    for (let index = 0; index < ids.length; index += 500) {
      // Not delivered: the device sends its result again, and is answered again.
      await tolerateOffline(
        options.request(mac, { type: 'acknowledge', ids: ids.slice(index, index + 500) }),
      );
    }
  }

  return {
    send,
    async askForOutput(open, from) {
      open.lastSentMs = now();
      await tolerateOffline(options.request(open.row.mac, { type: 'output', id: open.row.jobId, from }));
    },
    acknowledge(mac, jobId) {
      const waiting = acknowledgements.get(mac);
      if (waiting) {
        waiting.add(jobId);
        return;
      }
      acknowledgements.set(mac, new Set([jobId]));
      setImmediate(() => void flushAcknowledgements(mac).catch(options.onError));
    },
  };
}

/** A lost connection is no failure here: what is open is sent again when the device is back. */
async function tolerateOffline(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'offline')) throw error;
  }
}
