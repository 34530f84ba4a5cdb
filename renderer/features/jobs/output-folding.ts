import { isFinal, type JobResult } from '../../../contract/model/job.ts';
import { RESULT_CLASSES, type ResultClass, resultClassOf } from '../../state/result-class.ts';

/** Devices that ended in exactly the same way: state, exit code or signal, both outputs, error and value. */
export interface FoldedGroup {
  readonly key: string;
  readonly class: ResultClass;
  readonly macs: readonly string[];
  /** One of them, to stand for all. */
  readonly sample: JobResult;
}

/**
 * What two results must have in common to be the same outcome, as text. Outputs are compared by the digests that the
 * devices signed, so that nothing has to be downloaded; undefined while the result is open.
 */
export function outcomeKey(result: JobResult): string | undefined {
  if (!isFinal(result.state)) return undefined;
  const { state, exitCode, signal, output, error, value } = result;
  return JSON.stringify([
    state,
    exitCode,
    signal,
    output && [output.stdout.sha256, output.stdout.bytes, output.stderr.sha256, output.stderr.bytes],
    error && [error.code, error.message],
    value && sortedJson(value),
  ]);
}

/** `outcomeKey` that remembers: a result is never changed, only replaced, and a job of thousands is folded often. */
export function createOutcomeKeys(): (result: JobResult) => string | undefined {
  const keys = new WeakMap<JobResult, { key: string | undefined }>();
  return (result) => {
    const known = keys.get(result) ?? { key: outcomeKey(result) };
    keys.set(result, known);
    return known.key;
  };
}

/** Groups finished results by outcome; within a class the largest group comes first, then in order of the results. */
export function foldResults(results: Iterable<JobResult>, keyOf = outcomeKey): FoldedGroup[] {
  const groups = new Map<string, { class: ResultClass; macs: string[]; sample: JobResult }>();
  for (const result of results) {
    const key = keyOf(result);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.macs.push(result.mac);
    else groups.set(key, { class: resultClassOf(result.state), macs: [result.mac], sample: result });
  }
  return [...groups]
    .map(([key, group]) => ({ key, ...group }))
    .sort(
      (a, b) =>
        RESULT_CLASSES.indexOf(a.class) - RESULT_CLASSES.indexOf(b.class) || b.macs.length - a.macs.length,
    );
}

/** The outcome that the others are compared with: the largest group that printed something; undefined when none did. */
export function majorityOf(groups: readonly FoldedGroup[]): FoldedGroup | undefined {
  let majority: FoldedGroup | undefined;
  for (const group of groups) {
    if (!hasOutput(group.sample)) continue;
    // Of two that are equal the first wins: successes are listed before failures.
    if (!majority || group.macs.length > majority.macs.length) majority = group;
  }
  return majority;
}

export function hasOutput(result: JobResult): boolean {
  return result.output !== null && result.output.stdout.bytes + result.output.stderr.bytes > 0;
}

/** Whether both printed the same, whatever else differs. */
export function sameOutput(a: JobResult, b: JobResult): boolean {
  return (
    a.output?.stdout.sha256 === b.output?.stdout.sha256 && a.output?.stderr.sha256 === b.output?.stderr.sha256
  );
}

/** JSON whose keys are in order, so that equal values have equal text. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
