import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlProcess, failToStart, startControlCentre } from '../support/control-process.ts';
import { refusal } from '../support/refusal.ts';
import { testMac } from '../support/start-site.ts';

/** Only root may mount a small file system to fill. */
describe.skipIf(process.getuid?.() !== 0 || !canMount())('a full disk', () => {
  const mount = mkdtempSync(join(tmpdir(), 'muster-full-'));
  let control: ControlProcess | undefined;
  beforeAll(() => void execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', mount]));
  afterAll(async () => {
    await control?.remove();
    execFileSync('umount', ['-l', mount]);
    rmSync(mount, { recursive: true, force: true });
  });
  /** Until nothing more fits, also of what others write meanwhile. */
  function fill(): void {
    const filler = openSync(join(mount, 'filler'), 'w');
    try {
      for (;;) writeSync(filler, Buffer.alloc(4096));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(filler);
    }
  }

  it('refuses what cannot be kept with a sentence, keeps what it had, and works again when there is room', async () => {
    const data = join(mount, 'data');
    mkdirSync(data);
    control = await startControlCentre({ data });
    const { id: siteId } = await control.call('sites.create', {
      name: 'Full',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    });
    await control.call('devices.link', { siteId, macs: [testMac(1)], edit: { name: 'before' } });
    fill();
    const acknowledged = [testMac(1)];
    const refused = await refusal(
      (async () => {
        // Room that a file had before can be used again: so several, until there is none.
        for (let index = 2; index < 2_000; index += 1) {
          await control?.call('devices.link', {
            siteId,
            macs: [testMac(index)],
            edit: { note: 'n'.repeat(4000) },
          });
          acknowledged.push(testMac(index));
        }
      })(),
    );
    expect(refused.code).toBe('no-space');
    expect(refused.message).toMatch(/is full\. Free some space on it and try again\.$/);
    const enrolment = await refusal(control.call('enrolments.create', { siteId, uses: 1 }));
    expect(enrolment.code).toBe('no-space');

    rmSync(join(mount, 'filler'));
    await control.call('devices.link', { siteId, macs: [testMac(3_000)] });
    acknowledged.push(testMac(3_000));
    await control.kill9();
    await control.start();
    expect(control.mirror.device(testMac(1))?.name).toBe('before');
    for (const mac of acknowledged) expect(control.mirror.device(mac)?.linked, mac).toBe(true);
  });
});

describe.skipIf(process.getuid?.() !== 0 || !canMount())('a disk that cannot be written', () => {
  it('is named when a control centre is to start on it', async () => {
    const mount = mkdtempSync(join(tmpdir(), 'muster-read-only-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', mount]);
    try {
      for (const data of [mount, join(mount, 'data')]) {
        const { code, stderr } = await failToStart({ data });
        expect(code).toBe(1);
        expect(stderr).toContain(mount);
        expect(stderr).toMatch(/Make it writable|Give it write access/);
        expect(stderr).not.toMatch(/\n\s+at /);
      }
    } finally {
      execFileSync('umount', [mount]);
      rmSync(mount, { recursive: true });
    }
  });
});

function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'muster-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return true;
  } catch {
    // Containers often forbid it.
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
