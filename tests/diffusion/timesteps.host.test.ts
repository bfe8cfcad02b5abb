import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  flowSchedule,
  linearSchedule,
  logNormalTimesteps,
  logSnrTimesteps,
  stratifiedTimesteps,
  type NoiseSchedule,
} from '../../src/diffusion/index.js';
import { trailingTimesteps } from '../../src/diffusion/timesteps.js';
import { createRandom } from '../../src/random/index.js';
import { noiseSchedules } from '../contract/noise-schedules.js';

const ratio = ({ alphaBar }: NoiseSchedule, t: number): number => Math.log(alphaBar[t]! / (1 - alphaBar[t]!)) / 2;
const schedule = cosineSchedule({ steps: 1000 });

describe('trailing timesteps', () => {
  test.each([1, 2, 3, 7, 20, 50, 333, 999, 1000])(
    '%i of 1,000 begin at the last, fall, and are evenly spaced',
    (steps) => {
      const timesteps = [...trailingTimesteps(schedule, steps)];
      expect(timesteps).toHaveLength(steps);
      expect(timesteps[0]).toBe(999);
      // a fixed stride of floor(1000 / 7) = 142 would end 6 steps too late or begin 6 too early
      timesteps.forEach((t, k) => expect(Math.abs(t + 1 - (1000 * (steps - k)) / steps)).toBeLessThanOrEqual(0.5));
      timesteps.slice(1).forEach((t, k) => expect(t).toBeLessThan(timesteps[k]!));
    },
  );

  test('are those of the paper that named them', () => {
    expect([...trailingTimesteps(schedule, 10)]).toEqual([999, 899, 799, 699, 599, 499, 399, 299, 199, 99]);
  });
});

describe('timesteps even in log-SNR', () => {
  test('lie nearest to an even spacing from -5 to 4.5', () => {
    const timesteps = [...logSnrTimesteps(schedule, { steps: 12 })];
    expect(timesteps).toHaveLength(12);
    timesteps.forEach((t, k) => {
      const wanted = -5 + (9.5 * k) / 11;
      const off = (index: number): number => Math.abs(ratio(schedule, index) - wanted);
      for (const other of [t - 1, t + 1])
        if (schedule.alphaBar[other] !== undefined) expect(off(t)).toBeLessThanOrEqual(off(other));
    });
  });

  test('keep within a table that covers less, and skip its end at alphaBar 0', () => {
    const linear = linearSchedule({ steps: 100 });
    const short = logSnrTimesteps(linear, { steps: 5, low: -50, high: 50 });
    expect([short[0], short.at(-1)]).toEqual([99, 0]);
    const flow = logSnrTimesteps(flowSchedule({ steps: 100 }), { steps: 5, low: -50 });
    expect(flow[0]).toBe(98);
  });

  test('are distinct, and fewer than requested if the table does not have as many in their range', () => {
    const coarse = cosineSchedule({ steps: 20 });
    const some = logSnrTimesteps(coarse, { steps: 20, low: -1, high: 1 });
    expect([...some]).toEqual([...some].sort((a, b) => b - a));
    expect(new Set(some).size).toBe(some.length);
    const within = Array.from({ length: 20 }, (_, t) => ratio(coarse, t)).filter((value) => Math.abs(value) <= 1);
    expect(Math.abs(some.length - within.length)).toBeLessThanOrEqual(2);
  });

  test.each(noiseSchedules)(
    '$name: are as many as asked for where the table has them, and those of an even spacing wherever they differ',
    ({ make }) => {
      for (const all of [10, 20, 50, 100]) {
        const table = make({ steps: all });
        const most = logSnrTimesteps(table, { steps: all });
        for (let steps = 1; steps <= most.length; steps++) {
          const chosen = [...logSnrTimesteps(table, { steps })];
          expect(chosen).toHaveLength(steps);
          chosen.slice(1).forEach((t, k) => expect(t).toBeLessThan(chosen[k]!));
          if (steps > 1) expect([chosen[0], chosen.at(-1)]).toEqual([most[0], most.at(-1)]);
        }
      }
    },
  );

  test('refuse ends in the wrong order', () => {
    expect(() => logSnrTimesteps(schedule, { steps: 5, low: 2, high: 2 })).toThrow(
      'logSnrTimesteps: `high` must be finite and above 2',
    );
    expect(() => logSnrTimesteps(schedule, { steps: 0 })).toThrow('logSnrTimesteps: `steps`');
  });
});

