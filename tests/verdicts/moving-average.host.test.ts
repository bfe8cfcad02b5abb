import { describe, expect, test } from 'vitest';
import { createMovingAverage, meanThenDecay, averagesState } from '../../src/verdicts/moving-average.js';

describe('a moving average', () => {
  test('is number + decay (average - number), with the decay of its count', () => {
    const average = createMovingAverage([1, 0], (count) => (count === 0 ? 0.5 : 0.9));
    average.add([3, 4]);
    expect(average.values).toEqual([2, 2]);
    average.add([1, 12]);
    average.values.forEach((value, i) => expect(value).toBeCloseTo([1.9, 3][i]!, 12));
    expect(average.count).toBe(2);
  });

  test('is at first the mean of all numbers, also from an empty start, and later forgets the oldest', () => {
    const average = createMovingAverage([], meanThenDecay(0.75));
    for (const value of [2, 4, 9]) average.add([value]);
    expect(average.values[0]).toBeCloseTo(5, 12);
    for (let i = 0; i < 100; i++) average.add([-7]);
    expect(average.values[0]).toBeCloseTo(-7, 6);
  });

  test('does not change by a number that is not finite', () => {
    const average = createMovingAverage([0, 0], meanThenDecay(0.95));
    average.add([1, 1]);
    average.add([NaN, 3]);
    average.add([Infinity, 2]);
    expect(average.values).toEqual([1, 2]);
  });

  test('continues from a saved state, through JSON; one of another kind is ignored', () => {
    const make = () => averagesState('mine', { a: createMovingAverage([0, 0], meanThenDecay(1)) });
    const [one, other] = [createMovingAverage([0, 0], meanThenDecay(1)), createMovingAverage([0, 0], meanThenDecay(1))];
    one.add([1, 2]);
    const { state } = averagesState('mine', { a: one });
    const { restore } = averagesState('mine', { a: other });
    restore(JSON.parse(JSON.stringify(state())) as never);
    expect(other.state()).toEqual(one.state());
    const untouched = make();
    const before = untouched.state();
    for (const broken of [null, 3, {}, { a: { count: 1, values: [1] } }, { a: { count: 'x', values: [1, 2] } }])
      untouched.restore(broken);
    expect(untouched.state()).toEqual(before);
  });
});
