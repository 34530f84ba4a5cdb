import { existsSync, readFileSync } from 'node:fs';

/** A command line that notes in a file which agent ran it, by one append that others cannot split. */
export function noteRunCommand(file: string, then: string): string {
  return `echo "$(tr '\\0' ' ' < /proc/$PPID/cmdline)" >> ${file}; ${then}`;
}

/** How often each device ran the noted command. Runs whose agent was gone already count for `unknown`. */
export function countRuns(file: string, macs: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  if (!existsSync(file)) return counts;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const mac = macs.find((candidate) => line.includes(candidate)) ?? 'unknown';
    counts.set(mac, (counts.get(mac) ?? 0) + 1);
  }
  return counts;
}

/** What of the counts breaks the promise that a command runs at most once. */
export function ranTwice(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].filter(([, count]) => count > 1).map(([mac, count]) => `${mac} ran it ${count} times`);
}
