import type { Environment } from '../../cli/config.ts';
import { runCommandLine } from '../../cli/program.ts';
import type { Terminal } from '../../cli/terminal.ts';

/** What a command line did. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output, each line parsed. */
  documents(): unknown[];
}

/** A terminal that listens: for tests of the command line inside the test's own process. */
export interface TestTerminal extends Terminal {
  readonly outBytes: () => Buffer;
  readonly errBytes: () => Buffer;
  interrupt(): void;
  /** Bytes that one write may have at most, to see that output is not gathered in memory. */
  readonly largestWrite: () => number;
}

export function createTestTerminal({
  isInteractive = false,
  answers = [],
  input = '',
  slowMs = 0,
}: {
  isInteractive?: boolean;
  answers?: string[];
  input?: string;
  slowMs?: number;
} = {}): TestTerminal {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const listeners = new Set<() => void>();
  let largest = 0;
  const write = async (to: Buffer[], text: string | Uint8Array): Promise<void> => {
    const bytes = Buffer.from(text);
    largest = Math.max(largest, bytes.length);
    to.push(bytes);
    if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
  };
  return {
    out: (text) => write(out, text),
    err: (text) => write(err, text),
    isInteractive,
    hasColour: false,
    columns: undefined,
    async ask(question) {
      await write(err, question);
      return answers.shift() ?? '';
    },
    readInput: async () => Buffer.from(input),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    now: () => new Date(),
    outBytes: () => Buffer.concat(out),
    errBytes: () => Buffer.concat(err),
    interrupt() {
      for (const listener of [...listeners]) listener();
    },
    largestWrite: () => largest,
  };
}

/** Runs a command line against the control centre of a data folder. */
export async function runMuster(
  args: readonly string[],
  dataFolder: string,
  terminal: TestTerminal = createTestTerminal(),
  environment: Partial<Environment> = {},
): Promise<CommandRun> {
  const code = await runCommandLine(args, {
    terminal,
    environment: {
      dataFolder,
      brokerPassword: undefined,
      wantsColour: false,
      hasDesktop: false,
      ...environment,
    },
  });
  const out = terminal.outBytes().toString('utf8');
  return {
    code,
    out,
    err: terminal.errBytes().toString('utf8'),
    documents: () =>
      out
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line)),
  };
}
