import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'consistencyFunction',
  // small levels show the boundary
  inputs: (random) => ({
    weights: random.normal([3, 3]),
    x: random.normal([5, 3]),
    sigma: [[0.002], [0.03], ...random.uniform([3, 1], 0.1, 2)],
  }),

  mistakes: {
    noBoundary: 'the lowest level 0.002 is not subtracted from sigma, so the function is not x at the lowest level',
    noBoundaryInSkip: 'the lowest level is not subtracted in the factor of x',
    noBoundaryInOut: 'the lowest level is not subtracted in the factor of the network',
    boundaryInRoot: 'the lowest level is subtracted under the square root, too',
    boundaryAdded: 'the lowest level is added to sigma, but must be subtracted',
    noSkip: 'x itself is missing',
    fullSkip: 'x is added in full, but must be multiplied by its factor',
    onlySkip: 'the network plays no part',
    skipRoot: 'the factor of x has a square root, but must have none',
    skipOfNoise: 'the factor of x has (sigma - 0.002)^2 above the line, but must have 0.25',
    noOut: 'what the network returns is not multiplied by its factor',
    outMinus: 'what the network returns is subtracted, but must be added',
    outNoRoot: 'the factor of the network lacks the square root',
    outNoData: 'the factor of the network lacks the deviation 0.5 of the data',
    complement: 'the factor of the network is 1 minus that of x',
    dataOne: 'the deviation of the data is 1 in the formulas, but must be 0.5',
    dataVariance: '0.5 is used as the variance of the data, but is their deviation',
    firstSigma: 'every example has the sigma of the first',
  },
  exclusive: [
    ['noBoundary', 'noBoundaryInSkip', 'noBoundaryInOut', 'boundaryInRoot', 'boundaryAdded'],
    ['noSkip', 'fullSkip', 'onlySkip', 'skipRoot', 'skipOfNoise', 'noBoundaryInSkip'],
    ['onlySkip', 'noOut', 'outMinus', 'outNoRoot', 'outNoData', 'complement'],
    ['noOut', 'noBoundaryInOut', 'noBoundary'],
    ['dataOne', 'dataVariance', 'outNoData'],
  ],
  alone: [
    'noBoundaryInSkip',
    'noBoundaryInOut',
    'boundaryInRoot',
    'boundaryAdded',
    'onlySkip',
    'skipRoot',
    'skipOfNoise',
    'outNoRoot',
    'outNoData',
    'complement',
    'dataOne',
    'dataVariance',
    'firstSigma',
    'noBoundary',
  ],

  reference({ weights, x, sigma }, wrong) {
    return x.map((row, i) => {
      // the network gets its own sigma in every case
      const level = sigma[i]![0]!;
      const s = wrong.firstSigma ? sigma[0]![0]! : level;
      const data = wrong.dataOne ? 1 : wrong.dataVariance ? Math.SQRT1_2 : 0.5;
      const least = wrong.noBoundary ? 0 : wrong.boundaryAdded ? -0.002 : 0.002;
      const [inSkip, inOut] = [s - (wrong.noBoundaryInSkip ? 0 : least), s - (wrong.noBoundaryInOut ? 0 : least)];
      const total = inSkip ** 2 + data ** 2;
      const skip = wrong.noSkip
        ? 0
        : wrong.fullSkip
          ? 1
          : (wrong.skipOfNoise ? inSkip ** 2 : data ** 2) / (wrong.skipRoot ? Math.sqrt(total) : total);
      const under = (wrong.boundaryInRoot ? inOut : s) ** 2 + data ** 2;
      const factor = (inOut * (wrong.outNoData ? 1 : data)) / (wrong.outNoRoot ? under : Math.sqrt(under));
      const out = wrong.onlySkip
        ? 0
        : wrong.noOut
          ? 1
          : wrong.complement
            ? 1 - skip
            : wrong.outMinus
              ? -factor
              : factor;
      const hidden = weights[0]!.map(
        (_, j) => 1 + Math.tanh(sumOf(row.map((value, k) => value * weights[k]![j]!)) + level),
      );
      return each<number[]>((a, b) => skip * a + out * b, row, hidden);
    });
  },

  call: (answer, { weights, x, sigma }, tf) =>
    answer(
      (at: Tensor2D, level: Tensor2D) => tf.add(1, tf.tanh(tf.add(tf.matMul(at, weights as Tensor2D), level))),
      x,
      sigma,
    ),

  hints: [
    'What must the two factors be at the lowest level, so that the function returns x?',
    'Write both factors as tensors with one number for each example.',
    'Where does the lowest level occur in the formulas, and where does it not?',
  ],

  picture: {
    // one number, at levels up to 2
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [0.002 + i / 20]);
      return { weights: [[1]], x: line.map(() => [1]), sigma: line };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    { kind: 'gradients', points: 2, of: ['weights', 'x'] },
    { kind: 'leaks', points: 1 },
  ],
});
