/** Why a byte stream was refused. */
export type ScanRefusal =
  | 'not-mqtt'
  | 'tls-on-plain-port'
  | 'connect-too-large'
  | 'packet-too-large'
  | 'malformed-packet';

export type ConnectRead =
  | { state: 'more' }
  | { state: 'complete'; packet: Buffer; rest: Buffer }
  | { state: 'refused'; reason: ScanRefusal };

const CONNECT_HEADER = 0x10;
const TLS_HANDSHAKE = 0x16;
const LENGTH_BYTES_MAXIMUM = 4;

/** Collects the first packet of a connection, which must be a CONNECT of at most `maximumBytes`. */
export function createConnectReader({ maximumBytes }: { maximumBytes: number }) {
  let collected: Buffer = Buffer.alloc(0);

  return {
    /** Holds at most `maximumBytes` and one chunk; call no more after `complete` or `refused`. */
    read(chunk: Buffer): ConnectRead {
      const bytes = collected.length === 0 ? chunk : Buffer.concat([collected, chunk]);
      const first = bytes[0];
      if (first === undefined) return { state: 'more' };
      if (first === TLS_HANDSHAKE) return { state: 'refused', reason: 'tls-on-plain-port' };
      if (first !== CONNECT_HEADER) return { state: 'refused', reason: 'not-mqtt' };
      let length = 0;
      for (let index = 0; index < LENGTH_BYTES_MAXIMUM; index += 1) {
        const byte = bytes[1 + index];
        if (byte === undefined) {
          collected = bytes;
          return { state: 'more' };
        }
        length += (byte & 0x7f) << (7 * index);
        if ((byte & 0x80) !== 0) continue;
        const total = 2 + index + length;
        if (total > maximumBytes) return { state: 'refused', reason: 'connect-too-large' };
        if (bytes.length < total) {
          collected = bytes;
          return { state: 'more' };
        }
        return { state: 'complete', packet: bytes.subarray(0, total), rest: bytes.subarray(total) };
      }
      return { state: 'refused', reason: 'malformed-packet' };
    },
  };
}

/**
 * Follows the fixed headers of the packets that pass by and keeps nothing of them. `scan` says why the stream must
 * be cut, before the offending packet has been collected anywhere.
 */
export function createPacketScanner({ maximumBytes }: { maximumBytes: number }) {
  let bodyLeft = 0;
  // Number of length bytes seen of the header being read, or -1 between packets.
  let lengthBytes = -1;
  let length = 0;

  function scan(chunk: Buffer): ScanRefusal | undefined {
    let index = 0;
    while (index < chunk.length) {
      if (bodyLeft > 0) {
        const step = Math.min(bodyLeft, chunk.length - index);
        bodyLeft -= step;
        index += step;
        continue;
      }
      const byte = chunk[index] ?? 0;
      index += 1;
      if (lengthBytes < 0) {
        const type = byte >> 4;
        if (type === 0 || type === 15) return 'malformed-packet';
        lengthBytes = 0;
        length = 0;
        continue;
      }
      length += (byte & 0x7f) << (7 * lengthBytes);
      lengthBytes += 1;
      if ((byte & 0x80) !== 0) {
        if (lengthBytes === LENGTH_BYTES_MAXIMUM) return 'malformed-packet';
        continue;
      }
      if (1 + lengthBytes + length > maximumBytes) return 'packet-too-large';
      bodyLeft = length;
      lengthBytes = -1;
    }
    return undefined;
  }

  return { scan };
}
