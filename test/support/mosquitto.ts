import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CertificateWithKey,
  createAuthority,
} from '../../electron/services/authority/certificate-authority.ts';
import { issueTestLeaf } from './certificates.ts';
import { until } from './poll.ts';

export interface MosquittoOptions {
  /** Passwords by user name; without it anyone may come in. */
  users?: Record<string, string>;
  /** Lines of an ACL file. */
  acl?: string[];
  /** Adds an `mqtts` listener, and `wss` with `websockets`. Its certificate is for `localhost` unless one is given. */
  tls?: boolean | CertificateWithKey;
  /** TLS listeners ask for a certificate signed by the same authority. */
  requireClientCert?: boolean;
  /** Adds a `ws` listener. */
  websockets?: boolean;
  /** Bytes. */
  maxPacketSize?: number;
  /** Keeps retained messages and sessions over a restart, as far as a kill -9 allows. */
  persistence?: boolean;
  /** More lines for the configuration file. */
  config?: string[];
}

export type MosquittoListener = 'mqtt' | 'mqtts' | 'ws' | 'wss';

/** True when a real Mosquitto can be had on this machine. */
export function hasMosquitto(): boolean {
  try {
    execFileSync('mosquitto', ['-h'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // Its help ends with code 3; only a missing program has no status.
    return (error as { status?: number | null }).status != null;
  }
}

/** Starts a real Mosquitto on free ports of loopback, its files in a temporary folder. */
export async function startMosquitto(options: MosquittoOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-mosquitto-'));
  const ca = await createAuthority('Mosquitto test');
  const names: MosquittoListener[] = ['mqtt'];
  if (options.tls) names.push('mqtts');
  if (options.websockets) names.push('ws');
  if (options.tls && options.websockets) names.push('wss');
  const ports: Partial<Record<MosquittoListener, number>> = {};
  for (const name of names) ports[name] = await freePort();
  const client = await issueTestLeaf({ ca, commonName: 'muster-client', usage: 'client' });
  let child: ChildProcess | undefined;
  let log = '';

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  async function writeConfiguration(): Promise<string> {
    // As root it would change to a user that cannot read the folder.
    const lines = ['user root', 'log_type all', 'log_dest stderr', ...(options.config ?? [])];
    lines.push(`persistence ${options.persistence ? 'true' : 'false'}`, `persistence_location ${folder}/`);
    lines.push(`allow_anonymous ${options.users ? 'false' : 'true'}`);
    if (options.users) {
      const path = file('passwords', '');
      for (const [user, password] of Object.entries(options.users)) {
        execFileSync('mosquitto_passwd', ['-b', path, user, password], { stdio: 'ignore' });
      }
      lines.push(`password_file ${path}`);
    }
    if (options.acl) lines.push(`acl_file ${file('acl', `${options.acl.join('\n')}\n`)}`);
    if (options.maxPacketSize) lines.push(`max_packet_size ${options.maxPacketSize}`);
    const tls =
      typeof options.tls === 'object'
        ? options.tls
        : await issueTestLeaf({ ca, commonName: 'localhost', usage: 'server', dnsNames: ['localhost'] });
    const tlsLines = [
      `cafile ${file('ca.pem', ca.certPem)}`,
      `certfile ${file('server.pem', tls.certPem)}`,
      `keyfile ${file('server.key', tls.keyPem)}`,
      `require_certificate ${options.requireClientCert ? 'true' : 'false'}`,
    ];
    for (const name of names) {
      lines.push(`listener ${ports[name]} 127.0.0.1`);
      if (name === 'ws' || name === 'wss') lines.push('protocol websockets');
      if (name === 'mqtts' || name === 'wss') lines.push(...tlsLines);
    }
    return file('mosquitto.conf', `${lines.join('\n')}\n`);
  }

  const configuration = await writeConfiguration();

  async function start(): Promise<void> {
    const next = spawn('mosquitto', ['-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = next;
    next.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-200_000);
    });
    await until(async () => {
      if (next.exitCode !== null) throw new Error(`Mosquitto ended:\n${log}`);
      const open = await Promise.all(names.map((name) => answers(ports[name] ?? 0)));
      return open.every(Boolean);
    }, 'Mosquitto to listen');
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    ending.kill(signal);
    await until(() => ending.exitCode !== null || ending.signalCode !== null, 'Mosquitto to end');
  }

  await start();
  return {
    ports,
    caPem: ca.certPem,
    /** A certificate that `requireClientCert` accepts. */
    client,
    /** By default the host is `localhost`, which the certificate is for. */
    url: (name: MosquittoListener = 'mqtt', host = 'localhost'): string => `${name}://${host}:${ports[name]}`,
    log: (): string => log,
    kill9: (): Promise<void> => end('SIGKILL'),
    /** Starts it again on the same ports, after `kill9` or by itself. */
    async restart(): Promise<void> {
      await end('SIGTERM');
      await start();
    },
    async stop(): Promise<void> {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Mosquitto = Awaited<ReturnType<typeof startMosquitto>>;

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
