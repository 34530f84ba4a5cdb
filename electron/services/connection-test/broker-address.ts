import { AppError } from '../../../contract/lib/errors.ts';

/** A broker's URL, taken apart. */
export interface BrokerAddress {
  transport: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  /** Name or IP address, without brackets. */
  host: string;
  port: number;
  /** Path of the WebSocket, `/` when none was given. */
  path: string;
  isSecure: boolean;
  isWebSocket: boolean;
}

const DEFAULT_PORTS = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const;

/** Takes a broker's URL apart; throws `invalid` with an example of the right form. */
export function parseBrokerUrl(text: string): BrokerAddress {
  const match = /^(mqtts?|wss?):\/\//i.exec(text.trim());
  const transport = match?.[1]?.toLowerCase() as BrokerAddress['transport'] | undefined;
  if (!match || !transport) {
    throw new AppError(
      'invalid',
      'The address must start with mqtt://, mqtts://, ws:// or wss://, as in mqtts://broker.local:8883.',
    );
  }
  let url: URL;
  try {
    // The parser of http URLs checks host and port; it does so for no scheme that it does not know.
    url = new URL(`http://${text.trim().slice(match[0].length)}`);
  } catch (cause) {
    throw new AppError(
      'invalid',
      'The address has no valid host and port. Write it as in mqtts://192.168.1.20:8883.',
      undefined,
      { cause },
    );
  }
  if (url.username || url.password) {
    throw new AppError(
      'invalid',
      'Leave user and password out of the address and enter them in their own fields.',
    );
  }
  const isWebSocket = transport === 'ws' || transport === 'wss';
  return {
    transport,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : (explicitPort(text) ?? DEFAULT_PORTS[transport]),
    path: isWebSocket ? `${url.pathname}${url.search}` : '/',
    isSecure: transport === 'mqtts' || transport === 'wss',
    isWebSocket,
  };
}

// `http://host:80` loses its port while it is parsed, because 80 is the default there.
function explicitPort(text: string): number | undefined {
  return /^[a-z]+:\/\/[^/?#]*:80(?:[/?#]|$)/i.test(text.trim()) ? 80 : undefined;
}
