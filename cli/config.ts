import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command line takes from its environment; nothing else reads it. */
export interface Environment {
  /** Where a control centre keeps its data unless told otherwise; the same rule as in electron/config.ts. */
  readonly dataFolder: string;
  /** A broker password that is not to be typed into a command line. */
  readonly brokerPassword: string | undefined;
  readonly wantsColour: boolean;
  /** A browser can be opened on this screen. */
  readonly hasDesktop: boolean;
}

/** Reads the environment: this process's own unless told otherwise. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): Environment {
  return {
    dataFolder: environment.MUSTER_DATA || defaultDataFolder(environment, platform, home),
    brokerPassword: environment.MUSTER_BROKER_PASSWORD,
    wantsColour: !environment.NO_COLOR && environment.TERM !== 'dumb',
    hasDesktop: platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY),
  };
}

function defaultDataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  if (platform === 'darwin') return join(home, 'Library/Application Support/Muster');
  if (platform === 'win32') return join(environment.APPDATA || join(home, 'AppData/Roaming'), 'Muster');
  return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'muster');
}
