import type { z } from 'zod';
import type { IdentifyArgs } from '../../contract/model/operation.ts';
import { endReasonOf, type Operation } from '../jobs/operation.ts';
import type { Machine } from '../system/machine.ts';

const LEDS = '/sys/class/leds';
const BLINK_MS = 250;

/** The light that shows a person which device this is: the activity light of a Raspberry Pi, else none. */
export function findIdentifyLed(machine: Machine): string | undefined {
  const names = machine.list(LEDS);
  return ['ACT', 'led0', 'PWR', 'led1'].find((name) => names.includes(name));
}

/** `identify`: blinks the light and gives it back to what it showed before. */
export function createIdentify({
  machine,
  led,
}: {
  machine: Machine;
  led: string;
}): Operation<z.output<typeof IdentifyArgs>> {
  const path = (name: string): string => `${LEDS}/${led}/${name}`;
  return {
    async run({ durationSec }, context) {
      // The current trigger is the one in brackets: `none [mmc0] timer`.
      const trigger = /\[([^\]]+)\]/.exec(machine.readText(path('trigger')) ?? '')?.[1] ?? 'none';
      const brightness = machine.readText(path('brightness'))?.trim() ?? '0';
      const full = machine.readText(path('max_brightness'))?.trim() ?? '1';
      machine.writeText(path('trigger'), 'none');
      try {
        for (
          let elapsedMs = 0;
          elapsedMs < durationSec * 1000 && !context.signal.aborted;
          elapsedMs += BLINK_MS
        ) {
          machine.writeText(path('brightness'), elapsedMs % (2 * BLINK_MS) === 0 ? full : '0');
          await new Promise((resolve) => setTimeout(resolve, BLINK_MS));
        }
      } finally {
        machine.writeText(path('trigger'), trigger);
        if (trigger === 'none') machine.writeText(path('brightness'), brightness);
      }
      if (context.signal.aborted) {
        return endReasonOf(context.signal) === 'cancelled'
          ? { state: 'cancelled' }
          : { state: 'interrupted' };
      }
      return { state: 'succeeded', value: { led } };
    },
  };
}
