import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startControlCentre } from '../lib/control-centre.ts';
import { ended, startRealAgents } from '../lib/real-agents.ts';
import type { Row } from '../lib/report.ts';
import { linkAll } from '../lib/simulated-fleet.ts';
import { type SshHosts, startSshHosts } from '../lib/ssh-hosts.ts';
import { percentile, seconds } from '../lib/statistics.ts';
import { runOnAll } from './fleet-command.ts';

const DEVICES = 50;
const RUNS = 20;
const PEER_RUNS = 5;
const WHAT = '`true` on 50 devices';

/** `true` on 50 real agents, beside the tools that do it over SSH to one sshd on 50 loopback addresses. */
export async function realCommand(): Promise<Row[]> {
  const centre = await startControlCentre();
  const rows: Row[] = [];
  try {
    const site = await centre.rpc.call('sites.create', {
      name: 'Bench',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    });
    const agents = await startRealAgents({
      rpc: centre.rpc,
      siteId: site.id,
      folder: centre.data,
      count: DEVICES,
    });
    try {
      await linkAll(centre.rpc, site.id, agents.macs);
      await runOnAll(centre.rpc, site.id);
      const times: number[] = [];
      for (let run = 0; run < RUNS; run += 1) times.push(await runOnAll(centre.rpc, site.id));
      rows.push(
        row(
          'Muster, 50 real agents, embedded broker, TLS',
          times,
          '≤ 0.3 s',
          'until every result is stored; each agent journals with fsync',
        ),
      );
    } finally {
      await agents.stop();
    }
    rows.push(...(await peers(centre.data)));
  } finally {
    await centre.stop();
  }
  return rows;
}

async function peers(folder: string): Promise<Row[]> {
  if (process.getuid?.() !== 0) return [missing('SSH peers', 'sshd needs root')];
  const ssh = await startSshHosts(folder, DEVICES);
  try {
    const rows: Row[] = [];
    const hostFile = join(folder, 'hosts');
    writeFileSync(hostFile, `${ssh.hosts.join('\n')}\n`);
    for (const peer of peerCommands(ssh, hostFile, folder)) {
      if (!has(peer.program)) rows.push(missing(peer.who, `${peer.program} is not installed`));
      else
        rows.push(
          row(peer.who, await times(() => run(peer.program, peer.args, peer.environment)), '', peer.note),
        );
    }
    rows.push(await standingConnections(ssh, folder));
    return rows;
  } finally {
    ssh.stop();
  }
}

interface Peer {
  who: string;
  program: string;
  args: string[];
  environment: Record<string, string>;
  note: string;
}

function peerCommands(ssh: SshHosts, hostFile: string, folder: string): Peer[] {
  const options = ['-F', ssh.configFile];
  const inventory = join(folder, 'inventory');
  const variables = `ansible_port=${ssh.port} ansible_user=root ansible_ssh_private_key_file=${ssh.keyFile} ansible_python_interpreter=/usr/bin/python3 ansible_ssh_common_args='-F ${ssh.configFile}'`;
  writeFileSync(inventory, `${ssh.hosts.map((host) => `${host} ${variables}`).join('\n')}\n`);
  const ansible = {
    ANSIBLE_HOST_KEY_CHECKING: 'False',
    ANSIBLE_LOCAL_TEMP: join(folder, 'ansible'),
    ANSIBLE_REMOTE_TEMP: join(folder, 'ansible-remote'),
  };
  const args = ['all', '-i', inventory, '-f', String(DEVICES), '-m', 'command', '-a', 'true'];
  return [
    {
      who: 'parallel-ssh -p 50',
      program: 'parallel-ssh',
      args: ['-p', '50', '-h', hostFile, '-x', options.join(' '), 'true'],
      environment: {},
      note: '',
    },
    {
      who: 'clush -f 50',
      program: 'clush',
      args: ['-f', '50', '-w', ssh.hosts.join(','), '-o', options.join(' '), 'true'],
      environment: {},
      note: '',
    },
    { who: 'ansible -f 50 -m command', program: 'ansible', args, environment: ansible, note: 'as it comes' },
    {
      who: 'ansible -f 50, pipelining, warm',
      program: 'ansible',
      args,
      environment: { ...ansible, ANSIBLE_PIPELINING: 'True' },
      note: 'its ControlPersist connections stand from the run before',
    },
  ];
}

/** The fair peer: ssh over connections that stand already, as an agent's does. */
async function standingConnections(ssh: SshHosts, folder: string): Promise<Row> {
  const socket = (host: string): string => join(folder, `cm-${host}`);
  const masters = ssh.hosts.map((host) =>
    spawn('ssh', ['-F', ssh.configFile, '-M', '-N', '-S', socket(host), host], { stdio: 'ignore' }),
  );
  try {
    for (const host of ssh.hosts) {
      for (let attempt = 0; ; attempt += 1) {
        try {
          execFileSync('ssh', ['-F', ssh.configFile, '-S', socket(host), '-O', 'check', host], {
            stdio: 'ignore',
          });
          break;
        } catch (error) {
          if (attempt > 100) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    }
    const all = () =>
      Promise.all(
        ssh.hosts.map((host) => run('ssh', ['-F', ssh.configFile, '-S', socket(host), host, 'true'], {})),
      );
    return row(
      'ssh over standing ControlMaster connections',
      await times(all),
      '',
      '50 at once; the fair peer',
    );
  } finally {
    for (const master of masters) master.kill('SIGTERM');
  }
}

async function times(work: () => Promise<unknown>): Promise<number[]> {
  const measured: number[] = [];
  for (let index = 0; index < PEER_RUNS; index += 1) {
    const startedMs = performance.now();
    await work();
    measured.push(performance.now() - startedMs);
  }
  return measured;
}

function run(program: string, args: readonly string[], environment: Record<string, string>): Promise<void> {
  return ended(
    spawn(program, [...args], {
      stdio: 'ignore',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...environment },
    }),
  );
}

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function row(who: string, measured: readonly number[], goal: string, note: string): Row {
  const value = `p50 ${seconds(percentile(measured, 0.5))}, p99 ${seconds(percentile(measured, 0.99))}`;
  return {
    part: 'real-command',
    what: WHAT,
    who,
    value,
    goal,
    note: [`${measured.length} runs`, note].filter(Boolean).join('; '),
  };
}

function missing(who: string, reason: string): Row {
  return { part: 'real-command', what: WHAT, who, value: 'not measured', goal: '', note: reason };
}
