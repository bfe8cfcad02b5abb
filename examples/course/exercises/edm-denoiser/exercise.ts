import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'edmDenoiser',
  inputs: (random) => ({
    weights: random.normal([3, 3]),
    x: random.normal([4, 3]),
    sigma: random.uniform([4, 1], 0.2, 3),
  }),

  mistakes: {
    noSkip: 'x itself is missing: the estimate is only what the network says',
    fullSkip: 'x is added in full, but must be multiplied by its factor',
    onlySkip: 'the network plays no part',
    skipOfNoise: 'the factor of x is sigma^2 / (sigma^2 + 0.25), but must be 0.25 / (sigma^2 + 0.25)',
    skipRoot: 'the factor of x has a square root, but must have none',
    noOut: 'what the network returns is not multiplied by its factor',
    outMinus: 'what the network returns is subtracted, but must be added',
    outNoRoot: 'the factor of the network lacks the square root in its denominator',
    outNoData: 'the factor of the network lacks the deviation 0.5 of the data',
    outNoSigma: 'the factor of the network lacks sigma',
    noIn: 'the input of the network is not scaled',
    inNoRoot: 'the factor of the input lacks the square root',
    inNoise: 'the input is divided by sigma alone',
    noLogarithm: 'the network gets sigma, not a quarter of its logarithm',
    wholeLogarithm: 'the network gets the logarithm of sigma, not a quarter of it',
    halfLogarithm: 'the network gets half of the logarithm of sigma, but must get a quarter',
    log2: 'the logarithm that the network gets has the base 2, but must be the natural one',
    dataOne: 'the deviation of the data is 1 in the formulas, but must be 0.5',
    dataVariance: '0.5 is used as the variance of the data, but is their deviation',
    oneSigma: 'every example has the sigma of the first',
    sigmaSquared: 'sigma is used as the variance of the noise, but is its deviation',
    noiseEstimate: 'it returns the estimated noise, not the estimated data',
  },
  exclusive: [
    ['noSkip', 'fullSkip', 'onlySkip', 'skipOfNoise', 'skipRoot'],
    ['onlySkip', 'noOut', 'outMinus', 'outNoRoot', 'outNoData', 'outNoSigma'],
    ['onlySkip', 'noIn', 'inNoRoot', 'inNoise'],
    ['onlySkip', 'noLogarithm', 'wholeLogarithm'],
    ['dataOne', 'outNoData'],
  ],
  alone: [
    'onlySkip',
    'skipRoot',
    'outNoRoot',
    'outNoData',
    'outNoSigma',
    'inNoRoot',
    'inNoise',
    'halfLogarithm',
    'log2',
    'dataVariance',
    'sigmaSquared',
    'noiseEstimate',
    'dataOne',
    'oneSigma',
  ],

  reference({ weights, x, sigma }, wrong) {
    return x.map((row, i) => {
      const given = sigma[wrong.oneSigma ? 0 : i]![0]!;
      const s = wrong.sigmaSquared ? Math.sqrt(given) : given;
      const data = wrong.dataOne ? 1 : wrong.dataVariance ? Math.SQRT1_2 : 0.5;
      const total = s * s + data * data;
      const root = Math.sqrt(total);
      const ofX = wrong.noSkip
        ? 0
        : wrong.fullSkip
          ? 1
          : wrong.skipOfNoise
            ? (s * s) / total
            : (data * data) / (wrong.skipRoot ? root : total);
      const ofNetwork = wrong.onlySkip
        ? 0
        : wrong.noOut
          ? 1
          : ((wrong.outMinus ? -1 : 1) * (wrong.outNoSigma ? 1 : s) * (wrong.outNoData ? 1 : data)) /
            (wrong.outNoRoot ? total : root);
      const ofInput = wrong.noIn ? 1 : 1 / (wrong.inNoRoot ? total : wrong.inNoise ? s : root);
      const log = Math.log(s) / (wrong.log2 ? Math.LN2 : 1);
      const time = wrong.noLogarithm ? s : log * (wrong.wholeLogarithm ? 1 : wrong.halfLogarithm ? 0.5 : 0.25);
      const hidden = weights[0]!.map((_, j) =>
        Math.tanh(sumOf(row.map((value, k) => ofInput * value * weights[k]![j]!)) + time),
      );
      const estimate = each((a, b) => ofX * a + ofNetwork * b, row, hidden);
      return wrong.noiseEstimate ? each((a, b) => (a - b) / s, row, estimate) : estimate;
    });
  },

  call: (answer, { weights, x, sigma }, tf) =>
    answer((input: Tensor2D, time: Tensor2D) => tf.tanh(tf.add(tf.matMul(input, weights as Tensor2D), time)), x, sigma),

  hints: [
    'Write the four factors as tensors first. Each has one number for each example.',
    'Which of the factors must be near 0, and which near 1, if there is hardly any noise?',
    'The variance of x is the sum of two variances. Which factor gives the input of the network a variance of 1?',
  ],

  picture: {
    // one number, with more and more noise
    inputs: () => {
      const line = Array.from({ length: 40 }, (_, i) => [(i + 1) / 20]);
      return { weights: [[1]], x: line.map(() => [1]), sigma: line };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'much noise, and little',
      points: 1,
      inputs: (random) => ({
        weights: random.normal([4, 4]),
        x: random.normal([3, 4]),
        sigma: [[0.002], [80], [1]],
      }),
    },
    { kind: 'gradients', points: 2, of: ['weights', 'x'] },
    { kind: 'leaks', points: 1 },
  ],
});
