/** Levels of log lines, least first; `none` is a line that names no level. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  /** Counted from 1 in what was read. */
  readonly number: number;
  /** As the device wrote it. */
  readonly raw: string;
  readonly level: LogLevel | null;
  /** ISO text; null when the line names no time. */
  readonly at: string | null;
  readonly message: string;
  /** What else a JSON line holds, as `key=value`. */
  readonly fields: string;
}

/** Splits a log into lines and reads those that are JSON objects, as pino writes them; others are kept as they are. */
export function parseLog(text: string): LogLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((raw, index) => parseLine(raw.replace(/\r$/, ''), index + 1));
}

/** Lines at or above a level that contain the text. Lines without a level pass every level: they may be anything. */
export function filterLog(lines: readonly LogLine[], minimum: LogLevel, text: string): LogLine[] {
  const rank = LOG_LEVELS.indexOf(minimum);
  const wanted = text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      (line.level === null || LOG_LEVELS.indexOf(line.level) >= rank) &&
      (wanted === '' || line.raw.toLowerCase().includes(wanted)),
  );
}

function parseLine(raw: string, number: number): LogLine {
  const plain: LogLine = { number, raw, level: null, at: null, message: raw, fields: '' };
  if (!raw.startsWith('{')) return plain;
  const record = parseRecord(raw);
  if (!record) return plain;
  const { level, time, at, msg, message, event, ...rest } = record;
  // Our own agent writes `at` and `event`, pino `time` and `msg`, others `message`.
  const words = [msg, message, event].find((value) => typeof value === 'string');
  return {
    number,
    raw,
    level: levelOf(level),
    at: timeOf(at ?? time),
    message: typeof words === 'string' ? words : '',
    fields: Object.entries(rest)
      .filter(([key]) => key !== 'pid' && key !== 'hostname' && key !== 'v')
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' '),
  };
}

function parseRecord(raw: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // Not JSON, or a line cut in the middle: shown as it is.
    return undefined;
  }
}

function levelOf(value: unknown): LogLevel | null {
  if (typeof value === 'number') {
    const step = Math.min(60, Math.max(10, Math.floor(value / 10) * 10));
    return LOG_LEVELS[step / 10 - 1] ?? null;
  }
  if (typeof value !== 'string') return null;
  const name = value.toLowerCase();
  if (name === 'warning') return 'warn';
  return LOG_LEVELS.find((level) => level === name) ?? null;
}

function timeOf(value: unknown): string | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
