import type { Site } from '../../contract/model/site.ts';

/** A site's connection as shape and word. */
export function connectionKind(connection: Site['connection']): {
  kind: 'online' | 'offline' | 'running' | 'failed';
  label: string;
} {
  switch (connection.state) {
    case 'connected':
      return { kind: 'online', label: 'connected' };
    case 'connecting':
      return { kind: 'running', label: 'connecting' };
    case 'disconnected':
      return { kind: 'failed', label: 'not connected' };
    case 'stopped':
      return { kind: 'offline', label: 'disconnected by you' };
  }
}

/** The way to a broker in a word: `mqtts`, `ws`. */
export function schemeOf(brokerUrl: string): string {
  return brokerUrl.split(':')[0] ?? '';
}
