/** Commands kept for one device, oldest first. */
export type CommandHistory = readonly string[];

const KEPT = 100;

/** The history with the command at its end; a repeated one moves there. */
export function addCommand(history: CommandHistory, command: string): CommandHistory {
  const text = command.trim();
  if (text === '') return history;
  return [...history.filter((each) => each !== text), text].slice(-KEPT);
}

/** Where the person is while they walk back through the history; `draft` is what they had typed before. */
export interface HistoryPosition {
  readonly index: number | null;
  readonly draft: string;
}

export const AT_DRAFT: HistoryPosition = { index: null, draft: '' };

/** One step back or forward: the text to show and the new position; undefined when there is nothing further. */
export function walkHistory(
  history: CommandHistory,
  position: HistoryPosition,
  typed: string,
  direction: 'back' | 'forward',
): { text: string; position: HistoryPosition } | undefined {
  const draft = position.index === null ? typed : position.draft;
  const next = (position.index ?? history.length) + (direction === 'back' ? -1 : 1);
  if (next < 0 || (position.index === null && direction === 'forward')) return undefined;
  if (next >= history.length) return { text: draft, position: AT_DRAFT };
  return { text: history[next] ?? '', position: { index: next, draft } };
}

/** What storage holds, when it is a history at all. */
export function readHistory(stored: string | null | undefined): CommandHistory {
  if (!stored) return [];
  try {
    const value: unknown = JSON.parse(stored);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string').slice(-KEPT) : [];
  } catch {
    // Someone else's text under our key: starting afresh loses nothing that was ours.
    return [];
  }
}
