import { stripAnsi } from './ansi.ts';

/** Enough for any line that fits on a screen, in characters. */
const LOOK_BACK_CHARS = 2_048;

/** The lines of terminal output that are not blank, without colours and outer spaces. */
export function printedLines(text: string): string[] {
  return stripAnsi(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The last printed line of live output; empty when nothing was printed. */
export function lastLine(text: string): string {
  return printedLines(text.slice(-LOOK_BACK_CHARS)).at(-1) ?? '';
}
