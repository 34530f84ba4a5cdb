import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readWindowState, type WindowState, writeWindowState } from './window-state.ts';

const laptop = { x: 0, y: 0, width: 1920, height: 1080 };
const beside = { x: 1920, y: 0, width: 2560, height: 1440 };
const kept: WindowState = { x: 2000, y: 100, width: 1200, height: 800, maximized: true };
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-window-'));
  path = join(folder, 'window.json');
});
afterEach(() => rm(folder, { recursive: true }));

it('comes back where it was', () => {
  writeWindowState(path, kept);
  expect(readWindowState(path, [laptop, beside])).toEqual(kept);
});

it('comes back somewhere visible when its display is gone, with its size', () => {
  writeWindowState(path, kept);
  expect(readWindowState(path, [laptop])).toEqual({ width: 1200, height: 800, maximized: true });
});

it.each([
  ['too far right', { x: 1850, y: 0 }],
  ['too far left', { x: -1150, y: 0 }],
  ['with its title bar above the screen', { x: 0, y: -40 }],
  ['below the screen', { x: 0, y: 1000 }],
])('does not come back %s', (_where, place) => {
  writeWindowState(path, { ...kept, ...place });
  expect(readWindowState(path, [laptop])).not.toHaveProperty('x');
});

it.each(['', '{"width":', '{"width":10,"height":10,"maximized":false}', '[]', '{"width":"1200"}'])(
  'starts with the usual size when the file holds %j',
  async (text) => {
    await writeFile(path, text);
    expect(readWindowState(path, [laptop])).toEqual({ width: 1360, height: 860, maximized: false });
  },
);

it('starts with the usual size when there is no file', () => {
  expect(readWindowState(path, [laptop])).toMatchObject({ width: 1360 });
});
