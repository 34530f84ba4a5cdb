import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Row, toTable } from './lib/report.ts';
import { agentFootprint } from './parts/agent-footprint.ts';
import { fleetCommand } from './parts/fleet-command.ts';
import { metricsLoad } from './parts/metrics-load.ts';
import { realCommand } from './parts/real-command.ts';
import { startUp } from './parts/start-up.ts';

// npm run bench [-- PART … [--minutes N]]: all parts, or the named ones. A table on standard output, JSON in bench/results.

const minutesAt = process.argv.indexOf('--minutes');
const minutes = minutesAt > 0 ? Number(process.argv[minutesAt + 1]) : 10;
const PARTS: Record<string, () => Promise<Row[]>> = {
  'start-up': startUp,
  'fleet-command': fleetCommand,
  'real-command': realCommand,
  'agent-footprint': agentFootprint,
  'metrics-load': () => metricsLoad(minutes),
};

const asked = process.argv.slice(2).filter((word) => Object.hasOwn(PARTS, word));
const names = asked.length > 0 ? asked : Object.keys(PARTS);
const rows: Row[] = [];
for (const name of names) {
  process.stderr.write(`measuring ${name} …\n`);
  const measured = (await PARTS[name]?.()) ?? [];
  for (const row of measured) process.stderr.write(`  ${row.who}: ${row.value}\n`);
  rows.push(...measured);
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
const folder = fileURLToPath(new URL('./results/', import.meta.url));
mkdirSync(folder, { recursive: true });
const at = new Date().toISOString();
writeFileSync(
  `${folder}${at.replaceAll(':', '-')}.json`,
  `${JSON.stringify({ at, machine, rows }, null, 2)}\n`,
);
process.stdout.write(`${machine}, ${at}\n\n${toTable(rows)}\n`);
