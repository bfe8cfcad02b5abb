import { describe, expect, test } from 'vitest';
import {
  addNoise,
  cosineSchedule,
  flowSchedule,
  linearSchedule,
  scalesAt,
  snrAt,
  type NoiseSchedule,
} from '../../src/diffusion/index.js';
import { checkNoiseSchedule } from '../../src/diffusion/noise-schedule.js';
import { noiseSchedules } from '../contract/noise-schedules.js';
import { golden } from '../support/golden.js';

const { T, linearAlphaBar, cosineAlphaBar } = golden('diffusion');

test.each([
  ['linear', linearSchedule({ steps: T }), linearAlphaBar],
  ['cosine', cosineSchedule({ steps: T }), cosineAlphaBar],
] as const)('the %s table agrees with PyTorch in float64', (_, { steps, alphaBar }, expected) => {
  expect(steps).toBe(T);
  expect(alphaBar).toBeInstanceOf(Float64Array);
  for (const [t, value] of Object.entries(expected))
    expect(Math.abs(alphaBar[Number(t)]! / value - 1)).toBeLessThan(1e-11);
});

test.each([1, 2, 3, 7, 10, 100, 1000, 4000])(
  'each table of %i steps falls strictly from below 1 to 0 or above',
  (steps) => {
    for (const { make } of noiseSchedules) {
      const schedule = make({ steps });
      checkNoiseSchedule('test', 'schedule', schedule);
      expect(schedule.steps).toBe(steps);
    }
  },
);

describe('the linear table', () => {
  test('scales its betas with the number of steps, so that few steps end in noise as well', () => {
    const last = (steps: number): number => linearSchedule({ steps }).alphaBar[steps - 1]!;
    // the product is exp(-10.05) in the limit, whatever the number of steps
    for (const steps of [50, 100, 200, 1000, 4000]) expect(last(steps)).toBeLessThan(4.5e-5);
    const unscaled = Array.from({ length: 100 }, (_, i) => 1 - (1e-4 + (0.0199 * i) / 99)).reduce((a, b) => a * b);
    expect(unscaled).toBeGreaterThan(0.36);
  });
});

describe('the flow table', () => {
  const steps = 8;
  const time = (shift: number): number[] =>
    Array.from(flowSchedule({ steps, shift }).alphaBar, (a) => Math.sqrt(1 - a) / (Math.sqrt(a) + Math.sqrt(1 - a)));

  test('is a straight line from data to noise, t = (i + 1) / steps, and ends in pure noise', () => {
    time(1).forEach((t, i) => expect(t).toBeCloseTo((i + 1) / steps, 12));
    expect(flowSchedule({ steps }).alphaBar[steps - 1]).toBe(0);
  });

  test('has its shift applied once: the odds t / (1 - t) are multiplied by it', () => {
    const [plain, shifted] = [time(1), time(3)];
    for (let i = 0; i < steps - 1; i++) {
      const odds = (t: number): number => t / (1 - t);
      expect(odds(shifted[i]!) / odds(plain[i]!)).toBeCloseTo(3, 10);
    }
    expect(shifted[steps - 1]).toBe(1);
  });
});

test.each([0, -1, NaN, Infinity])('a shift of %d is refused', (shift) => {
  expect(() => flowSchedule({ steps: 4, shift })).toThrow(RangeError);
});

describe('a table of the caller’s own', () => {
  const check = (alphaBar: number[], steps = alphaBar.length): void =>
    checkNoiseSchedule('test', 'schedule', { steps, alphaBar: Float64Array.from(alphaBar) });

  test('may end at 0', () => {
    check([0.9, 0.5, 0]);
    check([0]);
  });

  test.each([
    [
      [1, 0.5],
      'test: `schedule.alphaBar` must hold 2 numbers that fall strictly, from below 1 to 0 or above; got 1 after 1.',
    ],
    [
      [0.9, 0.9],
      'test: `schedule.alphaBar` must hold 2 numbers that fall strictly, from below 1 to 0 or above; got 0.9 after 0.9.',
    ],
    [[0.5, 0.6], '0.6 after 0.5.'],
    [[0.5, -0.1], '-0.1 after 0.5.'],
    [[0.5, NaN], 'NaN after 0.5.'],
  ])('%j is refused', (alphaBar, message) => {
    expect(() => check(alphaBar)).toThrow(message);
    expect(() => check(alphaBar)).toThrow(RangeError);
  });

  test('must hold as many numbers as it has steps', () => {
    expect(() => check([0.9, 0.5], 3)).toThrow(
      'test: `schedule.alphaBar` must hold 3 numbers that fall strictly, from below 1 to 0 or above; got 2.',
    );
    expect(() => checkNoiseSchedule('test', 'schedule', undefined as unknown as NoiseSchedule)).toThrow(
      'test: `schedule` must be a noise schedule; got undefined.',
    );
    expect(() => checkNoiseSchedule('test', 'schedule', { steps: 2 } as unknown as NoiseSchedule)).toThrow(TypeError);
  });
});

test('addNoise names a missing schedule', () => {
  expect(() => addNoise(undefined as never, undefined as never, undefined as never, undefined as never)).toThrow(
    'addNoise: `x0` must be a tensor',
  );
});

test('scales and ratios of the flow table are those of its line, of the data at -1, and checked', () => {
  const schedule = flowSchedule({ steps: 8 });
  for (const t of [0, 3, 6, 7]) {
    const [data, noise] = [1 - (t + 1) / 8, (t + 1) / 8];
    const [alpha, sigma] = scalesAt(schedule, t);
    expect(alpha / sigma).toBeCloseTo(data / noise, 12);
    expect(Math.hypot(alpha, sigma)).toBeCloseTo(1, 12);
    expect(snrAt(schedule, t)).toBeCloseTo((data / noise) ** 2, 10);
  }
  expect([scalesAt(schedule, -1), snrAt(schedule, -1)]).toEqual([[1, 0], Infinity]);
  expect(() => scalesAt(schedule, 8)).toThrow('scalesAt: `t` must be finite and below 8; got 8.');
  expect(() => snrAt(schedule, -2)).toThrow('snrAt: `t` must be an integer of at least -1; got -2.');
  expect(() => snrAt({ ...schedule, steps: 9 }, 0)).toThrow('snrAt: `schedule.alphaBar`');
});
