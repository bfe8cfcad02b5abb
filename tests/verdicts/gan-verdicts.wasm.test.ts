import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { distancesOf, signsOf, SIGNS, spreadsOf } from '../../src/verdicts/gan-signs.js';
import { judgeGame, type GameFacts } from '../../src/verdicts/gan-verdicts.js';
import { createTrend } from '../../src/verdicts/trend.js';
import {
  createRandom,
  minimaxLoss,
  nonSaturatingLoss,
  wassersteinLoss,
  type AdversarialLoss,
  type Trainer,
} from '../../src/index.js';
import { adversarialLosses } from '../contract/adversarial-losses.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

type Signs = Readonly<Record<(typeof SIGNS)[number], number>>;

async function lookAt(loss: AdversarialLoss, at: { real: tf.Tensor; fake: tf.Tensor; logits: [number, number] }) {
  const logits = (value: number, x: tf.Tensor) => tf.fill([x.shape[0], 1], value);
  const [realLogits, fakeLogits] = [logits(at.logits[0], at.real), logits(at.logits[1], at.fake)];
  const discriminatorLoss = loss.discriminator(realLogits, fakeLogits);
  const random = createRandom(1);
  const signs = await read(signsOf(loss, { realLogits, fakeLogits, discriminatorLoss }, spreadsOf({ ...at, random })));
  return Object.fromEntries(SIGNS.map((name, i) => [name, signs[i]!])) as Signs;
}

describe('the signs of a game', () => {
  test.each(adversarialLosses)(
    'is 1 in every ratio if neither player has learned anything, with $name',
    async ({ loss }) => {
      const real = createRandom(2).normal([64, 3, 2]);
      const signs = await lookAt(loss, { real, fake: tf.add(5, real), logits: [0, 0] });
      for (const name of SIGNS) expect(signs[name], name).toBeCloseTo(1, 4);
    },
  );

  test('have diversity for fakes that are narrow in one direction and wide in others, and none for fakes narrow in all', async () => {
    const real = createRandom(2).normal([256, 16]);
    const of = async (widths: number[]) =>
      (await lookAt(minimaxLoss, { real, fake: tf.mul(real, widths), logits: [0, 0] })).diversity;
    expect(
      await of(Array.from({ length: 16 }, (_, i) => (i < 8 ? 0.05 : 1))),
      'half of the axes narrow',
    ).toBeGreaterThan(0.7);
    expect(await of(Array.from({ length: 16 }, () => 0.05)), 'all narrow').toBeCloseTo(0.0025 ** 0.25, 4);
    expect(await of(Array.from({ length: 16 }, () => 30)), 'wider than the data').toBe(1);
  });

  test('depend on the smallest spread in any direction: two modes of four corners are not diverse', async () => {
    const corners = tf.tensor2d([1, 1, 1, -1, -1, 1, -1, -1], [4, 2]);
    const opposite = tf.tensor2d([1, 1, 1, 1, -1, -1, -1, -1], [4, 2]);
    const of = async (fake: tf.Tensor) =>
      (await lookAt(minimaxLoss, { real: corners, fake, logits: [0, 0] })).diversity;
    expect(await of(tf.mul(0.5, corners)), 'half as wide').toBeCloseTo(0.25 ** 0.25, 3);
    expect(await of(opposite)).toBeLessThan(0.7);
    expect(await of(tf.zerosLike(corners))).toBeCloseTo(0, 3);
  });

  test('are at most 1 for a loss without a scale', async () => {
    const real = createRandom(2).normal([16, 2]);
    const signs = await lookAt(wassersteinLoss, { real, fake: real, logits: [40, -30] });
    expect(signs).toMatchObject({ discriminatorLoss: 1, slope: 1, generatorLoss: 1 });
  });

  test('have the slope of the generator’s loss relative to that at 0', async () => {
    const real = createRandom(2).normal([16, 2]);
    const slope = async (loss: AdversarialLoss, fake: number) =>
      (await lookAt(loss, { real, fake: real, logits: [3, fake] })).slope;
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    expect(await slope(minimaxLoss, -6)).toBeCloseTo(sigmoid(-6) / 0.5, 4);
    expect(await slope(nonSaturatingLoss, -6)).toBeCloseTo(sigmoid(6) / 0.5, 4);
    expect(await slope(wassersteinLoss, -60)).toBeCloseTo(1, 5);
  });
});