describe('the log-normal list', () => {
  const flow = flowSchedule({ steps: 100 });

  test('has 10 entries for each step, rising, the first and the last timestep among them', () => {
    const list = logNormalTimesteps(flow);
    expect(list).toBeInstanceOf(Int32Array);
    expect(list).toHaveLength(1000);
    expect([list[0], list[999]]).toEqual([0, 99]);
    list.slice(1).forEach((t, j) => expect(t).toBeGreaterThanOrEqual(list[j]!));
  });

  test.each([
    [0, 1],
    [-0.6, 0.8],
  ])('has the quantiles of N(%d, %d^2) for log(sigma / alpha)', (mean, standardDeviation) => {
    const fine = flowSchedule({ steps: 1000 });
    const list = logNormalTimesteps(fine, { mean, standardDeviation });
    // the probabilities that a standard normal draw is below -1, 0 and 1
    for (const [k, p] of [0.158655, 0.5, 0.841345].entries())
      expect(-ratio(fine, list[Math.floor(10_000 * p)]!)).toBeCloseTo(mean + standardDeviation * (k - 1), 1.5);
  });

  describe.each(noiseSchedules)('on the table of $name', ({ make }) => {
    test.each([1, 2, 7, 50, 1000])(
      'of %i steps holds each timestep, which any spacing of a sampler may visit',
      (steps) => {
        for (const options of [{}, { mean: 3, standardDeviation: 0.1 }, { mean: -40 }, { mean: 40 }]) {
          const list = logNormalTimesteps(make({ steps }), options);
          expect(list).toHaveLength(10 * steps);
          expect([...new Set(list)]).toEqual(Array.from({ length: steps }, (__, t) => t));
        }
      },
    );
  });

  test('holds the shares of the normal distribution', () => {
    // of N(0, 1): 15.87% above 1, where t of the flow is above e / (1 + e) = 0.731
    const fine = flowSchedule({ steps: 1000 });
    const above = logNormalTimesteps(fine).filter((t) => (t + 1) / 1000 > Math.E / (1 + Math.E)).length / 10_000;
    expect(above).toBeCloseTo(0.1587, 2);
  });

  test('refuses a spread of 0', () => {
    expect(() => logNormalTimesteps(flow, { standardDeviation: 0 })).toThrow('logNormalTimesteps: `standardDeviation`');
  });
});

/** Sum over bins of (observed - expected)^2 / expected. */
function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('stratified timesteps', () => {
  const all = (steps: number): Int32Array => Int32Array.from({ length: steps }, (_, t) => t);

  test.each([
    [5, 7],
    [64, 1000],
    [10, 10],
    [250, 100],
    [1, 4],
  ])('of %i examples over %i: each place of the batch is uniform over the list by itself', (count, steps) => {
    const random = createRandom(3);
    const [bins, rounds] = [Math.min(steps, 10), 3000];
    const counts = new Array<number>(bins).fill(0);
    for (let round = 0; round < rounds; round++)
      counts[Math.floor((stratifiedTimesteps(count, all(steps), random)[0]! * bins) / steps)]!++;
    const shares = counts.map(
      (_, bin) => all(steps).filter((t) => Math.floor((t * bins) / steps) === bin).length / steps,
    );
    const statistic = counts.reduce(
      (sum, n, bin) => sum + (n - rounds * shares[bin]!) ** 2 / (rounds * shares[bin]!),
      0,
    );
    // 99.9% of a chi-square with 9 degrees of freedom lie below 27.9
    expect(statistic).toBeLessThan(27.9);
  });

  test('over all batches every timestep is drawn equally often', () => {
    const random = createRandom(4);
    const counts = new Array<number>(30).fill(0);
    for (let round = 0; round < 1000; round++) stratifiedTimesteps(8, all(30), random).forEach((t) => counts[t]!++);
    expect(chiSquare(counts, 8000 / 30)).toBeLessThan(58.3); // 99.9% with 29 degrees of freedom
  });

  test('a batch has one in each part of the list', () => {
    const random = createRandom(5);
    for (let round = 0; round < 50; round++) {
      const sorted = [...stratifiedTimesteps(10, all(1000), random)].sort((a, b) => a - b);
      expect(sorted.map((t) => Math.floor(t / 100))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  test('an entry that is in the list three times is drawn three times as often', () => {
    const list = Int32Array.of(2, 5, 5, 5);
    const drawn = stratifiedTimesteps(400, list, createRandom(6));
    expect(drawn.filter((t) => t === 2)).toHaveLength(100);
    expect(drawn.filter((t) => t === 5)).toHaveLength(300);
  });

  test('rejects values that are not lists', () => {
    expect(() => stratifiedTimesteps(4, new Int32Array(0), createRandom(1))).toThrow(
      'stratifiedTimesteps: `list` must be',
    );
    expect(() => stratifiedTimesteps(4, [1, 2] as unknown as Int32Array, createRandom(1))).toThrow(TypeError);
    expect(() => stratifiedTimesteps(0, Int32Array.of(1), createRandom(1))).toThrow('stratifiedTimesteps: `count`');
  });
});
