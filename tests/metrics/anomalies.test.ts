import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { learnedGaussian } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { alarmThreshold, logProbOfEach, rocAuc } from '../../src/metrics/index.js';
import { likelihoods } from '../contract/likelihoods.js';
import { expectClose } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const draws = (seed: number, n: number): number[] => {
  const random = createRandom(seed);
  return [...(random.normal([n]).dataSync() as Float32Array)];
};

describe('rocAuc', () => {
  test('is the share of pairs in the right order, where equal scores count as half', () => {
    const [normal, anomalous] = [draws(1, 31), draws(2, 23)].map((scores) => scores.map((x) => Math.round(2 * x) / 2));
    const pairs = normal!.flatMap((a) => anomalous!.map((b) => (b > a ? 1 : b === a ? 0.5 : 0)));
    const share = pairs.reduce<number>((sum, one) => sum + one, 0) / pairs.length;
    expect(rocAuc(normal!, anomalous!).value).toBeCloseTo(share, 12);
    expect(rocAuc(anomalous!, normal!).value).toBeCloseTo(1 - share, 12);
  });

  test('of two Gaussians one apart is Phi(1 / sqrt 2) = 0.7602', () => {
    const value = rocAuc(
      draws(3, 20_000),
      draws(4, 20_000).map((x) => x + 1),
    );
    expect(Math.abs(value.value - 0.76025)).toBeLessThan(0.01);
    expect(value.protocol).toBe('area under the ROC curve; 20000 normal and 20000 anomalous examples');
  });

  test('takes infinite scores, and rejects NaN, none and tensors', () => {
    expect(rocAuc([0, -Infinity], [Infinity]).value).toBe(1);
    expect(() => rocAuc([0, NaN], [1])).toThrow('rocAuc: `normal[1]` must be a number; got NaN.');
    expect(() => rocAuc([0], [])).toThrow('rocAuc: `anomalous` must have at least one score; got none.');
    expect(() => rocAuc(tf.zeros([2]) as never, [1])).toThrow('rocAuc: `normal` must be an array of numbers;');
  });
});

describe('alarmThreshold', () => {
  test.each([0.01, 0.05, 0.2])(
    'a new normal example is above it at a rate of at most %f, and not far below',
    (rate) => {
      // 400 thresholds of 199 scores each: the mean rate is (n + 1 - k) / (n + 1), exactly `rate` here
      const scores = draws(5, 400 * 199);
      const fresh = draws(6, 20_000).sort((a, b) => a - b);
      let above = 0;
      for (let i = 0; i < 400; i++) {
        const { value } = alarmThreshold(scores.slice(i * 199, (i + 1) * 199), { falseAlarms: rate });
        above += fresh.filter((score) => score > value).length / fresh.length / 400;
      }
      expect(Math.abs(above - rate)).toBeLessThan(0.1 * rate + 0.002);
    },
  );

  test('is the k-th smallest score, and needs enough of them', () => {
    expect(alarmThreshold([5, 1, 4, 2, 3, 8, 6, 7, 9], { falseAlarms: 0.2 }).value).toBe(8);
    expect(alarmThreshold([5, 1, 4, 2, 3, 8, 6, 7, 9], { falseAlarms: 0.1 }).value).toBe(9);
    expect(() => alarmThreshold([1, 2, 3], { falseAlarms: 0.05 })).toThrow(
      'alarmThreshold: `normal` must have at least 19 scores for this rate; got 3.',
    );
    expect(() => alarmThreshold([1], { falseAlarms: 1 })).toThrow(
      '`falseAlarms` must be finite and above 0 and below 1',
    );
  });
});

describe('logProbOfEach', () => {
  test.each(likelihoods.map((one) => [one.name, one] as const))('of %s is the density of float64', async (_, one) => {
    const [batch, steps, channels] = [2, 3, 2];
    const count = batch * steps * channels;
    const x = Array.from({ length: count }, (_, i) => one.x[i % one.x.length]!);
    const own = x.map((_, i) => one.parameters[(3 * i) % one.parameters.length]!);
    // blocks on the last axis: the first parameter of each channel, then the second
    const blocks = Array.from({ length: count * one.parameterSize }, (_, i) => {
      const [place, k, channel] = [
        Math.floor(i / (channels * one.parameterSize)),
        Math.floor(i / channels) % one.parameterSize,
        i % channels,
      ];
      return own[place * channels + channel]![k]!;
    });
    const data = tf.tensor(x, [batch, steps, channels]);
    const parameters = tf.tensor(blocks, [batch, steps, channels * one.parameterSize]);
    const each = logProbOfEach(one.likelihood, data, parameters);
    expect(each.shape).toEqual([batch, steps, channels]);
    const expected = x.map((number, i) => one.logProb(number, own[i]!));
    await expectClose(each, expected, { relative: 1e-4, absolute: 1e-4 });
    await expectClose(tf.sum(each, [1, 2]), one.likelihood.logProb(data, parameters), { relative: 1e-5 });
  });

  test('rejects parameters of another size', () => {
    expect(() => logProbOfEach(learnedGaussian(), tf.zeros([2, 3]), tf.zeros([2, 3]))).toThrow(
      'logProbOfEach: `parameters` must have shape [2, 6]; got [2, 3].',
    );
  });
});
