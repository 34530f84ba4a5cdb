import type { z } from 'zod';
import { AppError } from '../../contract/lib/errors.ts';
import type { TimeSetArgs } from '../../contract/model/operation.ts';
import type { Operation } from '../jobs/operation.ts';
import type { Clock } from '../system/clock.ts';
import type { Machine } from '../system/machine.ts';
import { findProgram, runProgram } from '../system/programs.ts';

/** How far the clock may be off after it was set. */
const TOLERANCE_MS = 2_000;

/** `time.set`: sets the device's clock, looks whether it is right, and gives the time to the clock chip where there is one. */
export function createTimeSet({
  clock,
  machine,
}: {
  clock: Clock;
  machine: Machine;
}): Operation<z.output<typeof TimeSetArgs>> {
  return {
    async run({ time }, context) {
      const wantedMs = Date.parse(time);
      const before = clock.now();
      const startedAtMs = clock.monotonicMs();
      const { exitCode, stderr } = await runProgram('date', ['-u', '-s', `@${(wantedMs / 1000).toFixed(3)}`]);
      if (exitCode !== 0) {
        throw new AppError(
          'denied',
          `The system does not let its clock be set: ${stderr.trim() || `exit code ${exitCode}`}.`,
        );
      }
      const after = clock.now();
      const differenceMs = Date.parse(after) - wantedMs - (clock.monotonicMs() - startedAtMs);
      if (Math.abs(differenceMs) > TOLERANCE_MS) {
        throw new AppError(
          'conflict',
          `The clock was set, but shows ${after} now: something else sets it too, such as NTP. Leave it to that, or turn that off.`,
        );
      }
      const clockChip = machine.list('/sys/class/rtc').length > 0 && findProgram('hwclock') !== undefined;
      if (clockChip) {
        const written = await runProgram('hwclock', ['--systohc', '--utc']);
        context.write('stderr', Buffer.from(written.stderr));
      }
      return { state: 'succeeded', value: { before, after, clockChip } };
    },
  };
}