describe('the distance of fakes from the data', () => {
  const distance = async (real: tf.Tensor, fake: tf.Tensor) => {
    const [apart, whole] = await read(distancesOf(spreadsOf({ real, fake, random: createRandom(1) })));
    return apart! / whole! - 4 / real.shape[0];
  };
  const data = (seed: number, size = 4000) => createRandom(seed).normal([size, 3]);

  test('is 0 for fakes like the data, 1 for one point at their mean, and grows with the square of their distance, at any scale', async () => {
    for (const scale of [1e-4, 1, 1e6]) {
      const real = tf.mul(scale, data(2));
      const noise = tf.mul(scale, data(3));
      expect(await distance(real, noise), 'like the data').toBeCloseTo(0, 1);
      expect(await distance(real, tf.zerosLike(real)), 'one point').toBeCloseTo(1, 1);
      expect(await distance(real, tf.mul(3, noise)), 'thrice as wide').toBeCloseTo(4, 0);
    }
    // along any axis of a cube's diagonals the mean square of a shift is that of all coordinates
    const shifted = await distance(data(2), tf.add(data(3), tf.tensor1d([2, 0, 0])));
    expect(shifted).toBeGreaterThan(0.5);
  });

  test('does not include the distance that chance causes in small batches', async () => {
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, i) => distance(data(2 * i, 16), data(2 * i + 1, 16))),
    );
    expect(Math.abs(all.reduce((sum, value) => sum + value, 0) / all.length)).toBeLessThan(0.1);
  });
});

describe('a trend', () => {
  const growth = (size: (n: number) => number, until = 1000, every = 50): number => {
    const trend = createTrend();
    for (let n = every; n <= until; n += every) trend.add(size(n), n);
    return trend.growth();
  };

  test.each<[string, (n: number) => number, number]>([
    ['as the updates', (n) => n, 2],
    ['as their square', (n) => n ** 2, 4],
    ['as their cube', (n) => n ** 3, 8],
  ])('is growth without bound %s, whatever the scale and how often there is a report', (_, size, doubling) => {
    for (const scale of [1e-6, 1, 1e12]) {
      for (const [until, every] of [
        [1000, 1],
        [1000, 50],
        [1000, 125],
        [100_000, 10],
      ] as const) {
        const found = growth((n) => scale * size(n), until, every);
        expect(found / doubling, `${scale}, ${until}, ${every}`).toBeGreaterThan(0.8);
        expect(found / doubling, `${scale}, ${until}, ${every}`).toBeLessThan(1.25);
      }
    }
    expect(growth((n) => Math.exp(n / 100))).toBeGreaterThan(10);
  });

  test.each<[string, (n: number) => number]>([
    ['is constant', () => 5],
    ['approaches a bound', (n) => 100 * (1 - Math.exp(-n / 300))],
    ['grows as a logarithm', (n) => Math.log(n)],
    ['grows as a square root', (n) => Math.sqrt(n)],
    ['rises and falls', (n) => Math.sin(n / 100) ** 2],
    ['jumps now and then, further each time', (n) => ([200, 400, 850, 1000, 4000].includes(n) ? n ** 3 : 1)],
    ['falls to almost nothing, and rises from there', (n) => (n <= 50 ? 1 : 1e-36 * n ** 4)],
    ['falls', (n) => 1 / n],
  ])('is not where a number %s', (_, size) => {
    for (const until of [400, 1000, 5000]) expect(growth(size, until)).toBe(1);
  });

  test('needs more than one report, and ignores numbers that are not finite', () => {
    expect(growth((n) => n ** 3, 50)).toBe(1);
    expect(growth((n) => (n % 100 === 0 ? NaN : n ** 2))).toBeGreaterThan(3);
  });
});

