import { describe, expect, it, vi } from 'vitest';
import { deviceSample } from '../../test/support/device-sample.ts';
import { fakeSite } from '../../test/support/fake-world.ts';
import { matchScore, type PaletteSources, paletteItems } from './palette-items.ts';

function sources(more: Partial<PaletteSources> = {}): PaletteSources {
  return {
    commands: [
      { id: 'go:/jobs', title: 'Jobs', group: 'Go to', run: vi.fn() },
      { id: 'run', title: 'Run command', keywords: 'reboot', run: vi.fn() },
    ],
    devices: [deviceSample(), deviceSample({ mac: 'B827EB000001', name: 'saw-01' })],
    sites: [fakeSite('site0001', 'Plant'), fakeSite('site0002', 'Depot')],
    activeSiteId: 'site0001',
    openDevice: vi.fn(),
    chooseSite: vi.fn(),
    ...more,
  };
}
const titles = (query: string) => paletteItems(sources(), query).map((item) => item.title);

describe('the palette', () => {
  it('lists actions and other sites while nothing is typed', () => {
    expect(titles('')).toEqual(['Jobs', 'Run command', 'Switch to Depot']);
  });

  it('finds a device by any usual form of its MAC', () => {
    expect(titles('b827eb407')).toEqual(['press-07']);
    expect(titles('40:7e')).toEqual(['press-07']);
  });

  it('finds an action by its keywords', () => {
    expect(titles('reboot')).toEqual(['Run command']);
  });

  it('keeps to eight devices of ten thousand', () => {
    const devices = Array.from({ length: 10_000 }, (_, index) =>
      deviceSample({ mac: index.toString(16).toUpperCase().padStart(12, '0'), name: `press-${index}` }),
    );
    const found = paletteItems(sources({ devices }), 'press');
    expect(found.filter((item) => item.group === 'Devices')).toHaveLength(8);
  });

  it('opens what was chosen', () => {
    const given = sources();
    paletteItems(given, 'saw')[0]?.run();
    expect(given.openDevice).toHaveBeenCalledWith('B827EB000001');
  });
});

it('prefers the beginning of a word, and wants every word', () => {
  expect(matchScore('press-07', 'press')).toBeGreaterThan(matchScore('compress', 'press'));
  expect(matchScore('Run command', 'run foo')).toBe(0);
});
