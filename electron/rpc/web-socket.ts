import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { AppError } from '../../contract/lib/errors.ts';
import type { Service } from '../../contract/lib/service.ts';
import { RPC_SUBPROTOCOL } from '../../contract/rpc/control-file.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { systemCode } from '../services/storage/file-error.ts';
import { checkHost, checkOrigin, checkToken, type Refusal } from './request-guard.ts';
import { answerStatic } from './static-files.ts';
import { createServerSocketPort, MESSAGE_LIMIT_BYTES } from './web-socket-port.ts';

/** Serves the interface and the RPC to programs of this machine. */
export interface WebSocketHost extends Service {
  /** The port in use; throws before `start`. */
  port(): number;
  /** What a person opens; the token is in the fragment, which browsers keep to themselves. */
  pageUrl(): string;
  /** What programs connect to. */
  rpcUrl(): string;
}

interface Options {
  /** A loopback address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** This run's secret, at least 32 random bytes as base64url. */
  readonly token: string;
  /** The interface's bundle. */
  readonly staticFolder: string;
  readonly onPort: (port: Port) => void;
  /** Sentences for the log. */
  readonly onProblem: (sentence: string, error?: unknown) => void;
  /** Has the first look at a request; true when it answered. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly pingIntervalMs?: number;
  readonly bufferLimitBytes?: number;
}

const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost'];
const PING_INTERVAL_MS = 15_000;

/** One HTTP server on loopback: the bundle for a browser, and the RPC on the WebSocket `/rpc` behind the token. */
export function createWebSocketHost(options: Options): WebSocketHost {
  const { host, token, staticFolder, onPort, onProblem, onRequest } = options;
  let server: Server | undefined;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_LIMIT_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => RPC_SUBPROTOCOL,
  });

  const port = (): number => {
    const address = server?.address() as AddressInfo | null | undefined;
    if (!address) throw new AppError('internal', 'The interface’s address is asked for before it is served.');
    return address.port;
  };
  const authority = (): string => `${host === '::1' ? '[::1]' : host}:${port()}`;

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = checkHost(request.headers, port());
    if (refusal) {
      response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(`${refusal.sentence}\n`);
      return;
    }
    if (onRequest?.(request, response)) return;
    const answer = await answerStatic(staticFolder, {
      method: request.method ?? '',
      pathname: pathnameOf(request),
      // Not every browser counts ws: as the page's own origin.
      connectSources: [`ws://${request.headers.host}`],
    });
    response.writeHead(answer.status, { ...answer.headers, 'Content-Length': answer.body.length });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!server) {
      socket.destroy();
      return;
    }
    socket.on('error', (error) => onProblem(`A connection failed while it was opened: ${error.message}.`));
    const refusal = checkUpgrade(request);
    if (refusal) {
      onProblem(`A connection was turned away: ${refusal.sentence}`);
      socket.end(refusalText(refusal));
      return;
    }
    request.socket.setNoDelay(true);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { pingIntervalMs = PING_INTERVAL_MS, bufferLimitBytes } = options;
      onPort(createServerSocketPort(webSocket, { onProblem, pingIntervalMs, bufferLimitBytes }));
    });
  };
  const checkUpgrade = (request: IncomingMessage): Refusal | undefined => {
    const { headers } = request;
    const refusal = checkHost(headers, port()) ?? checkOrigin(headers) ?? checkToken(headers, token);
    if (refusal) return refusal;
    if (pathnameOf(request) === '/rpc') return undefined;
    return { status: 404, sentence: 'The RPC is at /rpc.' };
  };

  return {
    name: 'interface server',
    port,
    pageUrl: () => `http://${authority()}/#token=${token}`,
    rpcUrl: () => `ws://${authority()}/rpc`,
    async start() {
      if (!LOOPBACK_HOSTS.includes(host)) {
        throw new AppError(
          'invalid',
          `The interface is served on this machine only. Use 127.0.0.1 instead of ${host}.`,
        );
      }
      const starting = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
      starting.on('request', (request, response) => {
        respond(request, response).catch((error: unknown) => {
          onProblem('A file of the interface could not be read.', error);
          if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' });
          response.end('This file could not be read. Muster’s log says why.\n');
        });
      });
      starting.on('upgrade', upgrade);
      await listen(starting, host, options.port);
      starting.on('error', (error) => onProblem('The interface server reports a failure.', error));
      server = starting;
    },
    async stop() {
      const stopping = server;
      if (!stopping) return;
      server = undefined;
      const ended = new Promise((resolve) => stopping.close(resolve));
      for (const socket of sockets.clients) socket.close(1001);
      // Whoever does not say goodbye within a moment is cut off.
      const cut = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        stopping.closeAllConnections();
      }, 500);
      stopping.closeIdleConnections();
      await ended;
      clearTimeout(cut);
    },
  };
}

/** The path as it was sent, resolved like a browser does; `/` for what is no path at all. */
function pathnameOf(request: IncomingMessage): string {
  const base = 'http://127.0.0.1';
  return URL.canParse(request.url ?? '/', base) ? new URL(request.url ?? '/', base).pathname : '/';
}

function refusalText({ status, sentence }: Refusal): string {
  const reasons = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' };
  const body = `${sentence}\n`;
  return [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => reject(listenError(error, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function listenError(error: Error, host: string, port: number): AppError {
  const cause = { cause: error };
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new AppError(
        'conflict',
        `Port ${port} on ${host} is taken by another program. Choose another with --port, or 0 for any free one.`,
        { port },
        cause,
      );
    case 'EACCES':
      return new AppError(
        'denied',
        `This user account may not use port ${port}. Choose one above 1023 with --port.`,
        { port },
        cause,
      );
    default:
      return new AppError(
        'internal',
        `The interface cannot be served on ${host}:${port} (${error.message}).`,
        { port },
        cause,
      );
  }
}
