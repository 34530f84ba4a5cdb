import process from 'node:process';
import { AppError } from '../../contract/lib/errors.ts';
import { createAgent } from '../agent.ts';
import { EXIT } from '../command-line.ts';
import { readSurroundings } from '../config.ts';
import { createLog, type Log, openLogFile } from '../log.ts';
import { readDeviceConfig, readDeviceSigner } from '../state/device-config.ts';
import { acquireLock } from '../state/lock.ts';
import { createStateFolder, stateFolder } from '../state/state-folder.ts';
import { readStatusFile, type StatusFile, writeStatusFile } from '../state/status-file.ts';
import { createMachine } from '../system/machine.ts';
import { createProcesses } from '../system/processes.ts';
import { createServiceManager } from '../system/service-manager.ts';
import { AGENT_VERSION } from '../version.ts';

/** For everything that has to end when the agent is told to: systemd and people wait no longer. */
const STOP_LIMIT_MS = 4_800;

/** `muster-agent run`: settles with the exit code once the agent has been told to stop. */
export async function run(options: {
  state: string;
  stateGiven: boolean;
  demo: boolean;
  attended: boolean;
}): Promise<number> {
  const folder = stateFolder(options.state);
  const config = await readDeviceConfig(folder);
  const signer = await readDeviceSigner(folder);
  if (!config || !signer) {
    throw new AppError(
      'not-found',
      `${folder.path} has not joined a site. Use muster-agent join FILE first.`,
      {
        exitCode: EXIT.notJoined,
      },
    );
  }
  const machine = createMachine();
  const processes = createProcesses(machine);
  const lock = await (async () => {
    await createStateFolder(folder);
    return acquireLock(folder.lock, processes);
  })().catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    const exitCode = error.code === 'conflict' ? EXIT.inUse : EXIT.noAccess;
    throw new AppError(error.code, error.message, { exitCode }, { cause: error });
  });

  const log = openLog(folder.log);
  failLoudly(log);
  const previous = await readStatusFile(folder.status);
  const status: { now: StatusFile } = {
    now: {
      ...{ pid: process.pid, pidStart: processes.startTime(process.pid) ?? '', agentVersion: AGENT_VERSION },
      ...{ connected: false, since: new Date().toISOString(), detail: 'It is connecting.' },
      ...(previous?.foundUrl !== undefined && { foundUrl: previous.foundUrl }),
    },
  };
  let writing: Promise<void> = Promise.resolve();
  const setStatus = (change: Partial<StatusFile>): Promise<void> => {
    status.now = { ...status.now, ...change };
    const text = status.now;
    writing = writing
      .then(() => writeStatusFile(folder.status, text))
      .catch((error: unknown) => log.error('status-not-written', { reason: String(error) }));
    return writing;
  };

  const agent = createAgent({
    ...{ config, signer, folder, machine, log, demo: options.demo },
    // With a folder of its own it is one of many on this machine, or a trial: it must not turn the machine off.
    ownsMachine: machine.isRoot && !options.stateGiven && machine.exists('/run/systemd/system'),
    foundUrl: previous?.foundUrl,
    onFoundUrl: (foundUrl) => setStatus({ foundUrl }),
    onLinkState({ connected, brokerUrl, detail }) {
      const since = connected === status.now.connected ? status.now.since : new Date().toISOString();
      void setStatus({ connected, detail, since, ...(brokerUrl !== undefined && { brokerUrl }) });
    },
  });
  const surroundings = readSurroundings();
  const manager = createServiceManager({
    ...{ notifySocket: surroundings.notifySocket, watchdogMs: surroundings.watchdogMs },
    isHealthy: agent.isHealthy,
    onProblem: (error) => log.error('systemd-not-told', { reason: String(error) }),
  });

  const asked = signalled(options.attended);
  log.info('started', { version: AGENT_VERSION, mac: config.mac, siteId: config.siteId, pid: process.pid });
  await setStatus({});
  await agent.start();
  manager.ready();
  const signal = await asked;
  log.info('stopping', { signal });
  manager.stopping();
  const limit = setTimeout(() => {
    log.error('stop-took-too-long');
    process.exit(EXIT.failed);
  }, STOP_LIMIT_MS);
  await agent.stop();
  manager.stop();
  await setStatus({ connected: false, detail: 'It was stopped.', since: new Date().toISOString() });
  await lock.release();
  log.info('stopped');
  clearTimeout(limit);
  return EXIT.ok;
}

/** The first signal that asks for the end; more of them change nothing. */
function signalled(attended: boolean): Promise<NodeJS.Signals | 'stdin-ended'> {
  return new Promise((resolve) => {
    if (attended) process.stdin.on('close', () => resolve('stdin-ended')).resume();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
    // A terminal that is closed must not take a device off the network.
    process.on('SIGHUP', () => undefined);
  });
}

function openLog(logFolder: string): Log {
  const files = {
    out: openLogFile(logFolder, 'agent-stdout.log'),
    err: openLogFile(logFolder, 'agent-stderr.log'),
  };
  // Whoever reads the output may go away: the files stay.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return createLog({
    out: {
      write(line) {
        files.out.write(line);
        process.stdout.write(line);
      },
    },
    err: {
      write(line) {
        files.err.write(line);
        process.stderr.write(line);
      },
    },
    now: () => new Date().toISOString(),
  });
}

/** A state that nobody thought of is left by starting anew, never lived in. */
function failLoudly(log: Log): void {
  const fail = (error: unknown): void => {
    log.error('crashed', {
      message: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    process.exit(EXIT.failed);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}
