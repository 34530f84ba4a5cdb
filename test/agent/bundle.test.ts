import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test, vi } from 'vitest';
import { joinTestAgent, sharedEnrolment } from '../support/agent-process.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { assemble, createTestSite, openTestConsole } from '../support/test-console.ts';

vi.setConfig({ testTimeout: 90_000 });

const bundle = new URL('../../dist/agent/muster-agent.cjs', import.meta.url).pathname;

/** The oldest Node on this machine that the agent is meant for; its own is newer than what devices have. */
function oldestNode(): { path: string; major: number } {
  const found = [
    process.execPath,
    ...(process.env.PATH ?? '').split(':').map((folder) => join(folder, 'node')),
  ]
    .filter((path) => existsSync(path))
    .map((path) => ({
      path,
      major: Number(execFileSync(path, ['-p', 'process.versions.node']).toString().split('.')[0]),
    }))
    .filter(({ major }) => major >= 18)
    .sort((a, b) => a.major - b.major);
  return found[0] ?? { path: process.execPath, major: 24 };
}

test.skipIf(!existsSync(bundle))(
  'the bundled agent works over TLS on the oldest Node at hand, as it is run on devices',
  async () => {
    const node = oldestNode();
    const broker = await startMosquitto({ tls: true, websockets: true });
    const site = await createTestSite();
    const console = await openTestConsole({ url: broker.url(), site });
    await console.trust();
    const mac = 'B827EB0000CC';
    for (const listener of ['mqtts', 'wss'] as const) {
      const agent = await joinTestAgent({
        enrolment: sharedEnrolment(site, [broker.url(listener)], { caPem: broker.caPem }),
        mac,
        program: { node: node.path, args: ['--lite-mode', bundle] },
      });
      try {
        agent.start();
        const { inventory } = await console.online(mac);
        expect(inventory?.runtime).toMatch(new RegExp(`v${node.major}\\.`));
        await console.link(mac, inventory?.publicKey ?? '');
        const { result, heard } = await console.run(mac, 'shell.run', { script: 'echo $((6 * 7))' });
        expect([result.state, assemble(heard.output.stdout).bytes.toString()]).toEqual(['succeeded', '42\n']);
        expect(await agent.stop()).toBe(0);
      } finally {
        await agent.remove();
      }
      console.devices.delete(mac);
    }
    await console.close();
    await broker.stop();
  },
);
