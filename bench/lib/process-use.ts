import { readFileSync } from 'node:fs';

/** What a process and its threads have used so far, from /proc. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly residentMb: number;
  readonly anonymousMb: number;
}

const TICKS_PER_SECOND = 100;

/** Reads it for a process id; throws when there is no such process. */
export function processUse(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentMb: kilobytes('VmRSS') / 1024,
    anonymousMb: kilobytes('RssAnon') / 1024,
  };
}
