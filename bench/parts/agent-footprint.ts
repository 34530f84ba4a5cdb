import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMosquitto } from '../../test/support/mosquitto.ts';
import { startControlCentre } from '../lib/control-centre.ts';
import { processUse } from '../lib/process-use.ts';
import { AGENT, ended } from '../lib/real-agents.ts';
import type { Row } from '../lib/report.ts';
import { simulatedMac } from '../lib/simulated-fleet.ts';
import { percentile, seconds } from '../lib/statistics.ts';

const SETTLE_MS = 20_000;
const WATCH_MS = 60_000;
const STARTS = 10;

/** Memory and idle CPU of one agent, and how long it takes to be online, beside other resident programs. */
export async function agentFootprint(): Promise<Row[]> {
  const rows: Row[] = [];
  const node = machineNode();
  const centre = await startControlCentre();
  try {
    const site = await centre.rpc.call('sites.create', {
      name: 'Bench',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    });
    const { file } = await centre.rpc.call('enrolments.create', { siteId: site.id, uses: 1, hours: 1 });
    const path = join(centre.data, 'one.muster');
    writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
    const state = join(centre.data, 'agent');
    await ended(
      spawn(node.path, [AGENT, 'join', path, '--state', state, '--mac', simulatedMac(1)], {
        stdio: 'ignore',
      }),
    );
    const run = (): ChildProcess =>
      spawn(node.path, ['--lite-mode', AGENT, 'run', '--state', state], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const starts: number[] = [];
    for (let index = 0; index < STARTS; index += 1) starts.push(await startToOnline(run));
    rows.push(
      row(
        `start to online`,
        `Muster agent, ${node.version}, --lite-mode`,
        `p50 ${seconds(percentile(starts, 0.5))}, p99 ${seconds(percentile(starts, 0.99))}`,
        '≤ 1 s',
        `${STARTS} starts; TLS to the embedded broker`,
      ),
    );
    rows.push(
      ...(await watch(
        run(),
        `Muster agent, ${node.version}, --lite-mode`,
        '≤ 55 MB resident, ≤ 20 MB anonymous, ≤ 0.1 % CPU',
      )),
    );
  } finally {
    await centre.stop();
  }
  rows.push(...(await peers()));
  return rows;
}

async function startToOnline(run: () => ChildProcess): Promise<number> {
  const startedMs = performance.now();
  const child = run();
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('"connected"')) resolve();
    });
    child.once('exit', () => reject(new Error('The agent ended.')));
  });
  const tookMs = performance.now() - startedMs;
  await stop(child);
  return tookMs;
}

async function peers(): Promise<Row[]> {
  const mosquitto = await startMosquitto();
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-peers-'));
  try {
    const port = new URL(mosquitto.url()).port;
    const rows = await watchIfThere('mosquitto_sub', ['-p', port, '-t', '#'], 'mosquitto_sub');
    const config = join(folder, 'collectd.conf');
    writeFileSync(
      config,
      `BaseDir "${folder}"\nPIDFile "${folder}/pid"\nInterval 15\n${['cpu', 'load', 'memory', 'df', 'interface', 'uptime'].map((plugin) => `LoadPlugin ${plugin}`).join('\n')}\n`,
    );
    rows.push(...(await watchIfThere('collectd', ['-f', '-C', config], 'collectd, six plugins, every 15 s')));
    const mender = join(folder, 'mender.conf');
    // Its server cannot be reached, so it idles between attempts: what it takes at rest.
    const settings = {
      ServerURL: 'https://127.0.0.1:1',
      TenantToken: 'none',
      UpdatePollIntervalSeconds: 15,
      RetryPollIntervalSeconds: 15,
    };
    writeFileSync(mender, JSON.stringify(settings));
    rows.push(
      ...(await watchIfThere(
        'mender',
        ['--config', mender, '--data', folder, 'daemon'],
        'mender-client, without its server',
      )),
    );
    return rows;
  } finally {
    await mosquitto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watchIfThere(program: string, args: readonly string[], who: string): Promise<Row[]> {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
  } catch {
    return [row('memory and idle CPU', who, 'not measured', '', `${program} is not installed`)];
  }
  return watch(spawn(program, [...args], { stdio: 'ignore' }), who, '');
}

async function watch(child: ChildProcess, who: string, goal: string): Promise<Row[]> {
  const pid = child.pid ?? 0;
  await wait(SETTLE_MS);
  const before = processUse(pid);
  await wait(WATCH_MS);
  const after = processUse(pid);
  await stop(child);
  const cpuPercent = ((after.cpuSeconds - before.cpuSeconds) / (WATCH_MS / 1000)) * 100;
  const value = `${after.residentMb.toFixed(1)} MB resident, ${after.anonymousMb.toFixed(1)} MB anonymous, ${cpuPercent.toFixed(2)} % CPU`;
  return [
    row('memory and idle CPU', who, value, goal, `over ${WATCH_MS / 1000} s after ${SETTLE_MS / 1000} s`),
  ];
}

/** The machine's own Node where it is 18 or 20, as on Raspberry Pi OS; else the one that runs this. */
function machineNode(): { path: string; version: string } {
  for (const path of ['/usr/local/bin/node', '/usr/bin/node']) {
    if (!existsSync(path)) continue;
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
    return { path, version: `Node ${version.slice(1)}` };
  }
  return { path: process.execPath, version: `Node ${process.versions.node}` };
}

function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  return gone;
}

function wait(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

function row(what: string, who: string, value: string, goal: string, note: string): Row {
  return { part: 'agent-footprint', what, who, value, goal, note };
}
