import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from '../../cli/control-centre.ts';
import { stubHandlers } from '../../test/support/stub-handlers.ts';
import { createLocalAccess } from './local-access.ts';
import { createRpcServer } from './server.ts';

it('lets the command line in through the control file while it runs, and takes the file away after', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'muster-access-'));
  const server = createRpcServer({
    handlers: stubHandlers({
      'session.start'(_input, session) {
        session.emit('session.ready', {});
        return { version: '1', host: 'electron', role: session.role, actor: session.actor, dataFolder };
      },
    }),
    onProblem: ({ error }) => {
      throw error;
    },
  });
  const access = createLocalAccess({
    dataFolder,
    port: 0,
    staticFolder: dataFolder,
    onPort: (port) => server.attach(port, { role: 'admin', actor: 'Ada' }),
    onProblem: () => undefined,
  });
  await access.start();
  const centre = await connect(dataFolder);
  expect(centre.session.actor).toBe('Ada');
  centre.close();
  const { token } = JSON.parse(await readFile(join(dataFolder, 'control.json'), 'utf8'));
  expect(access.pageUrl().endsWith(`/#token=${token}`)).toBe(true);
  await access.stop();
  expect(existsSync(join(dataFolder, 'control.json'))).toBe(false);
  await expect(connect(dataFolder)).rejects.toMatchObject({ code: 'offline' });
  await rm(dataFolder, { recursive: true });
});
