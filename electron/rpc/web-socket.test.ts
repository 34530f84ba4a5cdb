import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSocketPort } from '../../cli/web-socket-port.ts';
import { AppError } from '../../contract/lib/errors.ts';
import type { Port } from '../../contract/rpc/port.ts';
import { createRunToken } from './control-file.ts';
import { createWebSocketHost, type WebSocketHost } from './web-socket.ts';
import { MESSAGE_LIMIT_BYTES } from './web-socket-port.ts';

const token = createRunToken();
let staticFolder: string;
let host: WebSocketHost;
let ports: Port[];
let problems: string[];

const makeHost = (more: Partial<Parameters<typeof createWebSocketHost>[0]> = {}): WebSocketHost =>
  createWebSocketHost({
    host: '127.0.0.1',
    port: 0,
    token,
    staticFolder,
    onPort: (port) => ports.push(port),
    onProblem: (sentence) => problems.push(sentence),
    ...more,
  });

beforeEach(async () => {
  staticFolder = await mkdtemp(join(tmpdir(), 'muster-web-'));
  await mkdir(join(staticFolder, 'assets'));
  await writeFile(join(staticFolder, 'index.html'), '<!doctype html><title>Muster</title>');
  await writeFile(join(staticFolder, 'assets/index-AbCd_123.js'), 'export {};');
  ports = [];
  problems = [];
  host = makeHost();
  await host.start();
});

afterEach(async () => {
  await host.stop();
  await rm(staticFolder, { recursive: true });
});

/** A connection with any headers; resolves with the status, 101 when it was let in. */
function tryConnect({
  path = '/rpc',
  subprotocols = ['muster', `token.${token}`],
  headers = {},
}: {
  path?: string;
  subprotocols?: string[];
  headers?: Record<string, string>;
} = {}): Promise<{ status: number; socket: WebSocket }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port()}${path}`, subprotocols, { headers });
    socket.once('open', () => resolve({ status: 101, socket }));
    socket.once('unexpected-response', (_request, response) => {
      resolve({ status: response.statusCode ?? 0, socket });
      response.destroy();
    });
    socket.on('error', reject);
  });
}

function get(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ response: IncomingMessage; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port: host.port(), path, headers, method },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ response, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

it('lets in whoever brings the token as a subprotocol, and answers with its own subprotocol only', async () => {
  const { status, socket } = await tryConnect();
  expect(status).toBe(101);
  expect(socket.protocol).toBe('muster');
  expect(ports).toHaveLength(1);
});

it.each([
  ['no subprotocol at all', []],
  ['no token', ['muster']],
  ['an empty token', ['muster', 'token.']],
  ['a wrong token', ['muster', `token.${createRunToken()}`]],
  ['the beginning of the token', ['muster', `token.${token.slice(0, -1)}`]],
  ['the token without the RPC’s name', [`token.${token}`]],
])('turns away a connection with %s', async (_what, subprotocols) => {
  expect((await tryConnect({ subprotocols })).status).toBe(401);
  expect(ports).toEqual([]);
  expect(problems.join()).not.toContain(token.slice(0, 10));
});

it.each([
  ['a page of another origin', { Origin: 'https://evil.example' }],
  ['a page of another port of this machine', { Origin: 'http://127.0.0.1:1' }],
  ['a page without an origin of its own', { Origin: 'null' }],
  ['a name that only seems to be this machine', { Host: 'muster.evil.example' }],
  ['the right name with another port', { Host: '127.0.0.1:1' }],
])('turns away %s even with the token', async (_what, headers) => {
  expect((await tryConnect({ headers })).status).toBe(403);
  expect(ports).toEqual([]);
});

it('lets in a page of its own origin', async () => {
  const { status } = await tryConnect({ headers: { Origin: `http://127.0.0.1:${host.port()}` } });
  expect(status).toBe(101);
});

it('has the RPC at one address only', async () => {
  expect((await tryConnect({ path: '/other' })).status).toBe(404);
});

it('refuses to serve files under a foreign name (DNS rebinding)', async () => {
  const { response, text } = await get('/', { Host: 'evil.example' });
  expect(response.statusCode).toBe(403);
  expect(text).not.toContain('<title>');
});

