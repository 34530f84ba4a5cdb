import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogsReadArgs } from '../../contract/model/operation.ts';
import type { Operation } from '../jobs/operation.ts';
import { systemErrorCode } from '../system/files.ts';

/** `logs.read`: the last lines of the agent's own log, as the job's output. */
export function createLogsRead({ logFolder }: { logFolder: string }): Operation<LogsReadArgs> {
  const readFile = (name: string): Buffer => {
    try {
      return readFileSync(join(logFolder, name));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
  };
  return {
    run({ source, lines }, context) {
      const all = Buffer.concat([readFile(`${source}.log.1`), readFile(`${source}.log`)]);
      context.write('stdout', lastLines(all, lines));
      return Promise.resolve({ state: 'succeeded' });
    },
  };
}

/** The last lines of a text, without cutting one. */
export function lastLines(text: Buffer, lines: number): Buffer {
  // A line end at the very end belongs to the last line.
  let from = text.length - 2;
  for (let found = 0; from >= 0; found += 1) {
    const at = text.lastIndexOf(0x0a, from);
    if (at < 0) break;
    if (found + 1 === lines) return text.subarray(at + 1);
    from = at - 1;
  }
  return text;
}
