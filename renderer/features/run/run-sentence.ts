import { formatDuration } from '../../../contract/lib/time.ts';
import type { Device } from '../../../contract/model/device.ts';
import { choiceNamed } from './operation-choices.ts';
import type { RunDraft } from './run-draft.ts';

/** A piece of the sentence; code is shown in the fixed-width type. */
export interface SentencePart {
  readonly text: string;
  readonly code?: boolean;
}

const COMMAND_LIMIT_CHARS = 80;

/** What is going to happen, truly: `Run apt update as the agent's user on 12 devices; 2 are offline and will get it when they appear.` */
export function runSentence(
  draft: RunDraft,
  devices: readonly Device[],
  deadlineSec: number | undefined,
): SentencePart[] {
  return [...actionParts(draft, devices.length), { text: `${awayWords(devices, deadlineSec)}.` }];
}

/** The same as plain text, for screen readers and tests. */
export function sentenceText(parts: readonly SentencePart[]): string {
  return parts.map((part) => part.text).join('');
}

function actionParts(draft: RunDraft, count: number): SentencePart[] {
  const { verb, preposition } = choiceNamed(draft.choice);
  const where = preposition === '' ? ` ${deviceCount(count)}` : ` ${preposition} ${deviceCount(count)}`;
  switch (draft.choice) {
    case 'command': {
      const parts = [{ text: 'Run ' }, { text: firstLine(draft.command), code: true }];
      return [...parts, { text: ` ${userWords(draft)}${where}` }];
    }
    case 'script': {
      const lines = draft.script.replace(/\n+$/, '').split('\n').length;
      const parts = [{ text: `Run a script of ${lines === 1 ? '1 line' : `${lines} lines`} with ` }];
      return [
        ...parts,
        { text: draft.interpreter.trim() || '/bin/sh', code: true },
        { text: ` ${userWords(draft)}${where}` },
      ];
    }
    case 'log':
      return [{ text: `Read the last ${draft.logLines} lines of the agent's log${where}` }];
    case 'service':
      return [{ text: serviceWords(draft) }, { text: draft.unit.trim(), code: true }, { text: where }];
    case 'clock':
      return [{ text: `Set the clock${where} to the time of this computer` }];
    case 'reboot':
    case 'shutdown':
      return [
        {
          text: `${verb}${where}${draft.delaySec > 0 ? ` after ${formatDuration(draft.delaySec * 1000)}` : ''}`,
        },
      ];
    case 'identify':
      return [{ text: `${verb}${where} for ${formatDuration(draft.identifySec * 1000)}` }];
    case 'information':
      return [{ text: `${verb}${where}` }];
  }
}

const SERVICE_VERBS: Record<RunDraft['serviceAction'], string> = {
  start: 'Start ',
  stop: 'Stop ',
  restart: 'Restart ',
  reload: 'Reload ',
  enable: 'Enable ',
  disable: 'Disable ',
  status: 'Ask for the status of ',
};

function serviceWords(draft: RunDraft): string {
  return SERVICE_VERBS[draft.serviceAction];
}

/** Nothing but the device knows who its agent runs as, so no name is claimed. */
function userWords(draft: RunDraft): string {
  return draft.user.trim() === '' ? "as the agent's user" : `as ${draft.user.trim()}`;
}

/** The devices that cannot have it now, and what becomes of them. */
function awayWords(devices: readonly Device[], deadlineSec: number | undefined): string {
  const away = devices.filter((device) => !device.online);
  if (away.length === 0) return '';
  const one = away.length === 1;
  const when =
    deadlineSec === undefined
      ? `when ${one ? 'it appears' : 'they appear'}`
      : `if ${one ? 'it appears' : 'they appear'} within ${formatDuration(deadlineSec * 1000)}`;
  const unknown = away.filter((device) => device.state === 'unknown').length;
  const who = away.length === devices.length ? (one ? 'it' : 'all') : String(away.length);
  const what =
    unknown === away.length
      ? `${one ? 'is' : 'are'} out of sight`
      : `${one ? 'is' : 'are'} ${unknown > 0 ? 'offline or out of sight' : 'offline'}`;
  return `; ${who} ${what} and will get it ${when}`;
}

/** The words of the button: `Run on 12 devices`, `Reboot 1 device`. */
export function actionLabel(draft: RunDraft, count: number): string {
  const { verb, preposition } = choiceNamed(draft.choice);
  const words = draft.choice === 'service' ? SERVICE_VERBS[draft.serviceAction].trim() : verb;
  if (draft.choice === 'service' && draft.serviceAction === 'status') return `Ask ${deviceCount(count)}`;
  return [words, preposition, deviceCount(count)].filter((part) => part !== '').join(' ');
}

export function deviceCount(count: number): string {
  return count === 1 ? '1 device' : `${count.toLocaleString('en')} devices`;
}

function firstLine(command: string): string {
  const lines = command.trim().split('\n');
  const line = (lines[0] ?? '').slice(0, COMMAND_LIMIT_CHARS);
  const cut = lines.length > 1 || (lines[0] ?? '').length > COMMAND_LIMIT_CHARS;
  return cut ? `${line} …` : line;
}
