import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Admission, Ticket } from './admission.ts';
import { describeListenError } from './listen-error.ts';

export type Transport = 'mqtt' | 'mqtts' | 'ws' | 'wss';

/** One door of the broker. */
export interface ListenerSettings {
  name: string;
  transport: Transport;
  /** An address of this machine, `0.0.0.0` or `::` for all. */
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Admits the control centre's own account only, and never refuses it for the sake of limits. */
  controlOnly?: boolean;
}

/** The broker's certificate chain and private key as PEM text. */
export interface TlsIdentity {
  certPem: string;
  keyPem: string;
}

/** A connection that is ready to talk MQTT. */
export interface IncomingConnection {
  socket: Duplex;
  ticket: Ticket;
}

/** Why a connection failed before it could talk MQTT. */
export type HandshakeRefusal = 'tls-failed' | 'websocket-failed' | 'accept-failed';

interface ListenerDependencies {
  settings: ListenerSettings;
  tls: TlsIdentity | undefined;
  packetBytes: number;
  handshakeTimeoutMs: number;
  admission: Admission;
  onConnection: (connection: IncomingConnection) => void;
  onHandshakeFailed: (reason: HandshakeRefusal, remoteAddress: string, detail: string) => void;
}

const MQTT_SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];
const UPGRADE_HINT = 'This port speaks MQTT over WebSocket. Connect an MQTT client to it.\n';

/** Accepts TCP connections for one transport. `start` resolves with the real port or throws what to do. */
export function createListener(dependencies: ListenerDependencies) {
  const { settings, admission, onConnection, onHandshakeFailed } = dependencies;
  const secure = settings.transport === 'mqtts' || settings.transport === 'wss';
  // By local port of the peer: TLS and HTTP hand on another object than the one that was admitted.
  const tickets = new Map<string, Ticket>();
  const sockets = new Set<Socket>();
  const server = createServer();

  function createServer(): Server {
    const tls = {
      cert: dependencies.tls?.certPem,
      key: dependencies.tls?.keyPem,
      minVersion: 'TLSv1.2' as const,
    };
    const handshakeTimeout = dependencies.handshakeTimeoutMs;
    const http = { maxHeaderSize: 8192, headersTimeout: handshakeTimeout, requestTimeout: handshakeTimeout };
    switch (settings.transport) {
      case 'mqtt':
        return createTcpServer(accept);
      case 'mqtts':
        return createTlsServer({ ...tls, handshakeTimeout }, accept);
      case 'ws':
        return serveWebSockets(createHttpServer(http));
      case 'wss':
        return serveWebSockets(createHttpsServer({ ...tls, ...http, handshakeTimeout }));
    }
  }

  function accept(socket: Socket): void {
    const ticket = tickets.get(peerOf(socket));
    if (ticket) onConnection({ socket, ticket });
    else socket.destroy();
  }

  function serveWebSockets(http: HttpServer): HttpServer {
    const webSockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: dependencies.packetBytes,
      handleProtocols: (offered) => MQTT_SUBPROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
    });
    http.on('request', (_request, response) => {
      response
        .writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket', connection: 'close' })
        .end(UPGRADE_HINT);
    });
    http.on('upgrade', (request, rawSocket, head) => {
      const ticket = tickets.get(peerOf(request.socket));
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!ticket || !offered.some((name) => MQTT_SUBPROTOCOLS.includes(name))) {
        onHandshakeFailed(
          'websocket-failed',
          ticket?.remoteAddress ?? '',
          'The client did not ask for the mqtt subprotocol.',
        );
        rawSocket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        return;
      }
      webSockets.handleUpgrade(request, rawSocket, head, (webSocket) => {
        onConnection({ socket: createWebSocketStream(webSocket), ticket });
      });
    });
    http.on('clientError', (error, socket) => {
      onHandshakeFailed('websocket-failed', '', error.message);
      socket.destroy();
    });
    return http;
  }

  // First in line, so that a transport finds the ticket, and options are set on the bare TCP socket.
  server.prependListener('connection', (socket: Socket) => {
    const ticket = admission.admit(socket, { exempt: settings.controlOnly === true });
    if (!ticket) return;
    socket.setNoDelay(true);
    // Finds out about peers that vanished without a word, whatever keep-alive the client asked for.
    socket.setKeepAlive(true, 60_000);
    const peer = peerOf(socket);
    tickets.set(peer, ticket);
    sockets.add(socket);
    socket.once('close', () => {
      if (tickets.get(peer) === ticket) tickets.delete(peer);
      sockets.delete(socket);
    });
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    onHandshakeFailed('tls-failed', socket.remoteAddress ?? '', error.code ?? error.message);
    socket.destroy();
  });

  function start(): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => reject(describeListenError(error, settings));
      server.once('error', fail);
      try {
        server.listen({ host: settings.host, port: settings.port, backlog: 1024 }, () => {
          server.removeListener('error', fail);
          // Out of file descriptors, for instance: the connection is lost, the listener stays.
          server.on('error', (error) => onHandshakeFailed('accept-failed', '', error.message));
          resolve((server.address() as AddressInfo).port);
        });
      } catch (error) {
        fail(error as NodeJS.ErrnoException);
      }
    });
  }

  return {
    name: settings.name,
    start,
    /** Uses another certificate for connections from now on. */
    setTls(tls: TlsIdentity): void {
      if (secure)
        (server as TlsServer).setSecureContext({ cert: tls.certPem, key: tls.keyPem, minVersion: 'TLSv1.2' });
    },
    /** Stops listening and destroys what is still connected. */
    stop(): Promise<void> {
      return new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}
export type Listener = ReturnType<typeof createListener>;

function peerOf(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
