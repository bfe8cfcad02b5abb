import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'couplingLayer',
  inputs: (random) => ({
    scales: random.normal([3, 3]),
    shifts: random.normal([3, 3]),
    x: random.normal([4, 6]),
  }),

  mistakes: {
    halvesExchanged: 'the first half is changed, and the second one is left as it is',
    orderExchanged: 'the two halves of y are in the wrong order',
    networkSeesSecond: 'the network gets the second half, so the layer cannot be inverted',
    bothChanged: 'the first half is changed, too',
    noExponential: 'the second half is multiplied by s, not by its exponential',
    noScale: 'the second half is not scaled',
    noShift: 'the second half is not shifted',
    minusShift: 'the shift is subtracted, but must be added',
    shiftFirst: 'the second half is shifted before it is scaled, but must be after it',
    inverse: 'it is the inverse of the layer',
    divided: 'the second half is divided by the scale, but must be multiplied',
    parity: 'even and odd features are the halves, but the first and the second half must be',
    determinantSign: 'the logarithm of the determinant has the wrong sign',
    determinant: 'it is the determinant itself, not its logarithm',
    determinantMean: 'the logarithm of the determinant is a mean over the features, not a sum',
    determinantBatch:
      'the logarithm of the determinant is added up over the batch, but there must be one number for each example',
    determinantPerFeature: 'the logarithm of the determinant is not added up over the features',
    determinantShift: 'the shift is part of the logarithm of the determinant, but does not change volumes',
    determinantScale: 'the scales are added up in the determinant, not their logarithms',
    determinantZero: 'the logarithm of the determinant is 0, as if the layer only shifted',
    magnitudes: 'the magnitudes of s are added up in the determinant, but their signs matter',
  },
  exclusive: [
    ['halvesExchanged', 'orderExchanged', 'networkSeesSecond', 'bothChanged', 'parity'],
    ['noExponential', 'noScale', 'noShift', 'minusShift', 'shiftFirst', 'inverse', 'divided'],
    [
      'determinantSign',
      'determinant',
      'determinantMean',
      'determinantBatch',
      'determinantPerFeature',
      'determinantShift',
      'determinantScale',
      'determinantZero',
      'magnitudes',
    ],
  ],
  alone: ['inverse', 'parity', 'determinantShift', 'magnitudes', 'bothChanged', 'determinantScale', 'determinant'],

  reference({ scales, shifts, x }, wrong) {
    const half = x[0]!.length / 2;
    const outputs = x.map((row) => {
      const halves = wrong.parity
        ? [row.filter((_, j) => j % 2 === 0), row.filter((_, j) => j % 2 === 1)]
        : [row.slice(0, half), row.slice(half)];
      const [kept, moved] = (wrong.halvesExchanged ? [halves[1], halves[0]] : halves) as [number[], number[]];
      const given = wrong.networkSeesSecond ? moved : kept;
      const through = (weights: readonly (readonly number[])[]): number[] =>
        weights[0]!.map((_, j) => sumOf(given.map((value, k) => value * weights[k]![j]!)));
      const s = through(scales).map(Math.tanh);
      const t = through(shifts);
      const change = (value: number, j: number): number => {
        const scale = wrong.noExponential ? s[j]! : wrong.noScale ? 1 : Math.exp(wrong.divided ? -s[j]! : s[j]!);
        const shift = wrong.noShift ? 0 : wrong.minusShift ? -t[j]! : t[j]!;
        if (wrong.inverse) return (value - t[j]!) * Math.exp(-s[j]!);
        return wrong.shiftFirst ? (value + shift) * scale : value * scale + shift;
      };
      const after = moved.map(change);
      const before = wrong.bothChanged ? kept.map(change) : kept;
      const swaps = wrong.halvesExchanged || wrong.orderExchanged;
      const y = wrong.parity
        ? row.map((_, j) => (j % 2 === 0 ? kept : after)[Math.floor(j / 2)]!)
        : swaps
          ? [...after, ...before]
          : [...before, ...after];
      const terms = s.map((value, j) => {
        if (wrong.determinantShift) return value + t[j]!;
        return wrong.magnitudes ? Math.abs(value) : wrong.determinantScale ? Math.exp(value) : value;
      });
      return { y, terms: wrong.inverse ? terms.map((term) => -term) : terms };
    });
    const sums = outputs.map(({ terms }) => {
      if (wrong.determinantZero) return 0;
      const sum = (wrong.determinantSign ? -1 : 1) * (wrong.determinantMean ? meanOf(terms) : sumOf(terms));
      return wrong.determinant ? Math.exp(sum) : sum;
    });
    return {
      y: outputs.map(({ y }) => y),
      logDeterminant: wrong.determinantBatch
        ? sumOf(sums)
        : wrong.determinantPerFeature
          ? outputs.map(({ terms }) => terms)
          : sums,
    };
  },

  call(answer, { scales, shifts, x }, tf) {
    const network = (first: Tensor2D): unknown => ({
      logScale: tf.tanh(tf.matMul(first, scales as Tensor2D)),
      shift: tf.matMul(first, shifts as Tensor2D),
    });
    return answer(network, x);
  },

  hints: [
    'Write the Jacobian of a layer with two features. Which of its four entries is 0?',
    'The determinant of a triangular matrix is the product of its diagonal. Which entries of the diagonal are not 1?',
    'Two operations take the halves apart and put them together again. Along which axis?',
  ],

  picture: {
    // the second feature grows from -2 to 2; the first one stays 0.5
    inputs: () => ({ scales: [[1]], shifts: [[2]], x: Array.from({ length: 21 }, (_, i) => [0.5, i / 5 - 2]) }),
  },

  checks: [
    { kind: 'values', points: 5 },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});
