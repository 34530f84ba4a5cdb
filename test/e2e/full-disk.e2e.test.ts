import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlProcess, startControlCentre } from '../support/control-process.ts';
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
  const fill = (): void => {
    const { bavail, bsize } = statfsSync(mount);
    if (bavail > 0) writeFileSync(join(mount, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize)));
  };

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
