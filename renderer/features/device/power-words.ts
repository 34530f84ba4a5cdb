import type { Throttling } from '../../../contract/model/metrics.ts';

/** What a Raspberry Pi says of its supply and its speed. */
export interface PowerState {
  readonly kind: 'done' | 'alarm' | 'waiting';
  readonly word: string;
  readonly detail: string;
}

/** The flags in words: what holds now before what has been since boot. */
export function powerState(flags: Throttling): PowerState {
  if (flags.underVoltage) {
    return { kind: 'alarm', word: 'under-voltage now', detail: 'Use a stronger supply or a shorter cable.' };
  }
  const slowed = [
    flags.throttled ? 'throttled' : '',
    flags.frequencyCapped ? 'frequency capped' : '',
    flags.temperatureLimited ? 'limited by temperature' : '',
  ].filter((word) => word !== '');
  if (slowed.length > 0) {
    return { kind: 'alarm', word: `${slowed.join(', ')} now`, detail: 'It runs slower than it could.' };
  }
  if (flags.underVoltageSinceBoot) {
    return {
      kind: 'waiting',
      word: 'under-voltage since boot',
      detail: 'Not now, but the supply is weak at times.',
    };
  }
  if (flags.throttledSinceBoot) {
    return { kind: 'waiting', word: 'throttled since boot', detail: 'Not now, but it ran slower at times.' };
  }
  return { kind: 'done', word: 'no under-voltage', detail: 'and none since boot' };
}
