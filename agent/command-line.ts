import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../contract/lib/errors.ts';
import { DEFAULT_STATE_FOLDER } from './config.ts';
import { AGENT_VERSION } from './version.ts';

/** What was asked for on the command line. `stateGiven`: with --state, so the agent does not stand for the machine. */
export type CommandLine =
  | { command: 'join'; source: string; state: string; mac: string | undefined }
  | { command: 'run'; state: string; stateGiven: boolean; demo: boolean; attended: boolean }
  | { command: 'status'; state: string; json: boolean }
  | { command: 'help' | 'version' };

/** Exit codes, as `--help` lists them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notJoined: 3,
  notRunning: 4,
  notConnected: 5,
  badFile: 6,
  expired: 7,
  unreachable: 8,
  refused: 9,
  noAccess: 10,
  inUse: 11,
} as const;

export const HELP = `muster-agent ${AGENT_VERSION}: runs on a device and does what its Muster site tells it.

  muster-agent join FILE|URL [--state DIR] [--mac MAC]   join a site with its enrolment file
  muster-agent run [--state DIR] [--demo] [--attended]   work for the site, until stopped
  muster-agent status [--state DIR] [--json]             how the agent of a folder does
  muster-agent --help | --version

FILE is what "muster enrol --out FILE" writes. URL begins with http://, https:// or file://.
--state DIR   where the agent keeps what it must remember (default ${DEFAULT_STATE_FOLDER}). With this option the
              agent does not stand for the whole machine: it offers no reboot, no services and no clock.
--mac MAC     the device's address; without it that of the first network interface.
--demo        marks the device as a demonstration.
--attended    ends when its standard input does: with the program that started it.

Exit codes: 0 done; 1 failed unexpectedly; 2 wrong usage
  join:    6 no usable enrolment file; 7 it has expired; 8 the broker cannot be reached; 9 the site or the broker
           refuses; 10 the folder cannot be written; 11 an agent is running on the folder
  run:     3 not joined; 10 the folder cannot be written; 11 another agent is running on it
  status:  0 connected; 3 not joined; 4 not running; 5 running, but not connected
`;

/** Throws `invalid` with what to type instead. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    throw new AppError('invalid', `${reason}. See muster-agent --help.`, undefined, { cause });
  }
  const { values, positionals } = parsed;
  if (values.version === true) return { command: 'version' };
  if (values.help === true) return { command: 'help' };
  const [command, source, ...rest] = positionals;
  if (values.state === '') throw new AppError('invalid', 'Give --state a folder.');
  const state = resolve(values.state ?? DEFAULT_STATE_FOLDER);
  const wanted = command === 'join' ? 1 : 0;
  if (rest.length > 0 || (source !== undefined && wanted === 0))
    throw new AppError('invalid', `“${rest[0] ?? source}” is one word too many. See muster-agent --help.`);
  switch (command) {
    case 'join':
      if (source === undefined)
        throw new AppError('invalid', 'Say which enrolment file: muster-agent join FILE.');
      return { command, source, state, mac: values.mac };
    case 'run':
      return {
        command,
        state,
        stateGiven: values.state !== undefined,
        demo: values.demo === true,
        attended: values.attended === true,
      };
    case 'status':
      return { command, state, json: values.json === true };
    case undefined:
      throw new AppError('invalid', 'Say what to do: join, run or status. See muster-agent --help.');
    default:
      throw new AppError('invalid', `“${command}” is not join, run or status. See muster-agent --help.`);
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      mac: { type: 'string' },
      demo: { type: 'boolean' },
      attended: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'V' },
    },
  });
}
