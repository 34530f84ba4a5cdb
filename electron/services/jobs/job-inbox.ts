import { createHash } from 'node:crypto';
import { AppError } from '../../../contract/lib/errors.ts';
import type { OutputStream, StreamSummary } from '../../../contract/model/job.ts';
import { isFinal } from '../../../contract/model/job.ts';
import { decode } from '../../../contract/wire/decode.ts';
import type { DocumentOpener } from '../../../contract/wire/documents.ts';
import { MESSAGE_LIMIT_BYTES, OUTPUT_HEAD_BYTES, OUTPUT_TAIL_BYTES } from '../../../contract/wire/limits.ts';
import { JobMessage, Refusal, SignedResult } from '../../../contract/wire/messages/job.ts';
import type { History } from '../history/history.ts';
import type { JobOutbox } from './job-outbox.ts';
import { addRange, type ByteRange, firstMissing, type OpenResult, rangesLength } from './open-result.ts';
import type { ResultLedger } from './result-ledger.ts';

// INVARIANTS
// 1. Only a result that is signed with the key that the link is bound to ends a job.
// 2. A result is acknowledged after it and all of its kept output are stored, never before.

const STREAMS: readonly OutputStream[] = ['stdout', 'stderr'];
/** Questions in a row that brought nothing, before the result is stored without the missing output, with a word. */
const OUTPUT_REQUESTS = 5;
const REFUSALS = 5;
const STREAM_LIMIT_BYTES = OUTPUT_HEAD_BYTES + OUTPUT_TAIL_BYTES;

export interface JobInboxOptions {
  readonly siteId: string;
  readonly history: History;
  readonly ledger: ResultLedger;
  readonly outbox: JobOutbox;
  readonly opener: DocumentOpener;
  readonly now: () => number;
  find(jobId: string, mac: string): OpenResult | undefined;
  boundKey(mac: string): string | null;
  raiseSequence(highestSeq: number): Promise<void>;
  changed(open: OpenResult): void;
  /** Stores a final row and closes the result; resolves when it is on disk. */
  close(open: OpenResult, row: OpenResult['row']): Promise<void>;
  liveOutput(open: OpenResult, stream: OutputStream, offset: number, data: string): void;
}

export interface JobInbox {
  /** A message on a device's job topic. Throws `invalid` or `denied` for what is not genuine. */
  receive(mac: string, jobId: string, text: string): Promise<void>;
  /** Asks again for output that has not come. */
  continueOutput(open: OpenResult): Promise<void>;
}

