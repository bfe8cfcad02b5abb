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
    ascent: 'the weights move towards a lower bound: the bound is to grow',
    noRate: 'the learning rate is missing',
    smallRate: 'the learning rate is 0.01, and it must be 0.1',
    sumOverBatch: 'the bound is a sum over the examples, not a mean',
    overPixels: 'the sum of the bounds is divided by the number of pixels, not of examples',
    onlyDecoder: 'the encoder does not move',
    onlyEncoder: 'the decoder does not move',
    returnsGradients: 'it returns the gradients, not the new weights',
    returnsSteps: 'it returns by how much the weights move, not the new weights',
    decoderLater:
      'the decoder moves after the encoder, by a gradient of its own: both must move by the gradient of one bound',
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
    ['returnsGradients', 'returnsSteps', 'noRate'],
    ['returnsGradients', 'noRate', 'smallRate'],
    ['decodesMean', 'oneNoise', 'byVariance', 'notScaled'],
    ['detachedSample', 'noDivergence'],
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
      const count = wrong.sumOverBatch ? 1 : wrong.overPixels ? x[0]!.length : x.length;
      return ((wrong.ascent ? 1 : -1) * sumOf(bounds)) / count;
    };
    const rate = wrong.noRate || wrong.returnsGradients ? 1 : wrong.smallRate ? 0.01 : 0.1;
    const moved = (weights: Matrix, slopes: Matrix, isStill: boolean): Matrix =>
      each(
        (weight, slope) => {
          const step = isStill ? 0 : rate * slope;
          return wrong.returnsGradients ? step : wrong.returnsSteps ? -step : weight - step;
        },
        weights,
        slopes,
      );
    const slopes = slopesOf((e) => loss(e, decoder), encoder);
    const next = wrong.decoderLater ? each((w, s) => w - rate * s, encoder, slopes) : encoder;
    return {
      encoder: moved(encoder, slopes, wrong.onlyDecoder),
      decoder: moved(
        decoder,
        slopesOf((d) => loss(next, d), decoder),
        wrong.onlyEncoder,
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
    'First write the loss as a function of the two sets of weights alone: encode, draw a sample, decode, and take the bound. What number comes out, and should it grow or shrink?',
    'One call of TensorFlow.js gives the gradients of a function of several arguments, all at the same point.',
    'Follow the encoder’s weights through your loss: they act on the posterior, and through the sample on the logits.',
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
  const deviation = wrong['decodesMean'] ? 0 : wrong['notScaled'] ? 1 : Math.exp(wrong['byVariance'] ? l : l / 2);
  const logits = product([m + deviation * noise[0]!], d);
  const [mean, logVariance] = wrong['noDivergence'] ? [0, 0] : (product(row, e) as [number, number]);
  const logLikelihood = sumOf(each((x, logit) => x * logit - Math.log1p(Math.exp(logit)), row, logits));
  return logLikelihood - 0.5 * (Math.exp(logVariance) + mean ** 2 - 1 - logVariance);
}

function product(row: readonly number[], matrix: Matrix): number[] {
  return matrix[0]!.map((_, j) => sumOf(row.map((value, i) => value * matrix[i]![j]!)));
}
