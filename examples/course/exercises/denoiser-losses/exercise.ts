import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'denoiserLosses',
  inputs: (random) => ({
    weights: random.normal([2, 2]),
    x: random.normal([3, 2]),
    noise: random.normal([3, 2]),
    alphaBar: random.uniform([3, 1], 0.2, 0.8),
  }),

  mistakes: {
    seesData: 'the network gets the data without noise',
    noRoots: 'alpha and sigma are the square roots of alphaBar and of 1 - alphaBar, but the roots are missing',
    exchanged: 'alpha and sigma are exchanged',
    targetSign: 'the velocity to predict has the wrong sign',
    targetSum: 'the velocity to predict is a sum, but one of its terms must be negative',
    targetLine: 'the velocity to predict is noise minus data, as on a straight line',
    targetOther:
      'the velocity to predict is alpha times the data minus sigma times the noise, but it is the other way round',
    sampleFromNoise: 'the data are predicted with the true noise, but must be predicted from x_t and the velocity',
    noiseFromSample: 'the noise is predicted with the true data, but must be predicted from x_t and the velocity',
    predictionsExchanged: 'the predictions of data and noise are exchanged',
    divided: 'the error of the velocity is divided by alpha and by sigma, but must be multiplied by sigma and by alpha',
    notScaled: 'x_t is not scaled in the predictions of data and noise',
    velocityNotScaled: 'the velocity is not scaled in the predictions of data and noise',
    oneAlphaBar: 'every example has the alphaBar of the first',
    meanAlphaBar: 'every example has the mean of alphaBar',
    complement: 'sigma is 1 - alpha, but the squares of alpha and sigma must add up to 1',
    rootOfComplement: 'sigma is the root of 1 - alpha, but the squares of alpha and sigma must add up to 1',
    alphaBarAsAlpha: 'alphaBar is used as alpha, but it is the square of alpha',
    noisedMinus: 'the noise is subtracted in x_t, but must be added',
    halved: 'the losses are halved, but the mean squares have no factor 1/2',
    targetExchanged: 'alpha and sigma are exchanged in the velocity to predict',
    sampleSign: 'the velocity has the wrong sign in the prediction of the data',
    noiseSign: 'the velocity has the wrong sign in the prediction of the noise',
    sampleIsOutput: 'the network’s output is compared with the data, but it is a velocity',
    noiseIsOutput: 'the network’s output is compared with the noise, but it is a velocity',
    sampleOfNoise: 'the data are predicted as if the network’s output were the noise',
    noiseOfSample: 'the noise is predicted as if the network’s output were the data',
    trueSample: 'the predicted data are the true ones, whatever the network says',
    trueNoise: 'the predicted noise is the true one, whatever the network says',
    sampleExchanged: 'alpha and sigma are exchanged in the prediction of the data',
    noiseExchanged: 'alpha and sigma are exchanged in the prediction of the noise',
    minusInNoise: 'x_t has the wrong sign in the prediction of the noise',
    notSquared: 'the squared error of the velocity has the weights sigma and alpha, but needs their squares',
    meanWeights: 'the mean loss is multiplied by a mean weight, but each example has its own weight',
    noRootOfMean: 'the losses are roots of mean squares, but must be the mean squares themselves',
    magnitudes: 'the losses are means of magnitudes, not of squares',
    sumOverFeatures: 'the losses are sums over features, not means',
    sumOverAll: 'the losses are sums over all numbers, not means',
    sampleForNoise: 'the losses of data and noise are exchanged',
  },
  exclusive: [
    ['noRoots', 'exchanged'],
    ['targetSign', 'targetSum', 'targetLine', 'targetExchanged'],
    ['sampleSign', 'sampleIsOutput', 'sampleOfNoise', 'sampleFromNoise'],
    ['sampleFromNoise', 'noRoots', 'exchanged'],
    ['noiseFromSample', 'noRoots', 'exchanged'],
    ['noiseSign', 'noiseIsOutput', 'noiseOfSample', 'noiseFromSample'],
    ['noRootOfMean', 'magnitudes', 'sumOverFeatures', 'sumOverAll'],
  ],

  alone: [
    'targetOther',
    'trueSample',
    'trueNoise',
    'sampleExchanged',
    'noiseExchanged',
    'minusInNoise',
    'notSquared',
    'meanWeights',
    'predictionsExchanged',
    'divided',
    'notScaled',
    'velocityNotScaled',
    'oneAlphaBar',
    'meanAlphaBar',
    'complement',
    'rootOfComplement',
    'alphaBarAsAlpha',
    'noisedMinus',
    'halved',
  ],

  reference({ weights, x, noise, alphaBar }, wrong) {
    const errors = x.map((row, i) => {
      const e = noise[i]!;
      const bar = wrong.meanAlphaBar ? meanOf(alphaBar) : alphaBar[wrong.oneAlphaBar ? 0 : i]![0]!;
      const factors = factorsOf(bar, wrong);
      const [alpha, sigma] = wrong.exchanged ? ([factors[1], factors[0]] as const) : factors;
      const xt = each((a, b) => alpha * a + (wrong.noisedMinus ? -sigma : sigma) * b, row, e);
      const given = wrong.seesData ? row : xt;
      const velocity = weights[0]!.map((_, j) => Math.tanh(sumOf(given.map((value, k) => value * weights[k]![j]!))));
      const [c, d] = wrong.targetLine
        ? [-1, 1]
        : wrong.targetOther
          ? [alpha, -sigma]
          : wrong.targetExchanged
            ? [-alpha, sigma]
            : [wrong.targetSum ? sigma : -sigma, alpha];
      const sign = wrong.targetSign ? -1 : 1;
      const output = (from: readonly number[], ofX: number, ofVelocity: number): number[] =>
        each((a, v) => ofX * a + ofVelocity * v, from, velocity) as number[];
      const [ofX, ofVelocity] = [wrong.notScaled, wrong.velocityNotScaled];
      const sample = wrong.trueSample
        ? row
        : wrong.sampleExchanged
          ? output(xt, sigma, -alpha)
          : wrong.sampleIsOutput
            ? velocity
            : wrong.sampleOfNoise
              ? output(xt, 1 / alpha, -sigma / alpha)
              : wrong.sampleFromNoise
                ? output(e, alpha / sigma, -1 / sigma)
                : output(xt, ofX ? 1 : alpha, (wrong.sampleSign ? 1 : -1) * (ofVelocity ? 1 : sigma));
      const predicted = wrong.trueNoise
        ? e
        : wrong.noiseExchanged
          ? output(xt, alpha, sigma)
          : wrong.minusInNoise
            ? output(xt, -sigma, alpha)
            : wrong.noiseIsOutput
              ? velocity
              : wrong.noiseOfSample
                ? output(xt, 1 / sigma, -alpha / sigma)
                : wrong.noiseFromSample
                  ? output(row, sigma / alpha, 1 / alpha)
                  : output(xt, ofX ? 1 : sigma, (wrong.noiseSign ? -1 : 1) * (ofVelocity ? 1 : alpha));
      const [ofSample, ofNoise] = wrong.divided
        ? [alpha * sigma, alpha * sigma]
        : wrong.notSquared
          ? [Math.sqrt(sigma), Math.sqrt(alpha)]
          : [1, 1];
      const [asSample, asNoise] = wrong.predictionsExchanged ? [predicted, sample] : [sample, predicted];
      return {
        velocity: each((v, a, b) => v - sign * (c * a + d * b), velocity, row, e),
        sample: each((a, b) => (a - b) / ofSample, asSample, row),
        noise: each((a, b) => (a - b) / ofNoise, asNoise, e),
      };
    });
    const lossOf = (name: 'velocity' | 'sample' | 'noise'): number => {
      const terms = each(
        (error) => (wrong.magnitudes ? Math.abs(error) : error * error),
        errors.map((each) => each[name]),
      );
      if (wrong.sumOverAll) return sumOf(terms);
      const mean = meanOf(terms) * (wrong.sumOverFeatures ? terms[0]!.length : wrong.halved ? 0.5 : 1);
      return wrong.noRootOfMean ? Math.sqrt(mean) : mean;
    };
    if (wrong.meanWeights) {
      const [velocity, weight] = [lossOf('velocity'), meanOf(alphaBar)];
      return { velocity, sample: (1 - weight) * velocity, noise: weight * velocity };
    }
    const [sample, ofNoise] = wrong.sampleForNoise ? (['noise', 'sample'] as const) : (['sample', 'noise'] as const);
    return { velocity: lossOf('velocity'), sample: lossOf(sample), noise: lossOf(ofNoise) };
  },

  call: (answer, { weights, x, noise, alphaBar }, tf) =>
    answer((xt: Tensor2D) => tf.tanh(tf.matMul(xt, weights as Tensor2D)), x, noise, alphaBar),

  hints: [
    'Data, noise, x at the timestep and the velocity are four points in a plane that data and noise span. Draw it: alpha and sigma are a cosine and a sine.',
    'The two equations for x at the timestep and for the velocity are a rotation. What is the inverse of a rotation?',
    'The network sees what is noised, and nothing else. Each of the three predictions then has a target of its own that you know.',
  ],

  // one example at all shares of noise, from nearly none to nearly all
  picture: {
    inputs: () =>
      Array.from({ length: 33 }, (_, i) => ({
        weights: [
          [0.5, -1],
          [1, 0.5],
        ],
        x: [[1, -0.5]],
        noise: [[-0.5, 1.5]],
        alphaBar: [[0.98 - 0.03 * i]],
      })),
  },

  checks: [
    { kind: 'values', points: 6 },
    { kind: 'gradients', points: 2, of: ['weights'] },
    { kind: 'leaks', points: 1 },
  ],
});

/** The factors of data and noise in x_t. */
function factorsOf(
  alphaBar: number,
  wrong: Readonly<Record<string, boolean>>,
): readonly [alpha: number, sigma: number] {
  if (wrong['noRoots']) return [alphaBar, 1 - alphaBar];
  if (wrong['alphaBarAsAlpha']) return [alphaBar, Math.sqrt(1 - alphaBar ** 2)];
  const alpha = Math.sqrt(alphaBar);
  if (wrong['complement']) return [alpha, 1 - alpha];
  return [alpha, Math.sqrt(1 - (wrong['rootOfComplement'] ? alpha : alphaBar))];
}
