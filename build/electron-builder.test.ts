import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Configuration } from 'electron-builder';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

// electron-builder checks its configuration only once it packs; its own functions for that are not exported
// by the package itself but by the library that it is made of.
const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const builder: {
  getConfig(folder: string, file: string, options: null): Promise<Configuration>;
  validateConfiguration(configuration: Configuration, log: object): Promise<void>;
} = fromBuilder('app-builder-lib/out/util/config/config.js');
const { DebugLogger } = fromBuilder('builder-util');

const configuration = await builder.getConfig(root, 'build/electron-builder.yml', null);

it('the packaging configuration is one that electron-builder accepts', async () => {
  await builder.validateConfiguration(configuration, new DebugLogger(false));
  await expect(
    builder.validateConfiguration(
      { ...configuration, appID: 'typo' } as Configuration,
      new DebugLogger(false),
    ),
  ).rejects.toThrow('appID');
});

it('the packed program cannot be turned into a plain Node or loaded from outside its archive', () => {
  expect(configuration.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

it('the icons that packaging names are there', () => {
  for (const { icon } of [configuration.linux ?? {}, configuration.win ?? {}, configuration.mac ?? {}]) {
    expect(existsSync(join(root, String(icon)))).toBe(true);
  }
});
