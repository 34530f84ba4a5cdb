import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError, describeIssue } from '../contract/lib/errors.ts';

/** All that the control centre is told from outside; nothing else reads arguments or the environment. */
export const Config = z.object({
  dataFolder: z.string().min(1),
  /** Port of the loopback server for browsers and the command line; 0 lets the system choose. */
  port: z.number().int().min(0).max(65535),
  openBrowser: z.boolean(),
  /** Demo devices to have at start; 0 for none. */
  demoDevices: z.number().int().min(0).max(50),
  /** Print one JSON line when ready. */
  json: z.boolean(),
  headless: z.boolean(),
  /** Announce embedded brokers by mDNS. */
  announce: z.boolean(),
  /** Protects the secrets of a headless control centre. */
  passphrase: z.string().min(1).optional(),
  rendererFolder: z.string(),
  agentPath: z.string(),
  /** What remains of the arguments: links and files to open. */
  open: z.array(z.string()),
});
export type Config = Readonly<z.infer<typeof Config>>;

export const USAGE = `muster [--headless] [--data DIR] [--port N] [--no-open] [--demo N] [--no-announce] [--json]

  --headless     run without a window; the interface is served to a browser on this machine
  --data DIR     where everything is kept (default: the user's own configuration folder)
  --port N       port on 127.0.0.1 for the browser and the command line; 0 chooses a free one (default 0)
  --no-open      do not open the browser
  --demo N       have a site with N demo devices: real agents on this machine (1 to 50)
  --no-announce  do not announce this machine's brokers by mDNS
  --json         print one JSON line when ready
  MUSTER_PASSPHRASE in the environment protects the secrets of a headless control centre`;

/** Arguments and environment to one validated object; takes the passphrase out of the environment. Throws `invalid` with a sentence. */
export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Config {
  const { values, positionals } = parse(args);
  const { MUSTER_PASSPHRASE: passphrase } = environment;
  // Programs that are started from here, such as demo agents, must not inherit it.
  delete environment.MUSTER_PASSPHRASE;
  const number = (text: string | undefined, fallback: number, name: string): number => {
    if (text === undefined) return fallback;
    if (!/^\d{1,6}$/.test(text))
      throw new AppError('invalid', `${name} takes a whole number, not “${text}”.`);
    return Number(text);
  };
  // Bundled as dist/electron/<entry>.js, run from source as electron/<entry>.ts: the folders lie differently.
  const here = fileURLToPath(new URL('.', import.meta.url));
  const bundled = import.meta.url.endsWith('.js');
  const parsed = Config.safeParse({
    dataFolder: resolveFolder(values.data ?? (environment.MUSTER_DATA || defaultDataFolder(environment))),
    port: number(values.port, 0, '--port'),
    openBrowser: !values['no-open'],
    demoDevices: number(values.demo, 0, '--demo'),
    json: values.json ?? false,
    headless: values.headless ?? false,
    announce: !values['no-announce'],
    passphrase: passphrase || undefined,
    rendererFolder: bundled ? join(here, '../renderer') : join(here, '../dist/renderer'),
    agentPath: bundled
      ? join(here, '../agent/muster-agent.cjs')
      : join(here, '../dist/agent/muster-agent.cjs'),
    open: positionals,
  });
  if (!parsed.success)
    throw new AppError('invalid', `The arguments are not valid: ${describeIssue(parsed.error)}`);
  return Object.freeze(parsed.data);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        headless: { type: 'boolean' },
        data: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        demo: { type: 'string' },
        'no-announce': { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid', `${reason}\n\n${USAGE}`, undefined, { cause });
  }
}

function resolveFolder(folder: string): string {
  // Nothing would mean the folder that the program happens to run in: a variable that is not set, most likely.
  if (folder.trim() === '') throw new AppError('invalid', '--data takes a folder, not an empty text.');
  return isAbsolute(folder) ? folder : resolve(folder);
}

function defaultDataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Muster');
  if (process.platform === 'win32')
    return join(environment.APPDATA ?? join(homedir(), 'AppData/Roaming'), 'Muster');
  return join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), 'muster');
}
