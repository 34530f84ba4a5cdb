import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../contract/lib/errors.ts';
import { ENROLMENT_LIMIT_BYTES, EnrolmentFile } from '../../contract/model/enrolment.ts';
import {
  addCommand,
  type CommandContext,
  type Connected,
  decimalNumber,
  wholeNumber,
  withCentre,
  writeJson,
} from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { chooseSite } from '../site-choice.ts';
import { formatTable } from '../table.ts';
import { counted, relativeTime } from '../text.ts';

interface EnrolOptions {
  readonly uses?: number;
  readonly hours?: number;
  readonly out?: string;
  readonly list?: boolean;
  readonly revoke?: string;
}

/** `muster enrol` */
export function addEnrolCommand(program: Command, context: CommandContext): void {
  const command = addCommand(program, 'enrol', 'make a file with which new devices join a site')
    .option('--uses <count>', 'how many devices it lets in (default: 1)', wholeNumber(1, 10_000))
    .option('--hours <hours>', 'how long it is valid (default: 24)', decimalNumber(0.1, 24 * 366))
    .option('--out <file>', 'write it here, readable by you alone (default: standard output)')
    .option('--list', 'list the files that were made')
    .option('--revoke <id>', 'make a file worthless');
  command.action(() =>
    withCentre<EnrolOptions>(context, command, async (connected) => {
      const { list, revoke } = connected.options;
      if (list) await listEnrolments(connected);
      else if (revoke !== undefined) await revokeEnrolment(connected, revoke);
      else await createEnrolment(connected);
      return EXIT.ok;
    }),
  );
}

async function createEnrolment({ centre, terminal, options, fleet }: Connected<EnrolOptions>): Promise<void> {
  const { uses, hours, out, json } = options;
  const site = chooseSite(fleet.sites, options.site);
  const { enrolment, file } = await centre.client.call('enrolments.create', {
    siteId: site.id,
    ...(uses === undefined ? {} : { uses }),
    ...(hours === undefined ? {} : { hours }),
  });
  if (out === undefined) {
    await terminal.out(`${JSON.stringify(file)}\n`);
    return;
  }
  const path = resolve(out);
  await writeSecretFile(path, `${JSON.stringify(file, undefined, 2)}\n`);
  if (json) {
    await writeJson(terminal, { ...enrolment, file: path });
    return;
  }
  const until = relativeTime(enrolment.expiresAt, terminal.now());
  await terminal.out(`${path}\n`);
  await terminal.err(
    `Lets ${counted(enrolment.uses, 'device')} into ${site.name}; worthless ${until}. ` +
      'Copy it to the device and run there: muster-agent join FILE\n',
  );
}

/** Whole or absent, for this user only. Replaces enrolment files, nothing else. */
async function writeSecretFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await refuseOtherFiles(path);
    await rm(temporary, { force: true });
    {
      await using handle = await open(temporary, 'wx', 0o600);
      await handle.writeFile(text);
      await handle.sync();
    }
    await rename(temporary, path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'invalid',
      `${path} could not be written: ${reason}. Choose another with --out.`,
      undefined,
      { cause: error },
    );
  }
}

async function refuseOtherFiles(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return;
  const isOurs =
    found.isFile() && found.size <= ENROLMENT_LIMIT_BYTES && isEnrolment(await readFile(path, 'utf8'));
  if (!isOurs) {
    throw new AppError(
      'conflict',
      `${path} exists and is no enrolment file. Choose another name with --out.`,
    );
  }
}

function isEnrolment(text: string): boolean {
  try {
    return EnrolmentFile.safeParse(JSON.parse(text)).success;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

async function listEnrolments({ centre, terminal, options, fleet }: Connected<EnrolOptions>): Promise<void> {
  const site = chooseSite(fleet.sites, options.site);
  const { enrolments } = await centre.client.call('enrolments.list', { siteId: site.id });
  if (options.json) {
    for (const enrolment of enrolments) await writeJson(terminal, enrolment);
    return;
  }
  const now = terminal.now();
  const rows = enrolments.map(({ tokenId, createdBy, createdAt, expiresAt, uses, used }) => [
    tokenId,
    `${used} of ${uses}`,
    relativeTime(expiresAt, now),
    `${createdBy}, ${relativeTime(createdAt, now)}`,
  ]);
  await terminal.out(formatTable(['ID', 'USED', 'EXPIRES', 'MADE'], rows, terminal));
}

async function revokeEnrolment(connected: Connected<EnrolOptions>, tokenId: string): Promise<void> {
  const { centre, terminal, options, fleet } = connected;
  const site = chooseSite(fleet.sites, options.site);
  await centre.client.call('enrolments.revoke', { siteId: site.id, tokenId });
  if (options.json) await writeJson(terminal, { tokenId });
  else await terminal.out(`${tokenId}: revoked\n`);
}
