import { Duplex } from 'node:stream';
import type { OutgoingBudget } from './outgoing-budget.ts';
import { createConnectReader, createPacketScanner, type ScanRefusal } from './packet-scanner.ts';

/** Why a connection was cut by its guard. */
export type StreamRefusal = ScanRefusal | 'slow-reader' | 'memory-limit';

export interface GuardedStream {
  /** What aedes reads and writes. */
  readonly stream: Duplex;
  /** Lets what follows the CONNECT through; to be called when the client has been accepted. */
  release(): void;
  /** True when this client reads too slowly to be sent QoS 0 messages. */
  shouldShed(): boolean;
  /** True when the network ended the connection, not the broker. */
  isSocketGone(): boolean;
  /** Cuts the connection at once. */
  cut(): void;
}

interface GuardDependencies {
  socket: Duplex;
  connectPacketBytes: number;
  packetBytes: number;
  budget: OutgoingBudget;
  /** Unsent bytes above which this connection is cut. */
  outgoingBytes: number;
  /** A complete CONNECT has come: time to let aedes have the stream. */
  onConnect: (stream: Duplex) => void;
  onRefused: (reason: StreamRefusal) => void;
  onClosed: () => void;
}

/** How long a closed connection may take to send its last bytes, such as a CONNACK that says no. */
const LINGER_MS = 2000;

/**
 * Stands between a socket and aedes, which by itself collects whatever arrives, without limit and before anyone has
 * authenticated. Invariants:
 * - Before the CONNECT is complete, at most its allowed size is held, and aedes does not know the connection.
 * - Between CONNECT and `release` the socket is paused: at most one chunk is held.
 * - After that, only the heads of packets are looked at; a packet above the limit cuts the connection by its header.
 * - Writes never wait: aedes delivers to all subscribers of a message before it takes the next from its publisher, so
 *   one slow reader would stall everyone. What waits is counted, and a reader too slow is cut.
 */
export function createGuardedStream(dependencies: GuardDependencies): GuardedStream {
  const { socket } = dependencies;
  const connectReader = createConnectReader({ maximumBytes: dependencies.connectPacketBytes });
  const scanner = createPacketScanner({ maximumBytes: dependencies.packetBytes });
  const outgoing = dependencies.budget.open(refuse, dependencies.outgoingBytes);
  let phase: 'connect' | 'held' | 'open' | 'closed' = 'connect';
  let held = Buffer.alloc(0) as Buffer;
  let hasEnded = false;

  const stream = new Duplex({
    // Corked writes of one turn of the event loop are passed on together; below this nothing says "wait".
    writableHighWaterMark: 1024 * 1024,
    readableHighWaterMark: 64 * 1024,
    read() {
      if (phase === 'open') socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      send([chunk]);
      done();
    },
    writev(chunks, done) {
      send(chunks.map(({ chunk }) => chunk as Buffer));
      done();
    },
    final(done) {
      socket.end();
      done();
    },
    destroy(_error, done) {
      phase = 'closed';
      held = Buffer.alloc(0);
      if (!socket.destroyed) linger();
      done(null);
    },
  });
  // aedes puts its own listener in place; until then an error must not be an uncaught one.
  stream.on('error', ignore);

  socket.on('data', (chunk: Buffer) => {
    if (phase === 'connect') readConnect(chunk);
    else if (phase === 'held') hold(chunk);
    else if (phase === 'open') pass(chunk);
  });
  socket.on('end', () => {
    hasEnded = true;
    if (phase === 'connect') stream.destroy();
    else if (phase === 'open') stream.push(null);
  });
  socket.on('error', ignore);
  socket.on('close', () => {
    outgoing.close();
    stream.destroy();
    dependencies.onClosed();
  });

  function readConnect(chunk: Buffer): void {
    const result = connectReader.read(chunk);
    if (result.state === 'more') return;
    if (result.state === 'refused') {
      refuse(result.reason);
      return;
    }
    phase = 'held';
    held = result.rest;
    socket.pause();
    dependencies.onConnect(stream);
    stream.push(result.packet);
  }

  // A paused socket may still deliver what it had read; WebSocket messages in the same segment, for instance.
  function hold(chunk: Buffer): void {
    if (held.length + chunk.length > dependencies.packetBytes) refuse('packet-too-large');
    else held = Buffer.concat([held, chunk]);
  }

  function pass(chunk: Buffer): void {
    const refusal = scanner.scan(chunk);
    if (refusal) refuse(refusal);
    else if (!stream.push(chunk)) socket.pause();
  }

  function send(chunks: Buffer[]): void {
    if (socket.destroyed || socket.writableEnded) return;
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const refusal = outgoing.take(bytes);
    if (refusal) {
      refuse(refusal);
      return;
    }
    const last = chunks.length - 1;
    socket.cork();
    chunks.forEach((chunk, index) => {
      socket.write(chunk, index === last ? () => outgoing.give(bytes) : undefined);
    });
    socket.uncork();
  }

  function refuse(reason: StreamRefusal): void {
    if (phase === 'closed') return;
    phase = 'closed';
    dependencies.onRefused(reason);
    cut();
  }

  function cut(): void {
    phase = 'closed';
    socket.destroy();
    stream.destroy();
  }

  // Sends what is left, and reads on to hear the other side close: unread bytes would turn the close into a reset,
  // which makes the other side throw away our last packet.
  function linger(): void {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.end();
    socket.resume();
  }

  return {
    stream,
    cut,
    isSocketGone: () => socket.destroyed,
    shouldShed: () => outgoing.shouldShed(),
    release() {
      if (phase !== 'held') return;
      phase = 'open';
      const rest = held;
      held = Buffer.alloc(0);
      if (rest.length > 0) pass(rest);
      if (hasEnded) stream.push(null);
      else if (!stream.destroyed) socket.resume();
    },
  };
}

function ignore(): void {
  // The 'close' that always follows an 'error' is what matters.
}
