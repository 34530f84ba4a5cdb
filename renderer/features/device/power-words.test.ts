import { expect, test } from 'vitest';
import { powerState } from './power-words.ts';

const calm = {
  underVoltage: false,
  throttled: false,
  frequencyCapped: false,
  temperatureLimited: false,
  underVoltageSinceBoot: false,
  throttledSinceBoot: false,
};

test('what holds now comes before what has been', () => {
  expect(powerState(calm)).toMatchObject({ kind: 'done', word: 'no under-voltage' });
  expect(powerState({ ...calm, underVoltageSinceBoot: true })).toMatchObject({ kind: 'waiting' });
  expect(
    powerState({ ...calm, underVoltageSinceBoot: true, throttled: true, temperatureLimited: true }),
  ).toMatchObject({
    kind: 'alarm',
    word: 'throttled, limited by temperature now',
  });
  expect(powerState({ ...calm, throttled: true, underVoltage: true })).toMatchObject({
    word: 'under-voltage now',
  });
});
