import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Coordinate = z.number().int().min(-100_000).max(100_000);
const Size = z.number().int().min(400).max(20_000);

/** A display's usable area. */
export interface DisplayArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the window was and how; without x and y the system places it. */
export const WindowState = z.object({
  x: Coordinate.optional(),
  y: Coordinate.optional(),
  width: Size,
  height: Size,
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

const DEFAULT_STATE: WindowState = { width: 1360, height: 860, maximized: false };
/** Enough of the title bar to drag the window back. */
const VISIBLE_PIXELS = 120;

/** The kept state, or the default where it is missing, damaged or on a display that is gone. */
export function readWindowState(path: string, displays: readonly DisplayArea[]): WindowState {
  let state: WindowState;
  try {
    state = WindowState.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return DEFAULT_STATE; // a window's place is worth no message
  }
  const { x, y, width, height, maximized } = state;
  const isVisible = displays.some(
    (area) =>
      x !== undefined &&
      y !== undefined &&
      Math.min(x + width, area.x + area.width) - Math.max(x, area.x) >= VISIBLE_PIXELS &&
      y >= area.y &&
      y <= area.y + area.height - VISIBLE_PIXELS,
  );
  return isVisible ? state : { width, height, maximized };
}

/** Keeps the state; whole or not at all. */
export function writeWindowState(path: string, state: WindowState): void {
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
