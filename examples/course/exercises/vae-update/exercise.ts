import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, slopesOf, sumOf } from 'tfjs-generative/testing';
import { drawSteps } from '../../draw-steps.js';
import type { Model } from './model.js';

type Matrix = number[][];

export const exercise = defineExercise({
  name: 'vaeUpdate',
  inputs: (random) => ({
    encoder: random.normal([2, 2]),
    decoder: random.normal([1, 2]),
    x: random.integers([3, 2], 0, 2),
    noise: random.normal([3, 1]),
  }),

  mistakes: {
    ascent: 'the weights move towards a lower bound, but the bound must grow',
    encoderDescends: 'the encoder moves towards a lower bound, but the bound must grow',
    decoderDescends: 'the decoder moves towards a lower bound, but the bound must grow',
    noRate: 'the learning rate is missing',
    smallRate: 'the learning rate is 0.01, but it must be 0.1',
    sumOverBatch: 'the bound is a sum over the examples, not a mean',
    overPixels: 'the sum of the bounds is divided by the number of pixels, not of examples',
    onlyDecoder: 'the encoder does not move',
    onlyEncoder: 'the decoder does not move',
    returnsGradients: 'it returns the gradients, not the new weights',
    returnsGradientsOfBound: 'it returns the gradients, not the new weights',
    returnsSteps: 'it returns by how much the weights move, not the new weights',
    decoderLater:
      'the decoder moves after the encoder, by a gradient of its own: both must move by the gradient of one bound',
    encoderLater:
      'the encoder moves after the decoder, by a gradient of its own: both must move by the gradient of one bound',
    tinyRate: 'the learning rate is 0.001, but it must be 0.1',
    meanTwice: 'the bound is divided by the number of examples twice',
    firstExample: 'only the bound of the first example counts',
    decodesNoise: 'the noise itself is decoded, not a sample of the posterior',
    minusNoise: 'the noise is subtracted from the mean, not added',
    byLogVariance: 'the noise is scaled by the log-variance itself, not by the standard deviation',
    logDeviation: 'the noise is scaled by exp(2 logVariance), not by the standard deviation',
    scaledMean: 'the mean is scaled instead of the noise',
    takesProbabilities: 'the bound takes logits, but gets probabilities',
    takesVariance: 'the bound takes the logarithm of the variance, but gets the variance',
    exchanged: 'the pixels and the logits are exchanged in the bound',
    decodesMean: 'the mean is decoded instead of a sample',
    oneNoise: 'every example has the noise of the first',
    byVariance: 'the noise is scaled by the variance instead of the standard deviation',
    notScaled: 'the noise is not scaled',
    detachedSample: 'no gradient reaches the encoder through the sample',
    noDivergence: 'no gradient of the divergence reaches the encoder',
  },
  exclusive: [
    ['sumOverBatch', 'overPixels'],
    ['onlyDecoder', 'onlyEncoder'],
    ['onlyDecoder', 'decoderLater', 'detachedSample', 'noDivergence'],
    ['onlyEncoder', 'decoderLater'],
    // the gradients of the bound, whose sign is that of no descent
    ['returnsGradients', 'ascent'],
    ['returnsGradients', 'returnsSteps', 'noRate'],
    ['returnsGradients', 'noRate', 'smallRate'],
    ['decodesMean', 'oneNoise', 'byVariance', 'notScaled'],
    ['detachedSample', 'noDivergence'],
  ],

  alone: [
    'returnsGradientsOfBound',
    'encoderDescends',
    'decoderDescends',
    'encoderLater',
    'tinyRate',
    'meanTwice',
    'firstExample',
    'decodesNoise',
    'minusNoise',
    'byLogVariance',
    'logDeviation',
    'scaledMean',
    'takesProbabilities',
    'takesVariance',
    'exchanged',
  ],

  reference({ encoder, decoder, x, noise }, wrong) {
    const loss = (e: Matrix, d: Matrix): number => {
      const bounds = x.map((row, i) => {
        const bound = boundOf(
          { e, sampler: wrong.detachedSample ? encoder : e, d },
          row,
          noise[wrong.oneNoise ? 0 : i]!,
          wrong,
        );
        return bound;
      });
      const count = wrong.sumOverBatch
        ? 1
        : wrong.overPixels
          ? x[0]!.length
          : wrong.meanTwice
            ? x.length ** 2
            : x.length;
      const total = wrong.firstExample ? bounds[0]! * count : sumOf(bounds);
      return ((wrong.ascent ? 1 : -1) * total) / count;
    };
    const returnsGradients = wrong.returnsGradients || wrong.returnsGradientsOfBound;
    const rate = wrong.noRate || returnsGradients ? 1 : wrong.smallRate ? 0.01 : wrong.tinyRate ? 0.001 : 0.1;
    const moved = (weights: Matrix, slopes: Matrix, sign: number): Matrix =>
      each(
        (weight, slope) => {
          const step = sign * rate * slope;
          if (returnsGradients) return wrong.returnsGradients ? step : -step;
          return wrong.returnsSteps ? -step : weight - step;
        },
        weights,
        slopes,
      );
    const stepped = (weights: Matrix, slopes: Matrix): Matrix => each((w, s) => w - rate * s, weights, slopes);
    const ofDecoder = (e: Matrix): Matrix => slopesOf((d) => loss(e, d), decoder);
    const ofEncoder = (d: Matrix): Matrix => slopesOf((e) => loss(e, d), encoder);
    const slopes = ofEncoder(wrong.encoderLater ? stepped(decoder, ofDecoder(encoder)) : decoder);
    return {
      encoder: moved(encoder, slopes, wrong.onlyDecoder ? 0 : wrong.encoderDescends ? -1 : 1),
      decoder: moved(
        decoder,
        ofDecoder(wrong.decoderLater ? stepped(encoder, slopes) : encoder),
        wrong.onlyEncoder ? 0 : wrong.decoderDescends ? -1 : 1,
      ),
    };
  },

  call(answer, { encoder, decoder, x, noise }, tf) {
    const model: Model = {
      // two columns: the mean and the logarithm of the variance of one latent
      encode(weights, data) {
        const [mean, logVariance] = tf.split(tf.matMul(data as Tensor2D, weights as Tensor2D), 2, 1);
        return { mean: mean!, logVariance: logVariance! };
      },
      decode: (weights, z) => tf.matMul(z, weights),
      elbo(data, logits, mean, logVariance) {
        const terms = tf.sub(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), 1), logVariance);
        const logLikelihood = tf.sum(tf.sub(tf.mul(data, logits), tf.softplus(logits)), 1);
        return tf.sub(logLikelihood, tf.mul(0.5, tf.sum(terms, 1)));
      },
    };
    return answer(encoder, decoder, x, noise, model);
  },

  hints: [
    'First write the mean bound as a function of the two sets of weights alone: encode, make a sample, decode, and take the bound. Should that number grow or shrink?',
    'One call of TensorFlow.js gives the gradients of a function of several arguments, all at the same point.',
    'Follow the encoder’s weights through the bound: they act on the posterior, and through the sample on the logits.',
  ],

  picture: {
    inputs: (random) => ({
      encoder: random.normal([2, 2]),
      decoder: random.normal([1, 2]),
      x: random.integers([6, 2], 0, 2),
      noise: random.normal([6, 1]),
    }),
    draw: (yours, target, { encoder, decoder }) => drawSteps(yours, target, { encoder, decoder }),
  },

  checks: [
    { kind: 'values', points: 6 },
    {
      kind: 'values',
      name: 'another batch',
      points: 2,
      inputs: (random) => ({
        encoder: random.normal([4, 2]),
        decoder: random.normal([1, 4]),
        x: random.integers([2, 4], 0, 2),
        noise: random.normal([2, 1]),
      }),
    },
    { kind: 'leaks', points: 2 },
  ],
});

