import type { Readable } from 'node:stream';
import type { utilityProcess as UtilityProcess } from 'electron';
import { keepAgentWords } from '../services/demo/agent-words.ts';
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
    const words = args.filter((word) => word !== '--attended');
    const child = utilityProcess.fork(agentPath, words, { stdio: 'pipe', serviceName: 'Muster demo agent' });
    const endWords = keepAgentWords(dataFolder, [
      child.stdout as Readable | null,
      child.stderr as Readable | null,
    ]);
    const exited = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => {
        endWords();
        resolve(code);
      });
    });
    return { exited, kill: () => void child.kill() };
  };
}
