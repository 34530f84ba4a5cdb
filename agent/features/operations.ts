import type { Inventory } from '../../contract/model/inventory.ts';
import type { OperationName } from '../../contract/model/operation.ts';
import type { Operation, Operations } from '../jobs/operation.ts';
import type { Journal } from '../journal/journal.ts';
import type { StateFolder } from '../state/state-folder.ts';
import type { Clock } from '../system/clock.ts';
import type { Machine } from '../system/machine.ts';
import type { OutputPipes } from '../system/pipes.ts';
import type { Processes } from '../system/processes.ts';
import { createIdentify, findIdentifyLed } from './identify.ts';
import { createInfoCollect } from './info.ts';
import { createJournalRead } from './journal-read.ts';
import { createLogsRead } from './logs.ts';
import type { MetricsReader } from './metrics.ts';
import { createPower } from './power.ts';
import { createServiceControl } from './service.ts';
import { createShellRun } from './shell.ts';
import { createTimeSet } from './time.ts';

/** The operations that really work here, and so the device's capabilities. */
export function createOperations(options: {
  machine: Machine;
  processes: Processes;
  pipes: OutputPipes;
  clock: Clock;
  journal: Journal;
  metrics: MetricsReader;
  folder: StateFolder;
  inventory: () => Inventory;
  openJobs: () => number;
  /** This agent stands for the whole machine: root, the system's own state folder, systemd. */
  ownsMachine: boolean;
}): Operations {
  const { machine, clock, folder } = options;
  const led = options.ownsMachine ? findIdentifyLed(machine) : undefined;
  return {
    ...offer('shell.run', createShellRun({ ...options, runFolder: folder.run, dataFolder: folder.data })),
    ...offer('info.collect', createInfoCollect(options)),
    ...offer('logs.read', createLogsRead({ logFolder: folder.log })),
    ...offer('journal.read', createJournalRead(options)),
    // Many agents may share one machine, each in a folder of its own: none of those may turn it off.
    ...(options.ownsMachine && {
      ...offer('power.reboot', createPower('reboot')),
      ...offer('power.shutdown', createPower('poweroff')),
      ...offer('service.control', createServiceControl({ machine })),
      ...offer('time.set', createTimeSet({ clock, machine })),
    }),
    ...(led !== undefined && offer('identify', createIdentify({ machine, led }))),
  };
}

/** The engine checks arguments by the schema of the same name before it hands them over. */
function offer<Args>(name: OperationName, operation: Operation<Args>): Operations {
  return { [name]: operation as Operation };
}