interface Weights {
  readonly e: Matrix;
  /** The encoder's weights as the sample knows them. */
  readonly sampler: Matrix;
  readonly d: Matrix;
}

/** The bound of one example. */
function boundOf(
  { e, sampler, d }: Weights,
  row: readonly number[],
  noise: readonly number[],
  wrong: Readonly<Record<string, boolean>>,
): number {
  const [m, l] = product(row, sampler) as [number, number];
  const power = wrong['byVariance'] ? 1 : wrong['logDeviation'] ? 2 : 0.5;
  const deviation = wrong['decodesMean']
    ? 0
    : wrong['notScaled']
      ? 1
      : wrong['byLogVariance']
        ? l
        : (wrong['minusNoise'] ? -1 : 1) * Math.exp(power * l);
  const z = wrong['decodesNoise']
    ? noise[0]!
    : wrong['scaledMean']
      ? deviation * m + noise[0]!
      : m + deviation * noise[0]!;
  const outputs = product([z], d);
  const given = wrong['takesProbabilities'] ? outputs.map((logit) => 1 / (1 + Math.exp(-logit))) : outputs;
  const [pixels, logits] = wrong['exchanged'] ? [given, row] : [row, given];
  const [mean, own] = wrong['noDivergence'] ? [0, 0] : (product(row, e) as [number, number]);
  const logVariance = wrong['takesVariance'] ? Math.exp(own) : own;
  const logLikelihood = sumOf(each((x, logit) => x * logit - Math.log1p(Math.exp(logit)), pixels, logits));
  return logLikelihood - 0.5 * (Math.exp(logVariance) + mean ** 2 - 1 - logVariance);
}

function product(row: readonly number[], matrix: Matrix): number[] {
  return matrix[0]!.map((_, j) => sumOf(row.map((value, i) => value * matrix[i]![j]!)));
}
