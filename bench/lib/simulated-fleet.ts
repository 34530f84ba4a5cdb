import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import type { RpcClient } from '../../contract/rpc/client.ts';

/** Locally administered addresses for simulated devices. */
export function simulatedMac(index: number): string {
  return `0A0000${index.toString(16).toUpperCase().padStart(6, '0')}`;
}

export interface SimulatedFleet {
  readonly macs: string[];
  stop(): Promise<void>;
}

/** Devices in a process of their own; resolves when all have joined. `metrics`: each sends them every 15 s. */
export async function startSimulatedFleet(options: {
  folder: string;
  enrolment: EnrolmentFile;
  count: number;
  metrics: boolean;
  firstIndex?: number;
}): Promise<SimulatedFleet> {
  const { count, firstIndex = 0 } = options;
  const file = join(options.folder, `enrolment-${firstIndex}.muster`);
  await writeFile(file, JSON.stringify(options.enrolment), { mode: 0o600 });
  const program = fileURLToPath(new URL('./simulated-fleet-process.ts', import.meta.url));
  const args = [
    '--max-old-space-size=6000',
    program,
    file,
    String(count),
    String(firstIndex),
    options.metrics ? 'metrics' : 'quiet',
  ];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await said(child, 'joined');
  return {
    macs: Array.from({ length: count }, (_, index) => simulatedMac(firstIndex + index)),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes(word)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The simulated fleet ended with ${code}.`)));
  });
}

/** Links the devices and waits until all are online and bound to their keys. */
export async function linkAll(rpc: RpcClient, siteId: string, macs: readonly string[]): Promise<void> {
  const ready = new Set<string>();
  const wanted = new Set(macs);
  const off = rpc.on('devices.changed', ({ devices }) => {
    for (const device of devices)
      if (wanted.has(device.mac) && device.online && device.linked && device.publicKey) ready.add(device.mac);
  });
  for (let index = 0; index < macs.length; index += 5000) {
    await rpc.call('devices.link', { siteId, macs: macs.slice(index, index + 5000) });
  }
  const deadlineMs = performance.now() + 120_000;
  while (ready.size < wanted.size) {
    if (performance.now() > deadlineMs)
      throw new Error(`Only ${ready.size} of ${wanted.size} devices came online.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  off();
}