export function createJobInbox(options: JobInboxOptions): JobInbox {
  const { siteId, history, ledger, outbox, opener, now } = options;
  const iso = (atMs: number): string => new Date(atMs).toISOString();

  async function openSigned<T extends { mac: string; jobId: string; site: string }>(
    mac: string,
    jobId: string,
    work: {
      jws: string;
      type: 'muster-result' | 'muster-refusal';
      schema: Parameters<typeof opener.open<T>>[0]['schema'];
    },
  ): Promise<T> {
    const boundKey = options.boundKey(mac);
    const { payload } = await opener.open({
      ...work,
      limitBytes: MESSAGE_LIMIT_BYTES,
      accepts: (key) => boundKey !== null && key === boundKey,
    });
    if (payload.mac !== mac || payload.jobId !== jobId || payload.site !== siteId) {
      throw new AppError(
        'denied',
        `The ${work.type} on ${mac}'s topic belongs to another device, job or site.`,
      );
    }
    return payload;
  }

  function progress(open: OpenResult, state: 'accepted' | 'running', startedAt: string | null): void {
    const { row } = open;
    const order = ['queued', 'sent', 'accepted', 'running'];
    if (order.indexOf(state) <= order.indexOf(row.state)) return;
    const at = iso(now());
    open.row = {
      ...row,
      state,
      since: at,
      acceptedAt: row.acceptedAt ?? at,
      startedAt: startedAt ?? row.startedAt,
    };
    ledger.note(open);
    options.changed(open);
  }

  function output(open: OpenResult, message: Extract<JobMessage, { type: 'output' }>): void {
    const { stream, offset, data } = message;
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length === 0) return;
    requireRoom(open, stream, { offset, length: bytes.length });
    open.have[stream] = addRange(open.have[stream], { offset, length: bytes.length });
    open.outputRequests = 0;
    options.liveOutput(open, stream, offset, data);
    // Not stored: what is really there counts, and the rest is asked for again.
    ledger.output({ open, stream, offset, bytes }).catch(() => {
      open.have[stream] = history.output.ranges(open.row.jobId, open.row.mac, stream);
    });
  }

  /** Output messages are not signed: what nobody asked for must not fill the disk. */
  function requireRoom(open: OpenResult, stream: OutputStream, added: ByteRange): void {
    const kept = open.outcome?.result.output?.[stream].kept;
    const isWanted = (range: ByteRange): boolean =>
      range.offset <= added.offset && added.offset + added.length <= range.offset + range.length;
    if (kept ? kept.some(isWanted) : rangesLength(open.have[stream]) + added.length <= STREAM_LIMIT_BYTES)
      return;
    throw new AppError(
      'too-large',
      `Output of ${open.row.mac} that does not belong to what is kept of its ${stream} was ignored.`,
    );
  }

  function missing(open: OpenResult): { stream: OutputStream; offset: number }[] {
    const summaries = open.outcome?.result.output;
    if (!summaries) return [];
    return STREAMS.flatMap((stream) => {
      const offset = firstMissing(summaries[stream].kept, open.have[stream]);
      return offset === undefined ? [] : [{ stream, offset }];
    });
  }

  async function settle(open: OpenResult): Promise<void> {
    if (!open.outcome || open.closing) return;
    const gaps = missing(open);
    if (gaps.length > 0 && open.outputRequests < OUTPUT_REQUESTS) {
      open.outputRequests += 1;
      options.changed(open);
      await outbox.askForOutput(open, gaps);
      return;
    }
    open.closing = true;
    try {
      await store(open, open.outcome, gaps);
    } finally {
      open.closing = false;
    }
    outbox.acknowledge(open.row.mac, open.row.jobId);
  }

  async function store(
    open: OpenResult,
    { result, receipt, startedAt, finishedAt }: NonNullable<OpenResult['outcome']>,
    gaps: readonly { stream: OutputStream; offset: number }[],
  ): Promise<void> {
    await ledger.flush();
    const faults = [
      ...gaps.map(({ stream, offset }) => `The device no longer has its ${stream} from byte ${offset}.`),
      ...STREAMS.filter((stream) => gaps.every((gap) => gap.stream !== stream)).flatMap((stream) =>
        outputFault(open, stream, result.output?.[stream]),
      ),
    ];
    await options.close(open, {
      ...open.row,
      state: result.state,
      since: iso(now()),
      detail: faults.join(' '),
      exitCode: result.exitCode,
      signal: result.signal,
      startedAt: startedAt ?? open.row.startedAt,
      finishedAt,
      error: result.error,
      output: result.output,
      value: result.value,
      receipt,
    });
  }

  /** A stream that was kept whole must have the hash that the device signed. */
  function outputFault(open: OpenResult, stream: OutputStream, summary: StreamSummary | undefined): string[] {
    const [whole] = summary?.kept ?? [];
    if (!summary || summary.bytes === 0 || whole?.length !== summary.bytes) return [];
    const { jobId, mac } = open.row;
    const hash = createHash('sha256');
    for (let offset = 0; offset < summary.bytes; ) {
      const parts = history.output.read(jobId, mac, stream, { fromOffset: offset, limitBytes: 1024 * 1024 });
      const first = parts[0];
      if (!first || first.offset !== offset) break;
      hash.update(first.bytes);
      offset += first.bytes.length;
    }
    if (hash.digest('hex') === summary.sha256) return [];
    return [
      `What arrived of its ${stream} is not what the device printed: its hash differs. Run the job again.`,
    ];
  }

  async function finished(
    mac: string,
    jobId: string,
    message: Extract<JobMessage, { type: 'finished' }>,
  ): Promise<void> {
    const open = options.find(jobId, mac);
    if (!open) {
      const stored = history.results.get(jobId, mac);
      if (stored && stored.siteId === siteId && isFinal(stored.state)) outbox.acknowledge(mac, jobId);
      return;
    }
    const result = await openSigned<SignedResult>(mac, jobId, {
      jws: message.result,
      type: 'muster-result',
      schema: SignedResult,
    });
    if (options.find(jobId, mac) !== open || open.outcome) return;
    const finishedMs = now() - message.ageMs;
    const startedAt = result.durationMs === null ? null : iso(finishedMs - result.durationMs);
    open.outcome = { result, receipt: message.result, finishedAt: iso(finishedMs), startedAt };
    await settle(open);
  }

  async function refused(mac: string, jobId: string, jws: string): Promise<void> {
    const open = options.find(jobId, mac);
    if (!open || open.refusals >= REFUSALS) return;
    const refusal = await openSigned<Refusal>(mac, jobId, { jws, type: 'muster-refusal', schema: Refusal });
    open.refusals += 1;
    await options.raiseSequence(refusal.highestSeq);
    await outbox.send(open);
  }

  return {
    async receive(mac, jobId, text) {
      const message = decode(JobMessage, text, MESSAGE_LIMIT_BYTES, 'The job message');
      if (message.type === 'finished') return finished(mac, jobId, message);
      if (message.type === 'refused') return refused(mac, jobId, message.refusal);
      const open = options.find(jobId, mac);
      if (!open) return;
      open.lastNewsMs = now();
      if (message.type === 'output') open.questions = 0;
      if (message.type === 'accepted') progress(open, 'accepted', null);
      if (message.type === 'running') progress(open, 'running', iso(now() - message.elapsedMs));
      if (message.type === 'output') {
        output(open, message);
        if (open.outcome && missing(open).length === 0) await settle(open);
      }
    },
    continueOutput: settle,
  };
}
