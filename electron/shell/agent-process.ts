import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { utilityProcess as UtilityProcess } from 'electron';
import type { StartAgent } from '../services/demo/demo.ts';

/**
 * Runs demo agents in Electron's utility processes: its binary does not run as plain Node (a fuse). They have no
 * standard input to watch and end with us by themselves, so they are not told to.
 */
export function createStartAgent(
  utilityProcess: typeof UtilityProcess,
  agentPath: string,
  dataFolder: string,
): StartAgent {
  return (args) => {
    const log = createWriteStream(join(dataFolder, 'demo-agents.log'), { flags: 'a', mode: 0o600 });
    const words = args.filter((word) => word !== '--attended');
    const child = utilityProcess.fork(agentPath, words, { stdio: 'pipe', serviceName: 'Muster demo agent' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    const exited = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => {
        log.end();
        resolve(code);
      });
    });
    return { exited, kill: () => void child.kill() };
  };
}
