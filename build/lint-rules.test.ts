import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

interface Case {
  file: string;
  line: string;
}

/** A file of its own in the planted tree for each import, so that a rule that stops flagging is seen by name. */
const forbiddenImports: Case[] = [
  { file: 'contract/lib/a.ts', line: "import 'node:fs';" },
  { file: 'contract/lib/b.ts', line: "import 'fs';" },
  { file: 'contract/lib/c.ts', line: "import 'electron';" },
  { file: 'contract/lib/d.ts', line: "import 'mqtt';" },
  { file: 'contract/lib/e.ts', line: "import '../../electron/app.ts';" },
  { file: 'contract/model/a.ts', line: "import '../wire/topics.ts';" },
  { file: 'contract/model/b.ts', line: "import '../rpc/port.ts';" },
  { file: 'contract/model/c.ts', line: "import 'react';" },
  { file: 'contract/rpc/a.ts', line: "import '../wire/topics.ts';" },
  { file: 'contract/rpc/contract/b.ts', line: "import '../../wire/topics.ts';" },
  { file: 'contract/rpc/contract/c.ts', line: "import '../../../agent/agent.ts';" },
  { file: 'contract/rpc/d.ts', line: "import 'node:net';" },
  { file: 'contract/wire/a.ts', line: "import '../../cli/main.ts';" },
  { file: 'electron/services/jobs/a.ts', line: "import 'electron';" },
  { file: 'electron/services/jobs/b.ts', line: "import '../../shell/window.ts';" },
  { file: 'electron/services/jobs/c.ts', line: "import '../../../agent/agent.ts';" },
  { file: 'electron/headless.ts', line: "import './shell/window.ts';" },
  { file: 'electron/app.ts', line: "import '../renderer/app.tsx';" },
  { file: 'electron/rpc/a.ts', line: "export const later = import('electron');" },
  { file: 'electron/shell/a.ts', line: "import '../../cli/main.ts';" },
  { file: 'electron/main.ts', line: "import '../renderer/app.tsx';" },
  { file: 'agent/a.ts', line: "import 'electron';" },
  { file: 'agent/b.ts', line: "import '../electron/app.ts';" },
  { file: 'agent/features/shell/c.ts', line: "import '../../../renderer/app.tsx';" },
  { file: 'agent/features/shell/d.ts', line: "import '../../../cli/main.ts';" },
  { file: 'agent/link/e.ts', line: "import 'node:sqlite';" },
  { file: 'agent/link/f.ts', line: "import '../../contract/rpc/port.ts';" },
  { file: 'cli/a.ts', line: "import '../electron/app.ts';" },
  { file: 'cli/commands/b.ts', line: "import '../../agent/agent.ts';" },
  { file: 'cli/c.ts', line: "import '../renderer/app.tsx';" },
  { file: 'renderer/app.tsx', line: "import 'electron';" },
  { file: 'renderer/rpc/a.ts', line: "import 'node:events';" },
  { file: 'renderer/rpc/b.ts', line: "import 'node:fs/promises';" },
  { file: 'renderer/rpc/c.ts', line: "import '../../electron/app.ts';" },
  { file: 'renderer/state/a.ts', line: "import '../features/jobs/jobs.ts';" },
  { file: 'renderer/state/b.ts', line: "import '../ui/format.ts';" },
  { file: 'renderer/state/c.ts', line: "import '../../agent/agent.ts';" },
  { file: 'renderer/ui/a.ts', line: "import '../state/jobs.ts';" },
  { file: 'renderer/ui/b.ts', line: "import '../rpc/connect.ts';" },
  { file: 'renderer/ui/charts/c.ts', line: "import '../../features/jobs/jobs.ts';" },
  { file: 'renderer/ui/d.ts', line: "import 'node:path';" },
  { file: 'renderer/features/jobs/a.ts', line: "import '../devices/devices.ts';" },
  { file: 'renderer/features/jobs/b.ts', line: "import '../../features/devices/devices.ts';" },
  { file: 'renderer/features/jobs/parts/c.ts', line: "import '../../devices/devices.ts';" },
  {
    file: 'renderer/features/jobs/parts/d.ts',
    line: "import type { Device } from '../../devices/devices.ts';",
  },
  { file: 'renderer/features/jobs/e.ts', line: "export const later = import('../devices/devices.ts');" },
  { file: 'renderer/features/jobs/f.ts', line: "import 'electron';" },
];

