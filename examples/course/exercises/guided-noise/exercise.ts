import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, slopesOf } from 'tfjs-generative/testing';
import { logSoftmax } from '../../log-softmax.js';

export const exercise = defineExercise({
  name: 'guidedNoise',
  integers: ['classes'],
  inputs: (random) => ({
    weights: random.normal([3, 4]),
    predicted: random.normal([5, 3]),
    x: random.normal([5, 3]),
    classes: [1, 0, 3, ...random.integers([2], 0, 4)],
    alphaBar: random.uniform([5, 1], 0.2, 0.8),
    scale: random.uniform([], 1.5, 3),
  }),

  mistakes: {
    plus: 'the gradient is added, but must be subtracted',
    noScale: 'the gradient is not multiplied by the weight of guidance',
    noSigma: 'the gradient is not multiplied by the root of 1 - alphaBar',
    noRoot: 'the gradient is multiplied by 1 - alphaBar, but must be by its root',
    alpha: 'the gradient is multiplied by the root of alphaBar, but must be by that of 1 - alphaBar',
    divided: 'the gradient is divided by the root of 1 - alphaBar, but must be multiplied by it',
    onlyGradient: 'the predicted noise is missing',
    ofLogit: 'the gradient is that of the logit of the class: the softmax is missing',
    ofProbability: 'the gradient is that of the probability, but must be that of its logarithm',
    ofMean: 'the gradient is that of a mean over the examples, so it is divided by their number',
    allClasses: 'the gradient is that of the sum over all classes, but only the own class counts',
    firstClass: 'every example has the class of the first',
    softmaxOverBatch: 'the softmax is over the examples, not over the classes',
    normalised: 'the gradient is divided by its length',
    unguided: 'it is the predicted noise itself',
    atPredicted: 'the gradient is taken at the predicted noise, but must be at x',
    firstAlphaBar: 'every example has the alphaBar of the first',
    squaredScale: 'the weight of guidance is squared',
    binary: 'each class is judged by a sigmoid of its own, but the classes are rivals: a softmax is needed',
  },
  exclusive: [
    ['plus', 'unguided'],
    ['noSigma', 'noRoot', 'alpha', 'divided', 'firstAlphaBar', 'normalised', 'unguided'],
    ['noScale', 'squaredScale', 'normalised', 'unguided'],
    ['onlyGradient', 'unguided'],
    [
      'ofLogit',
      'ofProbability',
      'ofMean',
      'allClasses',
      'firstClass',
      'softmaxOverBatch',
      'binary',
      'atPredicted',
      'unguided',
    ],
  ],
  alone: [
    'noRoot',
    'alpha',
    'divided',
    'ofMean',
    'allClasses',
    'firstClass',
    'softmaxOverBatch',
    'normalised',
    'unguided',
    'atPredicted',
    'firstAlphaBar',
    'squaredScale',
    'binary',
  ],

  reference({ weights, predicted, x, classes, alphaBar, scale }, wrong) {
    const logitsAt = (row: readonly number[]): number[] =>
      weights[0]!.map(
        (_, j) => Math.tanh(row.reduce((sum, value, k) => sum + value * weights[k]![j]!, 0)) + row[0]! * j,
      );
    return x.map((row, i) => {
      const own = classes[wrong.firstClass ? 0 : i]!;
      const log = (at: readonly number[]): number => {
        const logits = logitsAt(at);
        if (wrong.ofLogit) return logits[own]!;
        if (wrong.binary) return -Math.log1p(Math.exp(-logits[own]!));
        if (wrong.softmaxOverBatch) return logSoftmax(x.map((other, k) => logitsAt(k === i ? at : other)[own]!))[i]!;
        const logs = logSoftmax(logits);
        if (wrong.allClasses) return logs.reduce((sum, value) => sum + value, 0);
        return wrong.ofProbability ? Math.exp(logs[own]!) : logs[own]!;
      };
      const slopes = wrong.unguided ? row.map(() => 0) : slopesOf(log, wrong.atPredicted ? predicted[i]! : row);
      const bar = alphaBar[wrong.firstAlphaBar ? 0 : i]![0]!;
      const root = Math.sqrt(1 - bar);
      const sigma = wrong.noSigma
        ? 1
        : wrong.noRoot
          ? 1 - bar
          : wrong.alpha
            ? Math.sqrt(bar)
            : wrong.divided
              ? 1 / root
              : root;
      const length = wrong.normalised ? Math.hypot(...slopes) : wrong.ofMean ? x.length : 1;
      const w = (wrong.noScale ? 1 : wrong.squaredScale ? scale * scale : scale) * (wrong.plus ? -1 : 1);
      return slopes.map((slope, j) => (wrong.onlyGradient ? 0 : predicted[i]![j]!) - (w * sigma * slope) / length);
    });
  },

  call(answer, { weights, predicted, x, classes, alphaBar, scale }, tf) {
    const classify = (at: Tensor2D): unknown => {
      const places = tf.expandDims(tf.range(0, weights!.shape[1]!), 0);
      return tf.add(tf.tanh(tf.matMul(at, weights as Tensor2D)), tf.mul(tf.slice(at, [0, 0], [-1, 1]), places));
    };
    return answer(classify, predicted, x, classes, alphaBar, scale);
  },

  hints: [
    'First write the function whose gradient you need: from x to one number.',
    'Each row of logits depends on its own example only, so one gradient has the slopes of all examples.',
    'Which way must x go to be more like its class? And which sign has noise, compared with that slope?',
  ],

  picture: {
    // numbers from -2 to 2, of class 1
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      return {
        weights: [[1, -1]],
        predicted: line.map(() => [0]),
        x: line,
        classes: line.map(() => 1),
        alphaBar: line.map(() => [0.5]),
        scale: 2,
      };
    },
  },

  checks: [
    { kind: 'values', points: 6 },
    { kind: 'leaks', points: 1 },
  ],
});
