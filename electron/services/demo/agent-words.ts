import { createWriteStream, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const LIMIT_BYTES = 5 * 1024 * 1024;

/**
 * Adds what a demo agent says to `<data>/demo-agents.log`, and the ones before to `demo-agents.log.1`. Answers how to
 * end it. A full disk loses the agents' words, but neither ends this program nor holds up an agent that talks.
 */
export function keepAgentWords(dataFolder: string, outputs: readonly (Readable | null)[]): () => void {
  const path = join(dataFolder, 'demo-agents.log');
  startAnew(path);
  const log = createWriteStream(path, { flags: 'a', mode: 0o600 });
  for (const output of outputs) output?.pipe(log, { end: false });
  log.on('error', () => {
    for (const output of outputs) output?.resume();
  });
  return () => log.end();
}

function startAnew(path: string): void {
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LIMIT_BYTES) renameSync(path, `${path}.1`);
  } catch {
    // The old file goes on: an agent is worth more than the tidiness of its log.
  }
}
