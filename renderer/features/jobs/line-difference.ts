/** One line of a comparison. Line numbers count from 1 and are null on the side that lacks the line. */
export interface DifferenceLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface LineDifference {
  readonly lines: readonly DifferenceLine[];
  readonly removed: number;
  readonly added: number;
  /** True when the texts differ too much to be matched line by line in reasonable time: the differing part is then shown as replaced whole. */
  readonly coarse: boolean;
}

/** Above this many single-line edits a line-by-line comparison helps nobody and costs seconds. */
const EDIT_LIMIT = 1_500;

/**
 * Compares two texts by lines (Myers, 1986: shortest edit script). Time and memory grow with the square of the number
 * of edits, never with the length of what is equal, and are bounded by `editLimit`.
 */
export function compareLines(
  before: readonly string[],
  after: readonly string[],
  editLimit = EDIT_LIMIT,
): LineDifference {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  const middleBefore = before.slice(head, before.length - tail);
  const middleAfter = after.slice(head, after.length - tail);
  const script = shortestEdit(middleBefore, middleAfter, editLimit);
  const edits = script ?? [
    ...middleBefore.map(() => 'removed' as const),
    ...middleAfter.map(() => 'added' as const),
  ];
  return number(
    [
      ...before.slice(0, head).map(() => 'same' as const),
      ...edits,
      ...before.slice(before.length - tail).map(() => 'same' as const),
    ],
    before,
    after,
    script === undefined,
  );
}

/** Walks both texts along the edits and gives each line its numbers. */
function number(
  edits: readonly DifferenceLine['kind'][],
  before: readonly string[],
  after: readonly string[],
  coarse: boolean,
): LineDifference {
  const lines: DifferenceLine[] = [];
  let left = 0;
  let right = 0;
  let removed = 0;
  let added = 0;
  for (const kind of edits) {
    const text = (kind === 'added' ? after[right] : before[left]) ?? '';
    if (kind !== 'added') left += 1;
    if (kind !== 'removed') right += 1;
    if (kind === 'removed') removed += 1;
    if (kind === 'added') added += 1;
    lines.push({
      kind,
      text,
      before: kind === 'added' ? null : left,
      after: kind === 'removed' ? null : right,
    });
  }
  return { lines, removed, added, coarse };
}

/**
 * The shortest list of edits, or undefined beyond the limit. `frontier[k]` is the furthest line of `before` reached on
 * diagonal k; the frontier of each round is kept, so that the way back can be read off it.
 */
function shortestEdit(
  before: readonly string[],
  after: readonly string[],
  editLimit: number,
): DifferenceLine['kind'][] | undefined {
  const limit = Math.min(editLimit, before.length + after.length);
  const centre = limit + 1;
  const frontier = new Int32Array(2 * limit + 3);
  const rounds: Int32Array[] = [];
  for (let distance = 0; distance <= limit; distance += 1) {
    rounds.push(frontier.slice(centre - distance - 1, centre + distance + 2));
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const below = frontier[centre + diagonal + 1] ?? 0;
      const above = frontier[centre + diagonal - 1] ?? 0;
      let left = diagonal === -distance || (diagonal !== distance && above < below) ? below : above + 1;
      while (
        left < before.length &&
        left - diagonal < after.length &&
        before[left] === after[left - diagonal]
      ) {
        left += 1;
      }
      frontier[centre + diagonal] = left;
      if (left >= before.length && left - diagonal >= after.length) {
        return wayBack(rounds, before.length, after.length);
      }
    }
  }
  return undefined;
}

function wayBack(
  rounds: readonly Int32Array[],
  beforeLength: number,
  afterLength: number,
): DifferenceLine['kind'][] {
  const reversed: DifferenceLine['kind'][] = [];
  let left = beforeLength;
  let right = afterLength;
  for (let distance = rounds.length - 1; distance >= 0; distance -= 1) {
    const round = rounds[distance] ?? new Int32Array();
    const at = (diagonal: number): number => round[diagonal + distance + 1] ?? 0;
    const diagonal = left - right;
    const down = diagonal === -distance || (diagonal !== distance && at(diagonal - 1) < at(diagonal + 1));
    const previousDiagonal = down ? diagonal + 1 : diagonal - 1;
    const previousLeft = distance === 0 ? 0 : at(previousDiagonal);
    const previousRight = distance === 0 ? 0 : previousLeft - previousDiagonal;
    while (left > previousLeft && right > previousRight) {
      reversed.push('same');
      left -= 1;
      right -= 1;
    }
    if (distance > 0) reversed.push(down ? 'added' : 'removed');
    left = previousLeft;
    right = previousRight;
  }
  return reversed.reverse();
}

/** A run of equal lines that is folded away (`before`: the first of them), or a line to show. */
export type DifferenceRow =
  | { readonly kind: 'folded'; readonly count: number; readonly before: number }
  | DifferenceLine;

/** Keeps `context` equal lines around each change and folds the rest. */
export function foldEqualLines(lines: readonly DifferenceLine[], context = 3): DifferenceRow[] {
  const shown = new Uint8Array(lines.length);
  lines.forEach((line, index) => {
    if (line.kind !== 'same') shown.fill(1, Math.max(0, index - context), index + context + 1);
  });
  const rows: DifferenceRow[] = [];
  let folded = 0;
  let foldedFrom = 0;
  const flush = (): void => {
    if (folded > 0) rows.push({ kind: 'folded', count: folded, before: foldedFrom });
    folded = 0;
  };
  lines.forEach((line, index) => {
    if (shown[index] === 1) {
      flush();
      rows.push(line);
    } else {
      if (folded === 0) foldedFrom = line.before ?? 0;
      folded += 1;
    }
  });
  flush();
  return rows;
}
