/** A tag or group of several devices, and how many of them have it. */
export interface SharedLabel {
  readonly name: string;
  readonly count: number;
}

/** Every label that at least one device has, by name. */
export function sharedLabels(lists: readonly (readonly string[])[]): SharedLabel[] {
  const counts = new Map<string, number>();
  for (const list of lists) {
    for (const name of new Set(list)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }))
    .map(([name, count]) => ({ name, count }));
}

/** Why a text cannot be a tag or group name, as a sentence, or undefined. */
export function labelProblem(text: string): string | undefined {
  const name = text.trim();
  if (name === '') return 'Type a name.';
  if (name.length > 40) return 'Use at most 40 characters.';
  if (name.includes(',')) return 'A tag or group has no comma.';
  return undefined;
}

/** The first problem among several labels. */
export function labelsProblem(labels: readonly string[]): string | undefined {
  return labels.map(labelProblem).find((problem) => problem !== undefined);
}