it('serves the page with a strict policy that allows its own WebSocket', async () => {
  const { response, text } = await get('/');
  expect(response.statusCode).toBe(200);
  expect(text).toContain('<title>Muster</title>');
  const policy = response.headers['content-security-policy'];
  expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${host.port()};`);
  expect(policy).toContain("default-src 'self'; script-src 'self';");
  expect(response.headers['x-content-type-options']).toBe('nosniff');
});

it('sends the headers alone for HEAD and takes no other method', async () => {
  const head = await get('/', {}, 'HEAD');
  expect(head.response.statusCode).toBe(200);
  expect(head.response.headers['content-length']).toBe('36');
  expect(head.text).toBe('');
  expect((await get('/', {}, 'POST')).response.statusCode).toBe(405);
});

it('answers an address that is none', async () => {
  expect((await get('//')).response.statusCode).toBe(200);
  expect((await get('/%ff')).response.statusCode).toBe(400);
});

it('gives the token in the fragment, which no server sees', () => {
  expect(host.pageUrl()).toBe(`http://127.0.0.1:${host.port()}/#token=${token}`);
  expect(host.rpcUrl()).toBe(`ws://127.0.0.1:${host.port()}/rpc`);
});

it('disconnects whoever sends a message above the limit', async () => {
  const { socket } = await tryConnect();
  const closing = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.send('x'.repeat(MESSAGE_LIMIT_BYTES + 1));
  expect([1006, 1009]).toContain(await closing);
  await expect.poll(() => problems).not.toEqual([]);
});

it.each([
  ['binary', Buffer.from([1, 2, 3])],
  ['a text of more characters than a frame may have', ' '.repeat(4 * 1024 * 1024 + 1)],
])('disconnects whoever sends %s', async (_what, message) => {
  const { socket } = await tryConnect();
  const closing = new Promise((resolve) => socket.once('close', resolve));
  socket.send(message);
  await closing;
  expect(problems).toHaveLength(1);
});

it('hands on what is no JSON as no frame', async () => {
  const { socket } = await tryConnect();
  const frame = new Promise((resolve) => ports[0]?.onFrame(resolve));
  socket.send('{"t":');
  expect(await frame).toBeUndefined();
});

it('disconnects an interface that reads too slowly, and says so', async () => {
  await host.stop();
  host = makeHost({ bufferLimitBytes: 100_000 });
  await host.start();
  const { socket } = await tryConnect();
  socket.pause();
  const closing = new Promise<void>((resolve) => ports[0]?.onClose(resolve));
  let isOpen = true;
  ports[0]?.onClose(() => {
    isOpen = false;
  });
  const body = {
    notices: [{ id: 'n', at: '2026-01-01T00:00:00Z', level: 'info', message: 'x'.repeat(50_000) }],
  };
  for (let sent = 0; isOpen && sent < 2_000; sent += 1) {
    ports[0]?.send({ t: 'event', name: 'notices.changed', body });
    await new Promise(setImmediate);
  }
  await closing;
  expect(problems.join()).toContain('too slowly');
  socket.resume();
  socket.terminate();
});

it('disconnects an interface that no longer answers pings', async () => {
  await host.stop();
  host = makeHost({ pingIntervalMs: 30 });
  await host.start();
  const silent = new WebSocket(host.rpcUrl(), ['muster', `token.${token}`], { autoPong: false });
  const alive = await tryConnect();
  await new Promise((resolve) => silent.once('close', resolve));
  expect(problems.join()).toContain('did not answer');
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});

it('says which port is taken and what to do', async () => {
  const other = makeHost({ port: host.port() });
  await expect(other.start()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('--port'),
  });
});

it('refuses to be served to the network', async () => {
  await expect(makeHost({ host: '0.0.0.0' }).start()).rejects.toMatchObject({ code: 'invalid' });
});

it('frees the port and closes connections when it stops, also those that say nothing', async () => {
  const { socket } = await tryConnect();
  const port = host.port();
  const closing = new Promise((resolve) => socket.once('close', resolve));
  await host.stop();
  await closing;
  await host.stop();
  const next = createServer();
  await new Promise<void>((resolve) => next.listen(port, '127.0.0.1', resolve));
  expect((next.address() as AddressInfo).port).toBe(port);
  await new Promise((resolve) => next.close(resolve));
});

it('tells a client why it was not let in', async () => {
  const refused = openSocketPort({ url: host.rpcUrl(), token: createRunToken(), timeoutMs: 5_000 });
  await expect(refused).rejects.toMatchObject({ code: 'denied' });
  await host.stop();
  const gone = openSocketPort({ url: 'ws://127.0.0.1:1/rpc', token, timeoutMs: 5_000 });
  await expect(gone).rejects.toBeInstanceOf(AppError);
  await expect(gone).rejects.toMatchObject({ code: 'offline' });
});