const allowedImports: Case[] = [
  { file: 'contract/lib/ok.ts', line: "import 'zod';" },
  { file: 'contract/rpc/contract/ok.ts', line: "import '../../model/device.ts';" },
  { file: 'contract/wire/ok.ts', line: "import '../model/device.ts';" },
  { file: 'contract/wire/ok.test.ts', line: "import 'node:fs';" },
  { file: 'electron/shell/ok.ts', line: "import 'electron';" },
  { file: 'electron/preload.ts', line: "import 'electron';" },
  { file: 'electron/services/jobs/ok.ts', line: "import 'node:fs';" },
  { file: 'electron/services/jobs/ok2.ts', line: "import '../../../contract/model/device.ts';" },
  { file: 'electron/services/jobs/ok3.ts', line: "import '../agent-link/link.ts';" },
  { file: 'agent/features/shell/ok.ts', line: "import '../../system/process.ts';" },
  { file: 'agent/ok.ts', line: "import '../contract/wire/topics.ts';" },
  { file: 'cli/ok.ts', line: "import '../contract/rpc/client.ts';" },
  { file: 'renderer/state/ok.ts', line: "import '../../contract/rpc/port.ts';" },
  { file: 'renderer/ui/ok.ts', line: "import './format.ts';" },
  { file: 'renderer/features/jobs/ok.ts', line: "import '../../ui/format.ts';" },
  { file: 'renderer/features/jobs/ok2.ts', line: "import './parts/list.ts';" },
  { file: 'renderer/features/jobs/parts/ok.ts', line: "import '../jobs.ts';" },
  { file: 'renderer/features/jobs/parts/ok2.ts', line: "import '../../../state/jobs.ts';" },
  { file: 'test/e2e/ok.ts', line: "import '../../electron/app.ts';" },
];

const otherViolations: (Case & { rule: string })[] = [
  { file: 'agent/any.ts', line: 'export const x: any = 1;', rule: 'noExplicitAny' },
  { file: 'agent/environment.ts', line: 'export const home = process.env.HOME;', rule: 'noProcessEnv' },
  { file: 'agent/long.ts', line: 'export {};\n'.repeat(301), rule: 'noExcessiveLinesPerFile' },
  {
    file: 'agent/cycle-a.ts',
    line: "import { b } from './cycle-b.ts';\nexport const a = () => b;",
    rule: 'noImportCycles',
  },
  {
    file: 'agent/cycle-b.ts',
    line: "import { a } from './cycle-a.ts';\nexport const b = () => a;",
    rule: 'noImportCycles',
  },
  {
    file: 'agent/type-cycle-a.ts',
    line: "import type { B } from './type-cycle-b.ts';\nexport type A = { b: B };",
    rule: 'noImportCycles',
  },
  {
    file: 'agent/type-cycle-b.ts',
    line: "import type { A } from './type-cycle-a.ts';\nexport type B = { a: A };",
    rule: 'noImportCycles',
  },
  { file: 'agent/enumeration.ts', line: 'export enum Colour { red }', rule: 'noEnum' },
  {
    file: 'agent/empty.ts',
    line: 'export function f() { try { f(); } catch {} }',
    rule: 'noEmptyBlockStatements',
  },
  { file: 'agent/CamelCase.ts', line: 'export {};', rule: 'useFilenamingConvention' },
  { file: 'agent/barrel.ts', line: "export * from './agent.ts';", rule: 'noReExportAll' },
  {
    file: 'agent/extension.ts',
    line: "import { agent } from './agent';\nexport const a = agent;",
    rule: 'useImportExtensions',
  },
  {
    file: 'agent/floating.ts',
    line: 'async function save(): Promise<void> {}\nexport function f() { save(); }',
    rule: 'noFloatingPromises',
  },
];

const acceptable: Case[] = [
  { file: 'agent/config.ts', line: 'export const home = process.env.HOME;' },
  { file: 'electron/config.ts', line: 'export const home = process.env.HOME;' },
  { file: 'contract/wire/fixtures/long.ts', line: 'export {};\n'.repeat(301) },
];

let tree = '';
const flagged = new Map<string, Set<string>>();

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'muster-lint-'));
  for (const name of ['biome.json', '.gitignore', 'package.json'])
    copyFileSync(join(root, name), join(tree, name));
  const planted = [...forbiddenImports, ...allowedImports, ...otherViolations, ...acceptable];
  for (const { file, line } of [{ file: 'agent/agent.ts', line: 'export const agent = 1;' }, ...planted]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), `${line}\n`);
  }
  const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const report: { diagnostics: { category: string; severity: string; location: { path: string } }[] } =
    JSON.parse(run.stdout);
  for (const { category, severity, location } of report.diagnostics) {
    if (severity !== 'error') continue;
    const rules = flagged.get(location.path) ?? new Set<string>();
    flagged.set(location.path, rules.add(category.split('/').at(-1) ?? ''));
  }
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

const rulesFor = (file: string) => [...(flagged.get(file) ?? [])];

describe('lint', () => {
  it.each(forbiddenImports)('refuses $line in $file', ({ file }) => {
    expect(rulesFor(file)).toContain('noRestrictedImports');
  });

  it.each(allowedImports)('accepts $line in $file', ({ file }) => {
    expect(rulesFor(file)).not.toContain('noRestrictedImports');
  });

  it.each(otherViolations)('refuses $file with $rule', ({ file, rule }) => {
    expect(rulesFor(file)).toContain(rule);
  });

  it.each(acceptable)('accepts $file', ({ file }) => {
    expect(rulesFor(file)).toEqual([]);
  });
});
