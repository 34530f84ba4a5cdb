/** Keys between two positions of a list, both included, in either direction. */
export function keysBetween(keys: readonly string[], from: number, to: number): readonly string[] {
  return keys.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** A selection with one key turned on or off. */
export function toggleKey(selected: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** `all`, `some` or `none` of the listed keys. */
export function selectedShare(
  selected: ReadonlySet<string>,
  keys: readonly string[],
): 'all' | 'some' | 'none' {
  if (selected.size === 0 || keys.length === 0) return 'none';
  let count = 0;
  for (const key of keys) if (selected.has(key)) count += 1;
  if (count === 0) return 'none';
  return count === keys.length ? 'all' : 'some';
}

/** Sorted keys in the order that was shown before; new ones follow in their own order. */
export function keepOrder<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  before: readonly string[],
): T[] {
  const rank = new Map(before.map((key, index) => [key, index]));
  const known = items.filter((item) => rank.has(keyOf(item)));
  const fresh = items.filter((item) => !rank.has(keyOf(item)));
  known.sort((a, b) => (rank.get(keyOf(a)) ?? 0) - (rank.get(keyOf(b)) ?? 0));
  return [...known, ...fresh];
}
