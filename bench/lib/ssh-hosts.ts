import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../test/support/mosquitto.ts';

/** Addresses of loopback that one sshd answers on, as so many hosts; with a key and a client configuration of its own. */
export interface SshHosts {
  readonly hosts: string[];
  readonly port: number;
  readonly configFile: string;
  readonly keyFile: string;
  stop(): void;
}

/** Needs root: sshd wants it. The log-in is this user's, by a key made for the run, with a clean HOME. */
export async function startSshHosts(folder: string, count: number): Promise<SshHosts> {
  const ssh = join(folder, 'ssh');
  mkdirSync(ssh, { recursive: true, mode: 0o700 });
  const hostKey = join(ssh, 'host');
  const keyFile = join(ssh, 'client');
  for (const path of [hostKey, keyFile])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  const authorized = join(ssh, 'authorized');
  writeFileSync(authorized, readFileSync(`${keyFile}.pub`));
  chmodSync(authorized, 0o600);
  const port = await freePort();
  const daemonConfig = join(ssh, 'sshd_config');
  const lines = [
    `Port ${port}`,
    'ListenAddress 0.0.0.0',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorized}`,
    `PidFile ${join(ssh, 'sshd.pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PrintMotd no',
    'MaxStartups 1000',
    'MaxSessions 1000',
    'PermitRootLogin yes',
    `SetEnv HOME=${ssh}`,
  ];
  writeFileSync(daemonConfig, `${lines.join('\n')}\n`);
  mkdirSync('/run/sshd', { recursive: true });
  const daemon: ChildProcess = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', daemonConfig], { stdio: 'ignore' });
  await listening(port);
  const hosts = Array.from({ length: count }, (_, index) => `127.0.0.${index + 1}`);
  const configFile = join(ssh, 'config');
  const client = [
    'Host *',
    `  Port ${port}`,
    '  User root',
    `  IdentityFile ${keyFile}`,
    '  IdentitiesOnly yes',
    '  StrictHostKeyChecking no',
    '  UserKnownHostsFile /dev/null',
    '  LogLevel ERROR',
  ];
  writeFileSync(configFile, `${client.join('\n')}\n`);
  return { hosts, port, configFile, keyFile, stop: () => void daemon.kill('SIGTERM') };
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ host: '127.0.0.1', port }, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('sshd did not start.');
}
