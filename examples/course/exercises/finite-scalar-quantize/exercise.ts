import type { Tensor } from '@tensorflow/tfjs-core';
import { defineExercise, each } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'finiteScalarQuantize',
  // all levels occur
  inputs: (random) => ({ z: [[-1.6, -0.45, 0.1], [1.3, 0.52, -0.15], ...random.normal([4, 3])] }),

  mistakes: {
    notRounded: 'it is the bounded feature itself, without rounding',
    notBounded: 'the tanh is missing: the features are not bounded',
    clipped: 'the features are clipped to the range from -1 to 1, but a tanh must bound them',
    sigmoid: 'a sigmoid bounds the features, but a tanh must',
    notScaledBack: 'it is not divided by 2 after rounding',
    notScaled: 'it is not multiplied by 2 before rounding, so there are only three levels',
    fourTimes: 'there are nine levels, not five',
    floor: 'it rounds down, not to the nearest level',
    ceil: 'it rounds up, not to the nearest level',
    towardsZero: 'it rounds towards 0, not to the nearest level',
    roundedFirst: 'the features are rounded before the tanh, but must be after it',
    signs: 'it is only the sign of the feature',
    indices: 'it is the number of the level from 0 to 4, not the level itself',
    negative: 'it has the wrong sign',
    noStraightThrough: 'no gradient reaches `z`, because rounding has none',
    throughTanh: 'the gradient passes rounding and the tanh, but the tanh has a derivative of its own',
    gradientDoubled: 'the gradient is twice what it must be, as without the division by 2',
  },
  exclusive: [
    ['notRounded', 'floor', 'ceil', 'towardsZero', 'roundedFirst', 'signs', 'noStraightThrough'],
    ['notBounded', 'clipped', 'sigmoid', 'roundedFirst', 'signs', 'throughTanh'],
    ['notScaledBack', 'notScaled', 'fourTimes', 'signs', 'indices', 'gradientDoubled'],
    ['notRounded', 'notScaled', 'fourTimes'],
    ['noStraightThrough', 'throughTanh', 'gradientDoubled'],
  ],
  alone: [
    'sigmoid',
    'clipped',
    'fourTimes',
    'towardsZero',
    'signs',
    'indices',
    'roundedFirst',
    'notBounded',
    'notRounded',
    'floor',
    'ceil',
  ],

  reference({ z }, wrong, detached) {
    const bound = (value: number): number => {
      if (wrong.notBounded) return value;
      if (wrong.clipped) return Math.min(1, Math.max(-1, value));
      return wrong.sigmoid ? 1 / (1 + Math.exp(-value)) : Math.tanh(value);
    };
    const round = wrong.floor ? Math.floor : wrong.ceil ? Math.ceil : wrong.towardsZero ? Math.trunc : Math.round;
    const scale = wrong.notScaled ? 1 : wrong.fourTimes ? 4 : 2;
    const back = wrong.notScaledBack ? 1 : scale;
    return each(
      (value, still) => {
        const bounded = bound(value);
        if (wrong.notRounded) return (scale * bounded) / back;
        if (wrong.signs) return Math.sign(value);
        const level = wrong.roundedFirst ? scale * Math.tanh(Math.round(still)) : round(scale * bound(still));
        if (wrong.indices) return level + 2;
        const quantized = ((wrong.negative ? -1 : 1) * level) / back;
        if (wrong.noStraightThrough) return quantized;
        const through = wrong.throughTanh ? value - still : ((bounded - bound(still)) * scale) / back;
        return quantized + (wrong.negative ? -1 : 1) * (wrong.gradientDoubled ? 2 : 1) * through;
      },
      z,
      detached.z,
    );
  },

  call(answer, { z }, tf) {
    const detach = (x: Tensor): Tensor =>
      tf.customGrad((given) => {
        return { value: tf.clone(given as Tensor), gradFunc: (dy: Tensor) => tf.zerosLike(dy) };
      })(x);
    return answer(z, detach);
  },

  hints: [
    'Which interval does twice the tanh cover, and which whole numbers are in it?',
    'First compute the value without any thought of gradients. What must it be divided by at the end?',
    'Look for a sum of the bounded feature and of something that is detached, whose value is the level.',
  ],

  picture: {
    // numbers from -2 to 2
    inputs: () => ({ z: Array.from({ length: 81 }, (_, i) => [i / 20 - 2.01]) }),
  },

  checks: [
    { kind: 'values', points: 4 },
    { kind: 'gradients', points: 4 },
    { kind: 'leaks', points: 1 },
  ],
});
