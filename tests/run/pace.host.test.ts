import { expect, test } from 'vitest';
import { createPace } from '../../src/run/index.js';

test('the rate and the time left depend on the last moments: a slow start is forgotten', () => {
  const pace = createPace({ total: 1000 });
  expect(pace(0, 0)).toEqual({ share: 0 });
  expect(pace(1, 50)).toEqual({ share: 0.001 });
  for (let step = 2; step <= 100; step++) pace(step, 50 + step / 4);
  // a snapshot without an update changes nothing
  expect(pace(100, 90)).toEqual({ share: 0.1, rate: 4, secondsLeft: 225 });
});

test('at the end and beyond, no time is left', () => {
  const pace = createPace({ total: 10 });
  pace(5, 1);
  expect(pace(10, 2)).toEqual({ share: 1, rate: 5, secondsLeft: 0 });
  expect(pace(15, 3)).toEqual({ share: 1, rate: 5, secondsLeft: 0 });
});
