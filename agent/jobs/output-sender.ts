import type { OutputStream } from '../../contract/model/job.ts';
import { OUTPUT_CHUNK_BYTES } from '../../contract/wire/limits.ts';
import type { OutputSource } from './output-file.ts';

/** One `output` message before it gets its number. */
export interface OutputChunk {
  readonly stream: OutputStream;
  readonly offset: number;
  readonly data: string;
}

/** Chunks of all jobs that may be on their way at once: bounds memory and what the broker must queue. */
export interface ChunkBudget {
  /** Undefined when there is none: then `wake` is called once when there is. */
  take(wake: () => void): (() => void) | undefined;
}

export function createChunkBudget(limit: number): ChunkBudget {
  let free = limit;
  let waiting: (() => void)[] = [];
  return {
    take(wake) {
      if (free === 0) {
        if (!waiting.includes(wake)) waiting.push(wake);
        return undefined;
      }
      free -= 1;
      return () => {
        free += 1;
        // All of them: one that has nothing to send any more must not keep the turn of the others.
        const woken = waiting;
        waiting = [];
        for (const wakeOne of woken) wakeOne();
      };
    },
  };
}

/**
 * Sends what a job printed from what is kept of it, so that a slow broker never holds up the command.
 * Invariants: offsets of a stream only go forward except by `rewind` and after a failed send; at most
 * CHUNKS_IN_FLIGHT chunks of a job are unacknowledged; `drained` is called only when everything readable was
 * acknowledged by the broker after `finish`.
 */
export interface OutputSender {
  /** There are more bytes. */
  notify(): void;
  /** There will be no more bytes. `drained` is called now and again after each `rewind`. */
  finish(): void;
  readonly drained: boolean;
  /** Sends a stream again from an offset. */
  rewind(stream: OutputStream, offset: number): void;
  setConnected(connected: boolean): void;
  stop(): void;
}

const CHUNKS_IN_FLIGHT = 2;
const FLUSH_MS = 50;
const STREAMS: readonly OutputStream[] = ['stdout', 'stderr'];

export function createOutputSender(options: {
  sources: Record<OutputStream, OutputSource>;
  budget: ChunkBudget;
  connected: boolean;
  /** Settles when the broker has the chunk. */
  publish: (chunk: OutputChunk) => Promise<void>;
  onDrained: () => void;
  monotonicMs: () => number;
}): OutputSender {
  const { sources, budget } = options;
  const next: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  let inFlight = 0;
  let finished = false;
  let drained = false;
  let stopped = false;
  let connected = options.connected;
  let lastSentAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let turn = 0;

  /** The next bytes of a stream to be sent, or undefined when all that is readable was sent. */
  function pending(stream: OutputStream): { offset: number; length: number } | undefined {
    for (const { offset, length } of sources[stream].readableRanges()) {
      const end = offset + length;
      if (next[stream] >= end) continue;
      const start = Math.max(offset, next[stream]);
      return { offset: start, length: Math.min(OUTPUT_CHUNK_BYTES, end - start) };
    }
    return undefined;
  }

  function choose(): { stream: OutputStream; offset: number; length: number } | undefined {
    for (let tried = 0; tried < STREAMS.length; tried += 1) {
      const stream = STREAMS[(turn + tried) % STREAMS.length] ?? 'stdout';
      const range = pending(stream);
      if (range) return { stream, ...range };
    }
    return undefined;
  }

  function send(stream: OutputStream, offset: number, length: number, release: () => void): void {
    const bytes = sources[stream].read(offset, length);
    turn += 1;
    // The file is gone or shorter than it should be: nothing of it can be sent, the console sees the gap.
    next[stream] = bytes.length === 0 ? Number.MAX_SAFE_INTEGER : offset + bytes.length;
    if (bytes.length === 0) {
      release();
      return;
    }
    inFlight += 1;
    lastSentAtMs = options.monotonicMs();
    options
      .publish({ stream, offset, data: bytes.toString('base64') })
      .catch(() => {
        // Lost with the connection: again from here when there is one.
        next[stream] = Math.min(next[stream], offset);
        connected = false;
      })
      .finally(() => {
        inFlight -= 1;
        release();
        pump();
      });
  }

  function pump(): void {
    while (connected && !stopped && inFlight < CHUNKS_IN_FLIGHT) {
      const chunk = choose();
      if (!chunk) break;
      const waitMs = lastSentAtMs + FLUSH_MS - options.monotonicMs();
      if (!finished && chunk.length < OUTPUT_CHUNK_BYTES && waitMs > 0) {
        // Little was printed since the last message: gather for a moment.
        timer ??= setTimeout(() => {
          timer = undefined;
          pump();
        }, waitMs);
        return;
      }
      const release = budget.take(pump);
      if (!release) return;
      send(chunk.stream, chunk.offset, chunk.length, release);
    }
    if (finished && connected && !stopped && !drained && inFlight === 0 && !choose()) {
      drained = true;
      options.onDrained();
    }
  }

  return {
    get drained() {
      return drained;
    },
    notify: pump,
    finish() {
      finished = true;
      pump();
    },
    rewind(stream, offset) {
      drained = false;
      next[stream] = offset;
      pump();
    },
    setConnected(value) {
      connected = value;
      if (value) pump();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
