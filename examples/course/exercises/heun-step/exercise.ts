import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'heunStep',
  inputs: (random) => ({ weights: random.normal([3, 3]), x: random.normal([4, 3]) }),

  mistakes: {
    euler: '`step` is Euler’s step: the second slope is missing',
    secondOnly: '`step` uses the second slope alone, but must use the mean of both',
    sum: '`step` uses the sum of both slopes, but must use their mean',
    fromEuler: '`step` goes on from the point where Euler’s step ends, but must go from x again',
    sameLevel: 'the second slope is computed at the old noise level, but must be at the new one',
    samePoint: 'the second slope is computed at x, but must be where Euler’s step ends',
    dividedByOld: 'the second slope is divided by the old noise level, but must be by the new one',
    denoisedAtOld: 'in the second slope, the denoiser gets the old noise level, but must get the new one',
    signs: 'the steps go to more noise, not to less',
    notDivided: 'the slopes are not divided by the noise level',
    squared: 'the slopes are divided by the square of the noise level',
    noDenoiser: 'the slopes lack the estimate of the data',
    estimates: 'the slopes are the estimates of the data themselves',
    halfway: 'the second slope is computed half-way, as in the midpoint rule, but must be at the end of the step',
    lastIsStep: '`last` is the same as `step`, but must go to the noise level 0',
    lastIsData: '`last` is 0, but must be the estimate of the data',
    stepIsData: '`step` ends at the estimate of the data',
    stepSizeIsLevel: 'the size of a step is the new noise level, but must be its difference from the old one',
  },
  exclusive: [
    [
      'euler',
      'secondOnly',
      'sum',
      'fromEuler',
      'sameLevel',
      'samePoint',
      'dividedByOld',
      'denoisedAtOld',
      'halfway',
      'stepIsData',
    ],
    ['notDivided', 'squared', 'noDenoiser', 'estimates', 'signs'],
    ['lastIsStep', 'lastIsData'],
  ],
  alone: [
    'dividedByOld',
    'denoisedAtOld',
    'squared',
    'noDenoiser',
    'estimates',
    'halfway',
    'lastIsStep',
    'lastIsData',
    'stepIsData',
    'stepSizeIsLevel',
    'sameLevel',
    'samePoint',
  ],

  reference({ weights, x }, wrong) {
    const denoise = (row: readonly number[], sigma: number): number[] =>
      weights[0]!.map((_, j) => Math.tanh(sumOf(row.map((value, k) => value * weights[k]![j]!)) + sigma));
    const slopeOf = (row: readonly number[], sigma: number, divisor = sigma): number[] => {
      const data = denoise(row, sigma);
      const by = wrong.notDivided ? 1 : wrong.squared ? divisor * divisor : divisor;
      return row.map((value, j) => {
        const gap = wrong.noDenoiser ? value : wrong.estimates ? data[j]! * by : value - data[j]!;
        return gap / by;
      });
    };
    const add = (row: readonly number[], by: number, slope: readonly number[]): number[] =>
      row.map((value, j) => value + by * slope[j]!);
    const stepTo = (row: readonly number[], to: number): number[] => {
      const size = (wrong.signs ? -1 : 1) * (wrong.stepSizeIsLevel ? -to : to - FROM);
      const first = slopeOf(row, FROM);
      const end = add(row, size, first);
      if (to === 0 || wrong.euler) return wrong.lastIsData && to === 0 ? row.map(() => 0) : end;
      const middle = (FROM + to) / 2;
      if (wrong.halfway) return add(row, size, slopeOf(add(row, size / 2, first), middle));
      const second = slopeOf(
        wrong.samePoint ? row : end,
        wrong.sameLevel || wrong.denoisedAtOld ? FROM : to,
        wrong.sameLevel || wrong.dividedByOld ? FROM : to,
      );
      if (wrong.secondOnly) return add(row, size, second);
      const mean = first.map((slope, j) => (slope + second[j]!) / (wrong.sum ? 1 : 2));
      return add(wrong.fromEuler ? end : row, size, mean);
    };
    const step = x.map((row) => (wrong.stepIsData ? denoise(row, FROM) : stepTo(row, TO)));
    return { step, last: wrong.lastIsStep ? step : x.map((row) => stepTo(row, 0)) };
  },

  call(answer, { weights, x }, tf) {
    const denoise = (at: Tensor2D, sigma: unknown): unknown => {
      if (typeof sigma !== 'number') throw new TypeError('denoise takes the noise level as a number.');
      return tf.tanh(tf.add(tf.matMul(at, weights as Tensor2D), sigma));
    };
    return answer(denoise, x, 1.6, 0.7);
  },

  hints: [
    'Draw a curve, its tangent at the start, and where the tangent ends. What does the slope there say about the curve?',
    'You need three points: x, the end of Euler’s step, and the result. Which two slopes do you average, and from which point do you go?',
    'At the level 0 you would divide by 0. What is Euler’s step to 0, if you simplify it?',
  ],

  picture: {
    // numbers from -2 to 2
    inputs: () => ({ weights: [[1]], x: Array.from({ length: 41 }, (_, i) => [i / 10 - 2]) }),
  },

  checks: [
    { kind: 'values', points: 5 },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});

/** The levels that `call` gives. */
const [FROM, TO] = [1.6, 0.7];
