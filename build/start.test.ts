import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// A checkout with the real scripts and packages but small programs, so that this tests the scripts alone.

const root = fileURLToPath(new URL('..', import.meta.url));
const started: ChildProcess[] = [];
let checkout = '';

const sources = {
  'agent/main.ts': "console.log('agent');",
  'electron/main.ts': 'export {};',
  'electron/preload.ts': 'export {};',
  'electron/headless.ts': `
    const alive = setInterval(() => {}, 1000);
    process.once('SIGTERM', () => {
      console.error('stopped cleanly');
      clearInterval(alive);
      process.disconnect?.();
    });
    console.log(JSON.stringify({ ready: true, args: process.argv.slice(2), folder: process.cwd() }));`,
  'cli/main.ts': `
    console.log(JSON.stringify({ node: process.versions.node, args: process.argv.slice(2), folder: process.cwd() }));
    process.exitCode = 3;`,
  'renderer/index.html':
    '<!doctype html><title>Muster</title><script type="module" src="/main.tsx"></script>',
  'renderer/main.tsx': "document.title = 'Muster';",
};

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'muster-start-'));
  for (const name of ['build', 'package.json', 'package-lock.json', '.npmrc', 'renderer/vite.config.ts']) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  for (const [file, content] of Object.entries(sources)) write(file, content);
});

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(checkout, { recursive: true, force: true });
});

function write(file: string, content: string) {
  mkdirSync(dirname(join(checkout, file)), { recursive: true });
  writeFileSync(join(checkout, file), content);
}

function npm(args: string[], cwd = checkout) {
  // Without what the outer npm set: its INIT_CWD and silence are not ours.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/.test(name)),
  );
  const child = spawn('npm', ['--silent', ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const firstLine = async () => {
    while (!said.stdout.includes('\n')) {
      if (child.exitCode !== null) throw new Error(`npm ended: ${said.stderr}`);
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    }
    return JSON.parse(said.stdout.split('\n')[0] ?? '');
  };
  const exit = async () => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return child.exitCode;
  };
  return { child, said, firstLine, exit };
}

describe('npm start', () => {
  it('builds, keeps standard output for the program, and stops it on SIGTERM with its exit code', async () => {
    const { child, said, firstLine, exit } = npm(['start', '--', '--headless', '--port', '0', '--json']);
    expect(await firstLine()).toEqual({ ready: true, args: ['--port', '0', '--json'], folder: checkout });
    expect(said.stderr).toContain('built electron');
    child.kill('SIGTERM');
    expect(await exit()).toBe(0);
    expect(said.stderr).toContain('stopped cleanly');
    expect(said.stdout.trim().split('\n')).toHaveLength(1);
  });

  it('stops the program also when npm is killed with SIGKILL', async () => {
    const { child, said, firstLine } = npm(['start', '--', '--headless']);
    await firstLine();
    child.kill('SIGKILL');
    await expect.poll(() => said.stderr, { timeout: 10_000 }).toContain('stopped cleanly');
  });

  it('does not build again when nothing changed', async () => {
    const { child, said, firstLine, exit } = npm(['start', '--', '--headless']);
    await firstLine();
    child.kill('SIGTERM');
    expect(await exit()).toBe(0);
    expect(said.stderr).toBe('stopped cleanly\n');
  });
});

describe('npm run muster', () => {
  it('runs the command line under the project’s Node in the caller’s folder and passes its exit code on', async () => {
    const { said, exit } = npm(['run', 'muster', '--', 'devices', '--json'], join(checkout, 'renderer'));
    expect(await exit()).toBe(3);
    expect(JSON.parse(said.stdout)).toEqual({
      node: expect.stringMatching(/^2[4-9]\./),
      args: ['devices', '--json'],
      folder: join(checkout, 'renderer'),
    });
  });
});

describe('npm run build', () => {
  it('rebuilds the part whose source changed and no other', async () => {
    write('cli/main.ts', 'console.log(1);');
    const { said, exit } = npm(['run', 'build']);
    expect(await exit()).toBe(0);
    expect(said.stderr).toMatch(/^built cli in [\d.]+ s\n$/);
  });

  it('keeps the last good build and says what is wrong when a source is gone', async () => {
    rmSync(join(checkout, 'agent/main.ts'));
    const { said, exit } = npm(['run', 'build', '--', 'agent']);
    expect(await exit()).toBe(1);
    expect(said.stderr).toContain('nothing to build agent from: agent/main.ts missing.');
  });

  it('refuses a part that it does not know', async () => {
    const { said, exit } = npm(['run', 'build', '--', 'kitchen']);
    expect(await exit()).toBe(1);
    expect(said.stderr).toContain(
      'there is no part "kitchen": the parts are agent, electron, cli, renderer.',
    );
  });

  it('refuses an agent that is too large for a device', async () => {
    write('agent/main.ts', `console.log(${JSON.stringify('x'.repeat(1_600_000))});`);
    const { said, exit } = npm(['run', 'build', '--', 'agent']);
    expect(await exit()).toBe(1);
    expect(said.stderr).toContain('a device gets at most 1500000');
  });
});
