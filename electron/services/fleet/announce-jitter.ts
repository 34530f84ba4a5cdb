/** Milliseconds within which devices answer an announce; grows with the fleet. */
export function announceJitterMs(devices: number): number {
  return Math.min(15_000, 100 + devices * 3);
}
