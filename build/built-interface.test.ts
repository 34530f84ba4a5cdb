import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../dist/renderer', import.meta.url));

describe('the built interface', () => {
  beforeEach(({ skip }) =>
    skip(!existsSync(join(folder, 'index.html')), 'not built; "npm run build" makes it'),
  );

  it('has no inline script, so that the Content-Security-Policy can forbid them', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const scripts = [...page.matchAll(/<script\b([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, text] of scripts) {
      expect(attributes).toMatch(/ src="\//);
      expect(text).toBe('');
    }
    expect(page).not.toMatch(/\son\w+=/);
  });

  it('loads nothing from elsewhere: neither page nor style sheets name another host', () => {
    const styles = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.css'));
    expect(styles.length).toBeGreaterThan(0);
    for (const file of ['index.html', ...styles.map((name) => `assets/${name}`)]) {
      const addresses =
        readFileSync(join(folder, file), 'utf8').match(/(?:src|href)="[^"]*"|url\([^)]*\)|@import[^;]*/g) ??
        [];
      expect(addresses.filter((address) => /["'(]\s*(?:https?:)?\/\//.test(address))).toEqual([]);
    }
  });

  it('brings both fonts along', () => {
    const fonts = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.woff2'));
    expect(fonts.some((name) => name.startsWith('inter-latin'))).toBe(true);
    expect(fonts.some((name) => name.startsWith('jetbrains-mono-latin'))).toBe(true);
  });
});
