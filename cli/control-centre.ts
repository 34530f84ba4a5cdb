import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../contract/lib/errors.ts';
import type { Device } from '../contract/model/device.ts';
import type { Job } from '../contract/model/job.ts';
import type { Site } from '../contract/model/site.ts';
import { createRpcClient, type RpcClient } from '../contract/rpc/client.ts';
import type { SessionInfo } from '../contract/rpc/contract/session.ts';
import { CONTROL_FILE_LIMIT_BYTES, CONTROL_FILE_NAME, ControlFile } from '../contract/rpc/control-file.ts';
import { openSocketPort } from './web-socket-port.ts';

/** A running control centre, and what it told at the start and since. */
export interface ControlCentre {
  readonly client: RpcClient;
  readonly session: SessionInfo;
  readonly sites: ReadonlyMap<string, Site>;
  /** All devices of all sites, in the order in which they were told. */
  devices(): Device[];
  device(siteId: string, mac: string): Device | undefined;
  /** The newest jobs. */
  readonly jobs: readonly Job[];
  close(): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const SNAPSHOT_TIMEOUT_MS = 60_000;

/** The address and token that the control centre of a data folder left for us; throws `offline` when there is none. */
export async function readControlFile(dataFolder: string): Promise<ControlFile> {
  const path = join(dataFolder, CONTROL_FILE_NAME);
  const text = await readLimited(path, dataFolder);
  const parsed = ControlFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError('offline', `${path} is damaged. Start the control centre again: it writes a new one.`);
}

/** Connects to the control centre of a data folder and waits for the snapshots. */
export async function connect(dataFolder: string): Promise<ControlCentre> {
  const { url, token, pid } = await readControlFile(dataFolder);
  const port = await openSocketPort({ url, token, timeoutMs: CONNECT_TIMEOUT_MS }).catch((error: unknown) => {
    const gone = `The control centre that ran here (process ${pid}) does not answer. ${howToStart(dataFolder)}`;
    throw new AppError('offline', gone, undefined, { cause: error });
  });
  const client = createRpcClient(port, (error) => {
    throw error;
  });
  try {
    return await begin(client);
  } catch (error) {
    client.close();
    throw error;
  }
}

async function begin(client: RpcClient): Promise<ControlCentre> {
  const sites = new Map<string, Site>();
  const devices = new Map<string, Device>();
  let jobs: readonly Job[] = [];
  const key = (siteId: string, mac: string): string => `${siteId} ${mac}`;
  const putSites = (changed: readonly Site[]): void => {
    for (const site of changed) sites.set(site.id, site);
  };
  const putDevices = (changed: readonly Device[]): void => {
    for (const device of changed) devices.set(key(device.siteId, device.mac), device);
  };

  client.on('sites.snapshot', (body) => {
    sites.clear();
    putSites(body.sites);
  });
  client.on('sites.changed', (body) => putSites(body.sites));
  client.on('sites.removed', ({ siteId }) => sites.delete(siteId));
  client.on('devices.snapshot', (body) => {
    if (body.first) devices.clear();
    putDevices(body.devices);
  });
  client.on('devices.changed', (body) => putDevices(body.devices));
  client.on('devices.removed', ({ siteId, macs }) => {
    for (const mac of macs) devices.delete(key(siteId, mac));
  });
  client.on('jobs.snapshot', (body) => {
    jobs = body.jobs;
  });
  const ready = new Promise<void>((resolve, reject) => {
    const late = new AppError(
      'timeout',
      'The control centre answers, but does not tell what it knows. Try again, or start it anew.',
    );
    const timer = setTimeout(() => reject(late), SNAPSHOT_TIMEOUT_MS);
    client.on('session.ready', () => {
      clearTimeout(timer);
      resolve();
    });
    client.onClose(() => {
      clearTimeout(timer);
      reject(new AppError('offline', 'The control centre closed the connection.'));
    });
  });
  const [session] = await Promise.all([client.call('session.start', {}), ready]);
  return {
    client,
    session,
    sites,
    devices: () => [...devices.values()],
    device: (siteId, mac) => devices.get(key(siteId, mac)),
    jobs,
    close: () => client.close(),
  };
}

async function readLimited(path: string, dataFolder: string): Promise<string> {
  try {
    await using handle = await open(path, 'r');
    const buffer = Buffer.alloc(CONTROL_FILE_LIMIT_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw new AppError(
        'denied',
        `${path} belongs to another user. Run muster as the user who runs the control centre.`,
      );
    }
    throw new AppError(
      'offline',
      `No control centre runs with the data folder ${dataFolder}. ${howToStart(dataFolder)}`,
      undefined,
      { cause: error },
    );
  }
}

function howToStart(dataFolder: string): string {
  return `Start Muster (without a window: npm start -- --headless --data '${dataFolder}'), or name its folder with --data.`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
