import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_MS = 60_000;
const Ready = z.object({ ready: z.literal(true), url: z.string(), data: z.string() });

export interface MusterProcess {
  /** Address of the interface, with its token. */
  readonly url: string;
  readonly dataFolder: string;
  /** Ends it, waits for its end, and removes its data. */
  stop(): Promise<void>;
}

/** The real control centre in a process and a folder of its own, with real demo agents; needs the built renderer and agent. */
export async function startMuster(options: {
  demo?: number;
  args?: readonly string[];
}): Promise<MusterProcess> {
  for (const part of ['dist/renderer/index.html', 'dist/agent/muster-agent.cjs']) {
    if (!existsSync(join(root, part))) throw new Error(`${part} is missing: run npm run build first.`);
  }
  const dataFolder = mkdtempSync(join(tmpdir(), 'muster-journey-'));
  const child = spawn(
    process.execPath,
    [
      join(root, 'electron/headless.ts'),
      ...['--headless', '--no-open', '--no-announce', '--json', '--port', '0', '--data', dataFolder],
      ...(options.demo ? ['--demo', String(options.demo)] : []),
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = async (): Promise<void> => {
    await endOf(child);
    rmSync(dataFolder, { recursive: true, force: true });
  };
  try {
    return { url: await readyUrl(child), dataFolder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address in the first line that it prints; rejects with what it said when it ends before. */
function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(
      () => reject(new Error(`The control centre was not ready in time. ${stderr}`)),
      READY_MS,
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-4_000);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      const end = stdout.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      const line = Ready.safeParse(JSON.parse(stdout.slice(0, end)));
      if (line.success) resolve(line.data.url);
      else reject(new Error(`The control centre printed something unexpected: ${stdout}`));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The control centre ended with ${code}. ${stderr}`));
    });
  });
}

function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}
