import process from 'node:process';
import { systemErrorCode } from './files.ts';
import type { Machine } from './machine.ts';

/** Looks at and signals processes. A pid alone is no identity: numbers come again, a pid with its start time does not. */
export interface Processes {
  /** Clock ticks from boot to the start of the process, or undefined when there is none (any more). */
  startTime(pid: number): string | undefined;
  isRunning(pid: number, startTime: string): boolean;
  /** The running leader of a process group whose environment has this entry (`NAME=value`). */
  findGroupLeader(environmentEntry: string): number | undefined;
  /** False when no process of the group is left. Throws `denied` when it may not be signalled. */
  signalGroup(groupId: number, signal: NodeJS.Signals): boolean;
  /** Whether any process of the group runs; one that has ended and was not collected does not count. */
  groupRuns(groupId: number): boolean;
}

export function createProcesses(machine: Machine): Processes {
  /** State, group and start time, from the fields after the name, which may itself hold spaces and brackets. */
  function stat(pid: number): { state: string; group: number; startTime: string } | undefined {
    const text = machine.readText(`/proc/${pid}/stat`);
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, , group] = fields ?? [];
    const startTime = fields?.[19];
    if (state === undefined || group === undefined || startTime === undefined) return undefined;
    return { state, group: Number(group), startTime };
  }
  const pids = (): number[] =>
    machine
      .list('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  const ended = (state: string): boolean => state === 'Z' || state === 'X';
  return {
    startTime: (pid) => stat(pid)?.startTime,
    isRunning(pid, startTime) {
      const found = stat(pid);
      return found !== undefined && found.startTime === startTime && !ended(found.state);
    },
    findGroupLeader(environmentEntry) {
      return pids().find(
        (pid) =>
          stat(pid)?.group === pid &&
          (machine.readText(`/proc/${pid}/environ`)?.split('\0').includes(environmentEntry) ?? false),
      );
    },
    signalGroup(groupId, signal) {
      try {
        process.kill(-groupId, signal);
        return true;
      } catch (error) {
        if (systemErrorCode(error) === 'ESRCH') return false;
        throw error;
      }
    },
    groupRuns(groupId) {
      try {
        process.kill(-groupId, 0);
      } catch (error) {
        if (systemErrorCode(error) === 'ESRCH') return false;
        if (systemErrorCode(error) !== 'EPERM') throw error;
      }
      // Signal 0 also reaches zombies, which nobody may ever collect in a container: look closer.
      return pids().some((pid) => {
        const found = stat(pid);
        return found?.group === groupId && !ended(found.state);
      });
    },
  };
}
