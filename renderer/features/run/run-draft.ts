import { OPERATIONS, type OperationName, SCRIPT_LIMIT_BYTES } from '../../../contract/model/operation.ts';
import { type ChoiceName, choiceNamed } from './operation-choices.ts';

/** What has been entered, as text: it becomes arguments only when it is complete. */
export interface RunDraft {
  readonly choice: ChoiceName;
  readonly command: string;
  readonly script: string;
  readonly interpreter: string;
  /** One argument a line, so that nothing needs quoting. */
  readonly argumentLines: string;
  /** NAME=value, one a line. */
  readonly environmentLines: string;
  readonly workingDirectory: string;
  readonly user: string;
  readonly timeoutSec: number;
  readonly logSource: 'agent-stdout' | 'agent-stderr';
  readonly logLines: number;
  readonly unit: string;
  readonly serviceAction: ServiceAction;
  readonly delaySec: number;
  readonly identifySec: number;
}

export const SERVICE_ACTIONS = ['start', 'stop', 'restart', 'reload', 'enable', 'disable', 'status'] as const;
export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

export const EMPTY_DRAFT: RunDraft = {
  choice: 'command',
  command: '',
  script: '',
  interpreter: '',
  argumentLines: '',
  environmentLines: '',
  workingDirectory: '',
  user: '',
  timeoutSec: 600,
  logSource: 'agent-stdout',
  logLines: 200,
  unit: '',
  serviceAction: 'restart',
  delaySec: 0,
  identifySec: 15,
};

export type DraftField = keyof RunDraft;
export type DraftProblems = Partial<Record<DraftField, string>>;

export type DraftOutcome =
  | { readonly op: OperationName; readonly args: Record<string, unknown>; readonly problems?: undefined }
  | { readonly op: OperationName; readonly args?: undefined; readonly problems: DraftProblems };

/** The arguments that a draft stands for, or for each field that is not right a sentence that says what to do. */
export function readDraft(draft: RunDraft, now: string): DraftOutcome {
  const { op } = choiceNamed(draft.choice);
  const problems: DraftProblems = {};
  const args = rawArguments(draft, now, problems);
  if (Object.keys(problems).length > 0) return { op, problems };
  const parsed = OPERATIONS[op].args.safeParse(args);
  if (parsed.success) return { op, args: parsed.data };
  for (const issue of parsed.error.issues) {
    const field = fieldOf(String(issue.path[0] ?? ''), draft.choice);
    problems[field] ??= sentence(issue.message);
  }
  return { op, problems };
}

function rawArguments(draft: RunDraft, now: string, problems: DraftProblems): Record<string, unknown> {
  switch (draft.choice) {
    case 'command':
    case 'script':
      return shellArguments(draft, problems);
    case 'log':
      return { source: draft.logSource, lines: draft.logLines };
    case 'service':
      if (draft.unit.trim() === '') problems.unit = 'Write the name of a unit, such as ssh.service.';
      return { unit: draft.unit.trim(), action: draft.serviceAction };
    case 'clock':
      return { time: now };
    case 'identify':
      return { durationSec: draft.identifySec };
    case 'reboot':
    case 'shutdown':
      return { delaySec: draft.delaySec };
    case 'information':
      return {};
  }
}

function shellArguments(draft: RunDraft, problems: DraftProblems): Record<string, unknown> {
  const isScript = draft.choice === 'script';
  const field = isScript ? 'script' : 'command';
  const text = isScript ? draft.script : draft.command.trim();
  if (text.trim() === '') problems[field] = isScript ? 'Write the script.' : 'Write the command to run.';
  if (new TextEncoder().encode(text).length > SCRIPT_LIMIT_BYTES) {
    problems[field] = 'This is larger than 128 KiB. Send it to the device as a file instead.';
  }
  if (draft.workingDirectory.trim() !== '' && !draft.workingDirectory.trim().startsWith('/')) {
    problems.workingDirectory = 'Write the whole path, from / on.';
  }
  const lines = draft.argumentLines.split('\n');
  return {
    [field]: text,
    ...(draft.interpreter.trim() && { interpreter: draft.interpreter.trim() }),
    arguments: draft.argumentLines === '' ? [] : lines.at(-1) === '' ? lines.slice(0, -1) : lines,
    environment: readEnvironment(draft.environmentLines, problems),
    ...(draft.workingDirectory.trim() && { workingDirectory: draft.workingDirectory.trim() }),
    ...(draft.user.trim() && { user: draft.user.trim() }),
    timeoutSec: draft.timeoutSec,
  };
}

function readEnvironment(text: string, problems: DraftProblems): Record<string, string> {
  const environment: Record<string, string> = {};
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const equals = line.indexOf('=');
    const name = line.slice(0, equals).trim();
    if (equals < 1) {
      problems.environmentLines ??= `Line ${index + 1} has no name and “=”. Write NAME=value.`;
    } else if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
      problems.environmentLines ??= `“${name.slice(0, 40)}” in line ${index + 1} is not a name: use letters, digits and _ only.`;
    } else environment[name] = line.slice(equals + 1);
  });
  return environment;
}

const FIELD_OF_ARGUMENT: Record<string, DraftField> = {
  command: 'command',
  script: 'script',
  interpreter: 'interpreter',
  arguments: 'argumentLines',
  environment: 'environmentLines',
  workingDirectory: 'workingDirectory',
  user: 'user',
  timeoutSec: 'timeoutSec',
  source: 'logSource',
  lines: 'logLines',
  unit: 'unit',
  action: 'serviceAction',
  delaySec: 'delaySec',
  durationSec: 'identifySec',
};

function fieldOf(argument: string, choice: ChoiceName): DraftField {
  return FIELD_OF_ARGUMENT[argument] ?? (choice === 'script' ? 'script' : 'command');
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`;
}
