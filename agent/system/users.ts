import type { Machine } from './machine.ts';
import { findProgram, runProgram } from './programs.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A user by name or by number, from /etc/passwd or where else the system has them; undefined when there is none. */
export async function findUser(machine: Machine, wanted: string | number): Promise<User | undefined> {
  const local = (machine.readText('/etc/passwd') ?? '').split('\n').map(parseLine);
  const matches = (user: User | undefined): boolean => user?.name === wanted || user?.uid === wanted;
  const found = local.find(matches);
  if (found || findProgram('getent') === undefined) return found;
  // Users of a directory service are not in the file.
  const { exitCode, stdout } = await runProgram('getent', ['passwd', String(wanted)]);
  return exitCode === 0 ? stdout.split('\n').map(parseLine).find(matches) : undefined;
}

function parseLine(line: string): User | undefined {
  const [name, , uid, gid, , home, shell] = line.split(':');
  if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' };
}
