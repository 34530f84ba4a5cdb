import type { Inventory } from '../../contract/model/inventory.ts';
import type { Operation } from '../jobs/operation.ts';
import type { Clock } from '../system/clock.ts';
import type { Machine } from '../system/machine.ts';
import { findProgram, runProgram } from '../system/programs.ts';
import type { MetricsReader } from './metrics.ts';

/** `info.collect`: what the device is and how it does, at this moment. */
export function createInfoCollect(options: {
  machine: Machine;
  clock: Clock;
  metrics: MetricsReader;
  inventory: () => Inventory;
  openJobs: () => number;
}): Operation<Record<string, never>> {
  return {
    async run() {
      const failedServices = await readFailedServices(options.machine);
      return {
        state: 'succeeded',
        value: {
          inventory: options.inventory(),
          metrics: await options.metrics.read(),
          time: options.clock.now(),
          bootId: options.clock.bootId,
          openJobs: options.openJobs(),
          processCount: options.machine.list('/proc').filter((name) => /^\d+$/.test(name)).length,
          ...(failedServices && { failedServices, failedServiceCount: failedServices.length }),
        },
      };
    },
  };
}

/** Undefined where there is no systemd to ask. */
async function readFailedServices(machine: Machine): Promise<string[] | undefined> {
  if (!machine.exists('/run/systemd/system') || findProgram('systemctl') === undefined) return undefined;
  const args = ['list-units', '--state=failed', '--plain', '--no-legend', '--no-pager'];
  const { exitCode, stdout } = await runProgram('systemctl', args);
  if (exitCode !== 0) return undefined;
  return stdout
    .split('\n')
    .flatMap((line) => line.trim().split(/\s+/)[0] || [])
    .slice(0, 100);
}
