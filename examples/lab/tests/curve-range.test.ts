import { expect, test } from 'vitest';
import { rangeOf } from '../page/curve-range.js';

/** A loss that falls from 500 to 1 within a tenth of its reports, and then from 1 to 0.5. */
const falling = Array.from({ length: 400 }, (_, i) => (i < 40 ? 500 / (i + 1) ** 1.7 : 1 - (0.5 * (i - 40)) / 360));

test('the later part of a falling loss fills more than half of the axis', () => {
  const [low, high] = rangeOf([falling]);
  expect(0.4 / (high - low)).toBeGreaterThan(0.5);
  for (const value of falling.slice(100)) expect(value > low && value < high).toBe(true);
});

test('each of several curves is within it, however few numbers the others have in common with it', () => {
  const flat = falling.map(() => 7);
  const [low, high] = rangeOf([falling, flat, [null, null]]);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(7);
});

test('a spike is left outside, and so is what is not finite', () => {
  const spiked = falling.map((value, i) => (i === 300 ? 1e6 : i === 310 ? NaN : value));
  expect(rangeOf([spiked])[1]).toBeLessThan(2);
});

test.each([
  ['no reports', [], [0, 1]],
  ['one value', [3], [2.5, 3.5]],
  ['a few reports, of which none is left out', [10, 0], [-0.8, 10.8]],
] as const)('there is a range for %s', (_, curve, range) => {
  expect(rangeOf([curve])).toEqual(range);
});
