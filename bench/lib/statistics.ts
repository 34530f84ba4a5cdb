/** The value below which a share (0 to 1) of the sorted values lies; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds as seconds with three digits. */
export function seconds(valueMs: number): string {
  return `${(valueMs / 1000).toFixed(3)} s`;
}
