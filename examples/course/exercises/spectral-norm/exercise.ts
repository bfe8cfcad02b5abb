import { defineExercise, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'spectralNorm',
  inputs: (random) => ({ weights: random.normal([4, 3]), u: random.normal([4]) }),

  mistakes: {
    noDivision: 'the weights are not divided by the spectral norm',
    timesNorm: 'the weights are multiplied by the spectral norm, but must be divided by it',
    frobenius: 'the weights are divided by the root of the sum of all squares, which is another norm',
    largestEntry: 'the weights are divided by the largest of their magnitudes',
    rows: 'each row is divided by its own length',
    oldU: 'the norm is computed with the old u, but must be with the new one',
    oldUNormalised: 'the norm is computed with the old u at length 1, but must be with the new one',
    squaredNorm: 'the weights are divided by the square of the spectral norm',
    rootNorm: 'the weights are divided by the root of the spectral norm',
    uNotNew: 'the old u is returned, not the new one',
    uNotNormalised: 'the returned u does not have the length 1',
    vNotNormalised: 'v does not have the length 1',
    uSum: 'u is divided by the sum of its entries, not by its length',
    uSquare: 'u is divided by its squared length',
    twoSteps: 'there are two steps of the power method, but must be one',
    minus: 'the returned weights have the wrong sign',
    uLargest: 'u is divided by its largest magnitude, not by its length',
    vReturned: 'v is returned instead of u',
  },
  exclusive: [
    [
      'noDivision',
      'timesNorm',
      'frobenius',
      'largestEntry',
      'rows',
      'oldU',
      'oldUNormalised',
      'squaredNorm',
      'rootNorm',
      'minus',
    ],
    ['uNotNew', 'uNotNormalised', 'uSum', 'uSquare', 'uLargest', 'vReturned'],
    ['uNotNormalised', 'vNotNormalised', 'uSum', 'uSquare', 'uLargest', 'twoSteps'],
    ['oldU', 'oldUNormalised', 'twoSteps', 'vNotNormalised', 'uNotNew'],
  ],
  alone: [
    'frobenius',
    'largestEntry',
    'rows',
    'oldU',
    'oldUNormalised',
    'rootNorm',
    'uSum',
    'uSquare',
    'uLargest',
    'vReturned',
    'uNotNormalised',
    'vNotNormalised',
    'twoSteps',
    'minus',
  ],

  reference({ weights, u }, wrong) {
    const length = (x: readonly number[]): number => Math.sqrt(sumOf(x.map((value) => value * value)));
    const normalised = (x: readonly number[]): number[] => x.map((value) => value / length(x));
    const backwards = (x: readonly number[]): number[] =>
      weights[0]!.map((_, j) => sumOf(weights.map((row, i) => row[j]! * x[i]!)));
    const forwards = (x: readonly number[]): number[] => weights.map((row) => sumOf(row.map((w, j) => w * x[j]!)));
    const start = wrong.twoSteps ? normalised(forwards(normalised(backwards(u)))) : u;
    const v = wrong.vNotNormalised ? backwards(start) : normalised(backwards(start));
    const through = forwards(v);
    const largest = Math.max(...through.map(Math.abs));
    const size = wrong.uNotNormalised
      ? 1
      : wrong.uSum
        ? sumOf(through)
        : wrong.uSquare
          ? length(through) ** 2
          : wrong.uLargest
            ? largest
            : length(through);
    const next = through.map((value) => value / size);
    const side = wrong.oldU ? u : wrong.oldUNormalised ? normalised(u) : next;
    const sigma = sumOf(side.map((value, i) => value * through[i]!));
    const divisor = wrong.noDivision
      ? 1
      : wrong.timesNorm
        ? 1 / sigma
        : wrong.frobenius
          ? length(weights.flat())
          : wrong.largestEntry
            ? Math.max(...weights.flat().map(Math.abs))
            : wrong.squaredNorm
              ? sigma * sigma
              : wrong.rootNorm
                ? Math.sqrt(sigma)
                : wrong.minus
                  ? -sigma
                  : sigma;
    return {
      weights: weights.map((row) => row.map((w) => w / (wrong.rows ? length(row) : divisor))),
      u: wrong.uNotNew ? u : wrong.vReturned ? v : next,
    };
  },

  hints: [
    'Which shapes do u and v have? Along which axis does each product with the matrix add up?',
    'u and v must have the length 1 before the norm is computed, and the returned u as well.',
    'What is the spectral norm of the new weights, if u and v have converged?',
  ],

  picture: {
    // a row of weights
    inputs: () => ({ weights: [Array.from({ length: 20 }, (_, i) => Math.sin(i / 3))], u: [1] }),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'another matrix',
      points: 1,
      inputs: (random) => ({ weights: random.normal([3, 5]), u: random.normal([3]) }),
    },
    { kind: 'leaks', points: 1 },
  ],
});
