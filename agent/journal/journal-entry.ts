import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Timestamp } from '../../contract/lib/time.ts';
import { PublicKey } from '../../contract/model/inventory.ts';
import { REPLAY_WINDOW } from '../../contract/wire/limits.ts';
import { DeviceResultState } from '../../contract/wire/messages/job.ts';
import { JobId } from '../../contract/wire/messages/request.ts';

const Seq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const BootId = z.string().max(64);

/** What came of a job, beside its signed result. */
const Outcome = {
  state: DeviceResultState,
  exitCode: z.number().int().nullable(),
  signal: z.string().max(20).nullable(),
  durationMs: z.number().min(0).nullable(),
};

/** One line of the journal. `at` is by the device's clock, for people; nothing is decided by it. */
export const JournalEntry = z.discriminatedUnion('t', [
  /** All that is remembered of a key's sequence numbers; `seen` holds one bit a number. */
  z.object({
    t: z.literal('window'),
    kid: PublicKey,
    highest: Seq,
    seen: z.string().length(Math.ceil(REPLAY_WINDOW / 24) * 4),
  }),
  /** A request other than a job has used this number. */
  z.object({ t: z.literal('seen'), kid: PublicKey, seq: Seq }),
  z.object({
    t: z.literal('accepted'),
    id: JobId,
    op: z.string().max(64),
    argsHash: z.string().length(64),
    kid: PublicKey,
    seq: Seq,
    at: Timestamp,
  }),
  /** Written before anything runs. `expect`: the job succeeds by the device or the agent starting anew. */
  z.object({
    t: z.literal('started'),
    id: JobId,
    at: Timestamp,
    bootId: BootId,
    expect: z.enum(['boot', 'agent']).optional(),
  }),
  /** The leader of the job's process group. */
  z.object({ t: z.literal('process'), id: JobId, pid: z.number().int(), pidStart: z.string().max(32) }),
  /** `result` is absent once a long one was acknowledged; `kid` and `seq` are absent for a job cancelled before it came. */
  z.object({
    t: z.literal('finished'),
    id: JobId,
    op: z.string().max(64),
    kid: PublicKey.optional(),
    seq: Seq.optional(),
    at: Timestamp,
    bootId: BootId,
    uptimeMs: z.number().min(0),
    ...Outcome,
    result: z.string().max(200_000).optional(),
  }),
  z.object({ t: z.literal('acknowledged'), ids: z.array(JobId).max(500) }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;
export type EntryOf<T extends JournalEntry['t']> = Extract<JournalEntry, { t: T }>;

/** No line is longer: a result of 200,000 characters and its surroundings. */
export const LINE_LIMIT_BYTES = 210_000;

const LINE = /^(\{.*),"sum":"([0-9a-f]{16})"\}$/;

const checksum = (body: string): string => createHash('sha256').update(body).digest('hex').slice(0, 16);

/** One line with a checksum over its text as the last member, so that a damaged one is told from a true one. */
export function encodeEntry(entry: JournalEntry): string {
  const body = JSON.stringify(entry);
  return `${body.slice(0, -1)},"sum":"${checksum(body)}"}\n`;
}

/** The entry of a line without its line end, or undefined when the line is torn, damaged or of an unknown kind. */
export function decodeEntry(line: string): JournalEntry | undefined {
  if (line.length > LINE_LIMIT_BYTES) return undefined;
  const match = LINE.exec(line);
  const body = match?.[1] === undefined ? undefined : `${match[1]}}`;
  if (body === undefined || checksum(body) !== match?.[2]) return undefined;
  try {
    return JournalEntry.safeParse(JSON.parse(body)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a true checksum over what is not JSON: not written by an agent
    throw error;
  }
}
