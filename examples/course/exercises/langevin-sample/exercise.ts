import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'langevinSample',
  inputs: (random) => ({
    weights: random.normal([3, 3]),
    buffer: random.normal([5, 3]),
    fresh: random.normal([5, 3]),
    isFresh: [[0], [1], [0], [0], [1]],
    noise: random.normal([4, 5, 3]),
  }),

  mistakes: {
    uphill: 'the steps go up the energy, but must go down',
    noGradient: 'the steps only add noise: the gradient of the energy is missing',
    noNoise: 'no noise is added',
    noiseNotScaled: 'the noise is not multiplied by 0.05',
    noiseRoot: 'the noise is multiplied by the root of 0.2, as in theory, but must be by 0.05',
    noStepSize: 'the gradient is not multiplied by 0.1',
    stepOfMean: 'the gradient is that of the mean energy, so it is divided by the number of examples',
    onlyBuffer: 'all walks start from the buffer',
    onlyFresh: 'all walks start from noise',
    maskTurned: 'the walks that must start from noise start from the buffer, and the others from noise',
    sum: 'the buffer and the noise are added at the start, but each walk has one of them',
    firstNoise: 'every step has the noise of the first',
    noiseReversed: 'the draws of noise are used in the reverse order',
    oneStep: 'there is only one step',
    oneLess: 'there is one step too few',
    sameGradient: 'every step has the gradient at the start',
    gradientAfterNoise: 'the noise is added before the gradient is taken, but must be added after it',
    perStepFresh: 'a walk that starts from noise starts again at each step',
    clipped: 'the samples are clipped to the range from -1 to 1',
    minusNoise: 'the noise is subtracted, but must be added',
  },
  exclusive: [
    ['uphill', 'noGradient', 'noStepSize', 'stepOfMean', 'sameGradient'],
    ['noNoise', 'noiseNotScaled', 'noiseRoot', 'firstNoise', 'noiseReversed', 'minusNoise'],
    ['onlyBuffer', 'onlyFresh', 'maskTurned', 'sum'],
    ['oneStep', 'oneLess', 'firstNoise', 'noiseReversed', 'sameGradient'],
  ],
  alone: [
    'noiseRoot',
    'stepOfMean',
    'sum',
    'firstNoise',
    'noiseReversed',
    'oneStep',
    'oneLess',
    'sameGradient',
    'gradientAfterNoise',
    'perStepFresh',
    'clipped',
    'minusNoise',
    'noGradient',
  ],

  reference({ weights, buffer, fresh, isFresh, noise }, wrong) {
    // the energy is the sum of tanh(x W) + x^2 / 2
    const slopesAt = (x: readonly number[]): number[] => {
      const hidden = weights[0]!.map((_, j) => Math.tanh(sumOf(x.map((value, k) => value * weights[k]![j]!))));
      return x.map((value, k) => value + sumOf(hidden.map((h, j) => (1 - h * h) * weights[k]![j]!)));
    };
    const count = wrong.oneStep ? 1 : noise.length - (wrong.oneLess ? 1 : 0);
    const scale = wrong.noNoise
      ? 0
      : wrong.noiseNotScaled
        ? 1
        : wrong.noiseRoot
          ? Math.sqrt(0.2)
          : wrong.minusNoise
            ? -0.05
            : 0.05;
    const rate = wrong.noGradient
      ? 0
      : (wrong.uphill ? -1 : 1) * (wrong.noStepSize ? 1 : wrong.stepOfMean ? 0.1 / buffer.length : 0.1);
    return buffer.map((row, i) => {
      const flag = isFresh[i]![0]!;
      const share = wrong.onlyBuffer ? 0 : wrong.onlyFresh ? 1 : wrong.maskTurned ? 1 - flag : flag;
      const start = each<number[]>((a, b) => (wrong.sum ? a + b : share * b + (1 - share) * a), row, fresh[i]!);
      const first = slopesAt(start);
      let x = start;
      for (let s = 0; s < count; s++) {
        const e = noise[wrong.firstNoise ? 0 : wrong.noiseReversed ? noise.length - 1 - s : s]![i]!;
        if (wrong.perStepFresh && flag === 1) x = fresh[i]!;
        const at = wrong.gradientAfterNoise ? x.map((value, k) => value + scale * e[k]!) : x;
        const slopes = wrong.sameGradient ? first : slopesAt(at);
        x = x.map((value, k) => value - rate * slopes[k]! + scale * e[k]!);
        if (wrong.clipped) x = x.map((value) => Math.min(1, Math.max(-1, value)));
      }
      return x;
    });
  },

  call(answer, { weights, buffer, fresh, isFresh, noise }, tf) {
    const energy = (x: Tensor2D): unknown =>
      tf.sum(tf.add(tf.tanh(tf.matMul(x, weights as Tensor2D)), tf.mul(0.5, tf.square(x))), 1);
    return answer(energy, buffer, fresh, isFresh, noise);
  },

  hints: [
    'Where does each walk begin? Two products with a mask, or a choice, make one tensor of all starts.',
    'The sum of all energies has a gradient whose row is the slope of its own example. What would the mean change?',
    'How many steps are there? The first axis of the noise says it, and its parts are the draws of the steps.',
  ],

  picture: {
    // starts from -2 to 2, and one step without noise
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      const zeros = line.map(() => [0]);
      return { weights: [[3]], buffer: line, fresh: zeros, isFresh: zeros, noise: [zeros, zeros, zeros] };
    },
  },

  checks: [
    { kind: 'values', points: 6 },
    { kind: 'leaks', points: 1 },
  ],
});
