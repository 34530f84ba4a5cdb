import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../../test/support/poll.ts';
import { keepAgentWords } from './agent-words.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-words-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps what agents say, and starts a new file when the old one is long', async () => {
  const path = join(folder, 'demo-agents.log');
  writeFileSync(path, 'x'.repeat(6 * 1024 * 1024));
  const output = new PassThrough();
  const end = keepAgentWords(folder, [output, null]);
  output.write('hello\n');
  await until(() => existsSync(path) && readFileSync(path, 'utf8') === 'hello\n', 'the words to be written');
  expect(readFileSync(`${path}.1`)).toHaveLength(6 * 1024 * 1024);
  end();
});

it('neither ends this program nor holds up an agent when nothing can be written', async () => {
  mkdirSync(join(folder, 'demo-agents.log'));
  const output = new PassThrough({ highWaterMark: 1024 });
  const end = keepAgentWords(folder, [output]);
  for (let line = 0; line < 50; line += 1) output.write('a line that nobody keeps\n'.repeat(100));
  output.end();
  await until(() => output.readableEnded, 'the agent to have been heard to its end');
  end();
});
