import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'classifierFreeGuidance',
  integers: ['classes'],
  inputs: (random) => ({
    weights: random.normal([3, 3]),
    shifts: random.normal([4, 3]),
    x: random.normal([5, 3]),
    classes: [1, 0, 2, ...random.integers([2], 0, 3)],
    scale: random.uniform([5, 1], 1.5, 4),
  }),

  mistakes: {
    onlyClass: 'it is the prediction for the class, without guidance',
    onlyNone: 'it is the prediction without a class',
    exchanged: 'the predictions with and without a class are exchanged',
    fromClass: 'the change is added to the prediction for the class, but must be added to the one without',
    onlyChange: 'it is the scaled change alone: the prediction without a class is missing',
    changeTurned: 'the change has the wrong sign',
    squared: 'the scale of guidance is squared',
    onePlus: 'the change is multiplied by 1 + w, but must be by w',
    firstScale: 'every example has the scale of the first',
    firstClass: 'every example has the class of the first',
    mean: 'it is the mean of the two predictions',
    divided: 'the change is divided by the scale of guidance',
    sum: 'the two predictions are added, but the one without a class must be subtracted in the change',
    otherNone: 'class 0 is used as no class, not `none`',
    scaledInput: 'x is multiplied by the scale, but only the change must be',
    onlyScaled: 'the prediction for the class is multiplied by the scale, and the other one plays no part',
  },
  exclusive: [
    ['onlyClass', 'onlyNone', 'exchanged', 'fromClass', 'onlyChange', 'changeTurned', 'squared', 'onePlus'],
    ['onlyNone', 'firstClass'],
  ],
  alone: ['squared', 'mean', 'divided', 'sum', 'scaledInput', 'onlyClass', 'onlyNone', 'onlyScaled', 'changeTurned'],

  reference({ weights, shifts, x, classes, scale }, wrong) {
    return x.map((row, i) => {
      const w = scale[wrong.firstScale ? 0 : i]![0]!;
      const predict = (own: number): number[] =>
        weights[0]!.map((_, j) => {
          const input = sumOf(row.map((value, k) => (wrong.scaledInput ? w : 1) * value * weights[k]![j]!));
          return Math.tanh(input + shifts[own]![j]!);
        });
      const ofClass = predict(classes[wrong.firstClass ? 0 : i]!);
      const ofNone = predict(wrong.otherNone ? 0 : 3);
      return ofClass.map((c, j) => {
        const u = ofNone[j]!;
        if (wrong.onlyClass) return c;
        if (wrong.onlyScaled) return w * c;
        if (wrong.onlyNone) return u;
        if (wrong.mean) return (c + u) / 2;
        if (wrong.exchanged) return c + w * (u - c);
        if (wrong.fromClass) return c + w * (c - u);
        if (wrong.sum) return u + w * (c + u);
        const factor = wrong.squared ? w * w : wrong.onePlus ? 2 + w : wrong.divided ? 1 / w : w;
        return (wrong.onlyChange ? 0 : u) + (wrong.changeTurned ? -1 : 1) * factor * (c - u);
      });
    });
  },

  call(answer, { weights, shifts, x, classes, scale }, tf) {
    const predict = (at: Tensor2D, own: Tensor1D): unknown =>
      tf.tanh(tf.add(tf.matMul(at, weights as Tensor2D), tf.gather(shifts as Tensor2D, tf.cast(own, 'int32'))));
    return answer(predict, x, classes, 3, scale);
  },

  hints: [
    'The network is called twice with the same x. What differs between the two calls?',
    'No class is a class like the others for the network. How do you make one number for each example of `none`?',
    'Put in w = 0 and w = 1. Do you get the two predictions?',
  ],

  picture: {
    // numbers from -2 to 2
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      return {
        weights: [[1]],
        shifts: [[0], [1], [-1], [0]],
        x: line,
        classes: line.map(() => 1),
        scale: line.map(() => [3]),
      };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    { kind: 'gradients', points: 2, of: ['weights', 'x', 'scale'] },
    { kind: 'leaks', points: 1 },
  ],
});
