import { rm } from 'node:fs/promises';
import { AppError } from '../../contract/lib/errors.ts';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { keyFingerprint } from '../../contract/model/inventory.ts';
import { formatMac, parseMac } from '../../contract/model/mac.ts';
import { EXIT } from '../command-line.ts';
import { checkSharedAccount, requestAccount } from '../link/join.ts';
import {
  createDeviceSigner,
  type DeviceConfig,
  readDeviceConfig,
  readDeviceSigner,
  writeDeviceConfig,
} from '../state/device-config.ts';
import { readEnrolment } from '../state/enrolment-source.ts';
import { acquireLock } from '../state/lock.ts';
import { createStateFolder, type StateFolder, stateFolder } from '../state/state-folder.ts';
import { createMachine, type Machine } from '../system/machine.ts';
import { detectMac } from '../system/network.ts';
import { createProcesses } from '../system/processes.ts';

/** A failure with the exit code that scripts tell it by. */
export interface CommandFailure {
  readonly exitCode: number;
  readonly error: AppError;
}

/** `muster-agent join`: returns what to print. Throws a `CommandFailure`-coded AppError through `failWith`. */
export async function join(options: {
  source: string;
  state: string;
  mac: string | undefined;
}): Promise<string> {
  const machine = createMachine();
  const mac = await failWith(EXIT.usage, () =>
    Promise.resolve(options.mac === undefined ? detectMac(machine) : parseMac(options.mac)),
  );
  const enrolment = await failWith(EXIT.badFile, () => readEnrolment(options.source));
  requireValid(enrolment);
  const folder = stateFolder(options.state);
  await failWith(EXIT.noAccess, () => createStateFolder(folder));
  const lock = await failWith(EXIT.inUse, () => acquireLock(folder.lock, createProcesses(machine)));
  try {
    return await joinLocked({ enrolment, folder, mac, machine });
  } finally {
    await lock.release();
  }
}

async function joinLocked(options: {
  enrolment: EnrolmentFile;
  folder: StateFolder;
  mac: string;
  machine: Machine;
}): Promise<string> {
  const { enrolment, folder, mac } = options;
  const signer = await failWith(
    EXIT.noAccess,
    async () => (await readDeviceSigner(folder)) ?? (await createDeviceSigner(folder)),
  );
  const account = await failWith(EXIT.refused, () =>
    enrolment.login === 'shared'
      ? checkSharedAccount(enrolment, mac)
      : requestAccount(enrolment, { mac, signer, hostName: options.machine.hostName }),
  );
  const { siteId, siteName, sitePublicKey, rootTopic, brokerUrls } = enrolment;
  const { caPem, serverName, clientCertPem, clientKeyPem } = enrolment;
  const config: DeviceConfig = {
    ...{ muster: 2, siteId, siteName, sitePublicKey, rootTopic, brokerUrls, mac },
    ...{ caPem, serverName, clientCertPem, clientKeyPem },
    ...account,
  };
  await failWith(EXIT.noAccess, async () => {
    await forgetOtherSite(folder, config);
    await writeDeviceConfig(folder, config);
  });
  return [
    `Joined the site “${siteName}” as ${formatMac(mac)}.`,
    `Device key: ${keyFingerprint(signer.publicKey)}`,
    'Now run the agent (muster-agent run) and link the device in the control centre.',
  ].join('\n');
}

/** What another site said and asked for means nothing to this one. */
async function forgetOtherSite(folder: StateFolder, config: DeviceConfig): Promise<void> {
  const previous = await readDeviceConfig(folder).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'invalid') return undefined; // damaged: replaced now
    throw error;
  });
  if (
    previous?.siteId === config.siteId &&
    previous.sitePublicKey === config.sitePublicKey &&
    previous.mac === config.mac
  )
    return;
  for (const path of [folder.trust, folder.link, folder.journal, folder.status])
    await rm(path, { force: true });
}

/** Devices often have no clock: the control centre judges a token, this only saves the way to it. */
function requireValid(enrolment: EnrolmentFile): void {
  if (Date.parse(enrolment.expiresAt) > Date.now()) return;
  throw failure(
    EXIT.expired,
    new AppError(
      'invalid',
      `This enrolment file expired at ${enrolment.expiresAt}; this device’s clock says ${new Date().toISOString()}. Make a new one, or set the clock if it is wrong.`,
    ),
  );
}

function failure(exitCode: number, error: AppError): AppError {
  return new AppError(error.code, error.message, { ...error.data, exitCode }, { cause: error });
}

/** Gives errors of a step their exit code. Unreachable and in use are told apart by the error's own code. */
async function failWith<T>(exitCode: number, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const unreachable = exitCode === EXIT.refused && (error.code === 'offline' || error.code === 'timeout');
    const noAccess = exitCode === EXIT.inUse && error.code !== 'conflict';
    throw failure(unreachable ? EXIT.unreachable : noAccess ? EXIT.noAccess : exitCode, error);
  }
}
