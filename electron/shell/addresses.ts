/** Origin of the interface inside the window; see protocol.ts. */
export const APP_ORIGIN = 'app://muster';

/** Whether an address is the interface's own. Node knows no origin for schemes of our own, so parts are compared. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return `${protocol}//${host}` === APP_ORIGIN && username === '' && password === '';
}

/** The address when it may be opened in the person's browser, or undefined: https only, no credentials in it. */
export function externalUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, href } = new URL(url);
  return protocol === 'https:' && username === '' && password === '' ? href : undefined;
}

/** The page that a deep link means: `muster://devices/B827EB407E5A` → `app://muster/devices/B827EB407E5A`. */
export function pageOfLink(link: string): string | undefined {
  const [, path] = /^muster:\/{0,3}((?:[\w-]{1,64}\/?){0,4})$/.exec(link) ?? [];
  return path === undefined ? undefined : `${APP_ORIGIN}/${path.replace(/\/$/, '')}`;
}

const OWN_OPTIONS = ['--data', '--port', '--demo', '--json', '--no-open', '--no-announce'];

/** What is meant for us of a process's arguments: Chromium's switches, and the path of the app in development, are not. */
export function ownArguments(argv: readonly string[], isPackaged: boolean): string[] {
  return argv
    .slice(isPackaged ? 1 : 2)
    .filter((word) => !word.startsWith('-') || OWN_OPTIONS.includes(word.split('=')[0] ?? ''));
}
