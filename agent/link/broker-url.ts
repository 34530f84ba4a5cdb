import { AppError } from '../../contract/lib/errors.ts';

export type BrokerProtocol = 'mqtt' | 'mqtts' | 'ws' | 'wss';

/** A broker's address, taken apart. */
export interface BrokerUrl {
  readonly protocol: BrokerProtocol;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Path of the WebSocket, `/` otherwise. */
  readonly path: string;
  /** As people read it; holds no user and no password. */
  readonly text: string;
}

const DEFAULT_PORTS: Record<BrokerProtocol, number> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

/** Throws `invalid` with what a broker's address looks like. */
export function parseBrokerUrl(text: string): BrokerUrl {
  const url = tryUrl(text);
  const protocol = url?.protocol.slice(0, -1);
  if (!url || !isProtocol(protocol) || url.hostname === '' || url.username !== '' || url.password !== '') {
    throw new AppError(
      'invalid',
      'A broker’s address is written as mqtt://host:1883, mqtts://host:8883, ws://host:port/path or wss://host:port/path, without user and password.',
    );
  }
  const port = url.port === '' ? DEFAULT_PORTS[protocol] : Number(url.port);
  return {
    protocol,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    path: `${url.pathname || '/'}${url.search}`,
    text: `${protocol}://${url.hostname}:${port}${url.pathname === '/' ? '' : url.pathname}`,
  };
}

function isProtocol(text: string | undefined): text is BrokerProtocol {
  return text === 'mqtt' || text === 'mqtts' || text === 'ws' || text === 'wss';
}

function tryUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
