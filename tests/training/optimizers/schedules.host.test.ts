import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constant, cosineDecay, cyclical, linearRamp } from '../../../src/index.js';

const finite = fc.double({ min: -10, max: 10, noNaN: true });
const count = fc.integer({ min: 1, max: 1000 });

describe('schedules', () => {
  test('are functions of the update, counted from 0', () => {
    expect(constant(0.3)(1e6)).toBe(0.3);
    const ramp = linearRamp({ from: 1, to: 3, steps: 4 });
    expect([0, 1, 2, 3, 4, 5].map(ramp)).toEqual([1, 1.5, 2, 2.5, 3, 3]);
    const decay = cosineDecay({ from: 2, to: 1, steps: 3, after: 2 });
    const expected = [2, 2, 2, 1.75, 1.25, 1, 1];
    expected.forEach((value, step) => expect(decay(step)).toBeCloseTo(value, 12));
    const cycle = cyclical({ from: 0, to: 1, steps: 8 });
    expect([0, 1, 2, 4, 7, 8, 10].map(cycle)).toEqual([0, 0.25, 0.5, 1, 1, 0, 0.5]);
    expect(cyclical({ from: 0, to: 1, steps: 8, rise: 1 })(4)).toBe(0.5);
  });

  test('begin at `from`, end at `to` and stay between them', () => {
    const law = fc.property(finite, finite, count, fc.nat(2000), (from, to, steps, step) => {
      for (const schedule of [linearRamp({ from, to, steps }), cosineDecay({ from, to, steps })]) {
        expect(schedule(0)).toBeCloseTo(from, 9);
        expect(schedule(steps)).toBeCloseTo(to, 9);
        expect(schedule(step)).toBeGreaterThanOrEqual(Math.min(from, to) - 1e-9);
        expect(schedule(step)).toBeLessThanOrEqual(Math.max(from, to) + 1e-9);
      }
    });
    fc.assert(law, { seed: 1 });
  });

  test('cycles repeat', () => {
    const law = fc.property(count, fc.nat(2000), fc.double({ min: 0.01, max: 1, noNaN: true }), (steps, step, rise) => {
      const schedule = cyclical({ from: -1, to: 2, steps, rise });
      expect(schedule(step + steps)).toBe(schedule(step));
    });
    fc.assert(law, { seed: 2 });
  });

  test('refuse numbers outside their ranges by name', () => {
    expect(() => constant(NaN)).toThrow(/constant: `value`/);
    expect(() => linearRamp({ from: 0, to: 1, steps: 0 })).toThrow(/linearRamp: `steps`/);
    expect(() => linearRamp({ from: Infinity, to: 1, steps: 1 })).toThrow(/linearRamp: `from`/);
    expect(() => cosineDecay({ from: 0, to: 1, steps: 2, after: -1 })).toThrow(/cosineDecay: `after`/);
    expect(() => cyclical({ from: 0, to: 1, steps: 2, rise: 0 })).toThrow(/cyclical: `rise`/);
  });
});
