import { isFinal, type JobResultWithOutput } from '../../contract/model/job.ts';
import { printedLines } from './last-line.ts';

/** How much of each stream is needed to tell what a device printed in one line, in bytes. */
export const SAMPLE_LIMIT_BYTES = 2_048;

/**
 * The line that tells most about a result: of a success its first line; of a failure the last line of its errors when
 * they are known to their end, because that is where programs say what went wrong. Empty when nothing was printed.
 */
export function sampleLine(result: JobResultWithOutput): string {
  if (result.output && result.output.stdout.bytes + result.output.stderr.bytes === 0) return '';
  const stdout = result.stdoutEncoding === 'utf8' ? printedLines(result.stdout) : ['(binary output)'];
  const stderr = result.stderrEncoding === 'utf8' ? printedLines(result.stderr) : ['(binary output)'];
  // While it runs the newest line says most, where it is known.
  if (!isFinal(result.state)) {
    const known = result.stdout.length < SAMPLE_LIMIT_BYTES && result.stderr.length < SAMPLE_LIMIT_BYTES;
    return (known ? (stdout.at(-1) ?? stderr.at(-1)) : undefined) ?? '';
  }
  if (result.state === 'succeeded') return stdout[0] ?? stderr[0] ?? '';
  const whole = (result.output?.stderr.bytes ?? 0) <= SAMPLE_LIMIT_BYTES;
  return (whole ? stderr.at(-1) : stderr[0]) ?? stdout[0] ?? '';
}

/** What an operation returned, in a few words: the plain values of its facts. */
export function valueLine(value: Record<string, unknown>): string {
  return Object.entries(value)
    .filter(([, fact]) => ['string', 'number', 'boolean'].includes(typeof fact))
    .slice(0, 4)
    .map(([name, fact]) => `${name} ${String(fact)}`)
    .join(' · ');
}