describe('the judgement', () => {
  const metrics = { discriminatorLoss: 1, generatorLoss: 1, realLogit: 7.123, fakeLogit: -6, penalty: 0 };
  const row = (signs: Partial<Signs>) => SIGNS.map((name) => signs[name] ?? 1);
  interface Course {
    readonly inUse?: string[];
    readonly trends?: GameFacts['trends'];
    readonly updates?: number;
    readonly observations?: number;
    readonly outside?: number;
    readonly distance?: number;
    readonly loss?: number;
  }
  const noTrends = () => ({ loss: createTrend(), distance: createTrend(), diversity: createTrend() });
  const trainer = (generator: number) => ({ state: { plain: { updates: { generator } } } }) as unknown as Trainer;
  const judgeOf = (signs: number[], course: Course = {}) => {
    const {
      inUse = [],
      trends = noTrends(),
      updates = 1000,
      observations = 0,
      outside = 0,
      distance = 0,
      loss = 1,
    } = course;
    const [recent, mean, scatter] = [0, 1, 2].map((row) =>
      Object.fromEntries(SIGNS.map((name, i) => [name, signs[row * SIGNS.length + i]!])),
    ) as [Signs, Signs, Signs];
    return judgeGame(
      { metrics: { ...metrics, discriminatorLoss: loss }, totalSteps: updates, trainer: trainer(updates) },
      { inUse, trends, observations, batch: 1e9, recent, mean, scatter, outside, distances: [distance, 1] },
    );
  };
  const judge = (recent: Partial<Signs>, mean: Partial<Signs> = recent, scatter = 0, updates = 1000) =>
    judgeOf([...row(recent), ...row(mean), 0, 0, 0, scatter], { updates });
  const healthy = [...row({}), ...row({}), 0, 0, 0, 0];
  /** The kinds of verdicts of each report, from what each shows. */
  const course = (reports: number, at: (n: number) => { loss?: number; distance?: number; evidence?: number[] }) => {
    const trends = noTrends();
    return Array.from({ length: reports }, (_, i) => {
      const n = 100 * (i + 1);
      const { loss = 1, distance = 0, evidence = healthy } = at(n);
      return judgeOf(evidence, { updates: n, observations: n / 8, outside: 1, distance, trends, loss }).map(
        ({ kind }) => kind,
      );
    });
  };

  test.each<[string, ReturnType<typeof judge>, RegExp]>([
    ['mode collapse', judge({ diversity: 0.02 ** 0.25 }), /variance is 2\.0% of the data's.*r1Penalty/],
    ['discriminator too strong', judge({ discriminatorLoss: 0.004 }), /loss is 0\.40% of .*7\.1.*-6/],
    ['vanishing gradient', judge({ slope: 0.001 }), /0\.10% of its value at logits of 0.*nonSaturatingLoss/],
    ['oscillation', judge({}, {}, 25), /swings by 5 times.*beta1/],
  ])('names %s, with its evidence and a remedy', (kind, verdicts, message) => {
    expect(verdicts.map((verdict) => verdict.kind)).toEqual([kind]);
    expect(verdicts[0]!.message).toMatch(message);
  });

  test('says nothing about a game that goes well, in its first updates, or while it improves', () => {
    expect(judge({})).toEqual([]);
    expect(judge({ diversity: 0.01, slope: 0.001 }, undefined, 0, 399)).toEqual([]);
    expect(judge({ diversity: 0.4 }, { diversity: 0.3 })).toEqual([]);
    expect(judge({ slope: 1 }, { slope: 0.001 })).toEqual([]);
  });

  test('does not call a game collapsed before the fakes have been nearly identical in twenty batches', () => {
    expect(judge({ diversity: 0.1 }, { diversity: 0.6 })).toEqual([]);
  });

  test('does not call a game collapsed unless it was collapsed for a quarter of its updates', () => {
    const alike = (n: number) => ({
      evidence: n < 1600 ? healthy : [...row({ diversity: 0.1 }), ...row({ diversity: 0.1 }), 0, 0, 0, 0],
    });
    const kinds = course(20, alike);
    expect(kinds.slice(0, 18).flat()).toEqual([]);
    expect(kinds[18]).toEqual(['mode collapse']);
  });

  test('calls a game collapsed if the fakes are similar in more than a third of the second half, even if they spread at times', () => {
    const low = [...row({ diversity: 0.1 }), ...row({ diversity: 0.1 }), 0, 0, 0, 0];
    expect(course(20, (n) => ({ evidence: n % 300 === 0 ? healthy : low }))[19]).toEqual(['mode collapse']);
    expect(course(20, (n) => ({ evidence: n % 500 === 0 ? low : healthy })).flat()).toEqual([]);
  });

  test('names a loss that grows without bound, at any scale, but not one that is only large or bounded', () => {
    for (const scale of [1e-3, 1, 1e6]) {
      expect(course(10, (n) => ({ loss: -scale * n ** 2 }))[9]).toEqual(['diverging loss']);
    }
    expect(course(20, () => ({ loss: -3.6e7 })).flat()).toEqual([]);
    expect(course(20, (n) => ({ loss: -1e5 * (1 - Math.exp(-n / 300)) })).flat()).toEqual([]);
    // after a jump that an average over many batches remembers, as in a game that a rate of 0.1 has ended
    const after = [...row({ discriminatorLoss: 1e-12 }), ...row({ discriminatorLoss: 50 }), 0, 0, 0, 0];
    expect(course(28, (n) => ({ loss: 1e-33 * n ** 3, evidence: after })).flat()).toEqual([]);
    // within what a slope of 1 gives, as the loss of a critic with a penalty is
    expect(course(20, (n) => ({ loss: -1e-6 * n ** 2 })).flat()).toEqual([]);
  });

  test('names fakes that are further from the data than one point at its mean for half of the run, and come no closer', () => {
    expect(course(10, () => ({ distance: 2 }))[9]).toEqual(['far from the data']);
    expect(course(20, (n) => ({ distance: 2000 / n })).flat()).toEqual([]);
    expect(course(20, (n) => ({ distance: n > 500 && n < 900 ? 3 : 0.5 })).flat()).toEqual([]);
  });

  test('takes outputs within [0, 1] for probabilities, but not of least squares, whose targets are 0 and 1', () => {
    const of = (loss: string) => {
      return judgeOf(healthy, { inUse: [loss], observations: 50 }).map(({ kind }) => kind);
    };
    expect(of('nonSaturatingLoss')).toEqual(['probabilities for logits']);
    expect(of('leastSquaresLoss')).toEqual([]);
  });
});
