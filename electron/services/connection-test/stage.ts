import type { ConnectionStage } from '../../../contract/model/site.ts';

/** What a stage found: in `detail` what happened, in `advice` what to do about it. */
export interface Finding {
  detail: string;
  advice: string;
}

/** How a stage ended. A failure may belong to an earlier stage that only now shows. */
export type StageOutcome<T> =
  | ({ ok: true; value: T } & Finding)
  | ({ ok: false; stage?: ConnectionStage } & Finding);

/** A stage that went well; advice is for what could be better. */
export function passed<T>(value: T, detail: string, advice = ''): StageOutcome<T> {
  return { ok: true, value, detail, advice };
}

/** A stage that failed. */
export function failed({ detail, advice }: Finding, stage?: ConnectionStage): StageOutcome<never> {
  return stage ? { ok: false, detail, advice, stage } : { ok: false, detail, advice };
}

/** Seconds for a sentence. */
export function inSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 100) / 10;
  return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
}

/** Code of a system, TLS or HTTP error; empty when it has none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** Message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
