const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A byte count as people read it, in powers of 1000: `1.5 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Upper bound of the bytes that base64 text stands for. */
export function base64ByteLength(text: string): number {
  return Math.floor((text.length * 3) / 4);
}
