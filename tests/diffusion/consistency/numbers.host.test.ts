import { expect, test } from 'vitest';
import { pairsOf } from '../../../src/diffusion/consistency/compared-times.js';
import { consistencySolver, cosineSchedule, flowSchedule } from '../../../src/diffusion/index.js';
import { heunWeights } from '../../../src/diffusion/samplers/heun.js';

const schedule = cosineSchedule({ steps: 1000 });

// the numbers of this file are from a program in Python that has only the formulas
test.each([
  [999, 1 / 8, 998, 5.08918613845457e-5],
  [800, 1 / 8, 724, 1.0732914854448334],
  [500, 1 / 8, 292, 1.9647799221610458],
  [500, 1 / 512, 497, 105.78487098442592],
  [200, 1 / 8, 81, 5.080092287067349],
  [50, 1 / 8, 15, 17.83453150754107],
  [3, 1 / 8, 0, 133.08534232700308],
])('timestep %i and a gap of %d', (t, gap, earlier, weight) => {
  const pair = pairsOf(schedule, gap)(t);
  expect(pair.earlier).toBe(earlier);
  expect(1 / pair.distance / weight).toBeCloseTo(1, 7);
});

test('a timestep of pure noise has the weight 0, and the first one is compared with the data', () => {
  const find = pairsOf(flowSchedule({ steps: 10 }), 1 / 8);
  expect(1 / find(9).distance).toBe(0);
  expect(find(0).earlier).toBe(-1);
});

test.each([
  [1, [990]],
  [2, [990, 495]],
  [4, [990, 747, 495, 243]],
  [8, [990, 873, 747, 621, 495, 369, 243, 117]],
])('the timesteps of %i calls', (calls, timesteps) => {
  expect([...consistencySolver.timesteps!(schedule, calls)]).toEqual(timesteps);
});

test('a table that is too coarse has a timestep for each call all the same', () => {
  for (const steps of [4, 5, 9]) {
    const timesteps = [...consistencySolver.timesteps!(cosineSchedule({ steps }), 4)];
    expect(timesteps).toEqual([...new Set(timesteps)].sort((a, b) => b - a));
    expect(timesteps.at(-1)).toBeGreaterThanOrEqual(0);
  }
});

test('the coefficients of a step of Heun', () => {
  const expected = [0.8019766022226722, 0.21522511789644272, -0.2342185270904868, 0.3160445381096051];
  heunWeights(schedule, 500, 300).forEach((weight, i) => expect(weight).toBeCloseTo(expected[i]!, 9));
});
