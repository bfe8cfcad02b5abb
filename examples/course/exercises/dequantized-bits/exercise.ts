import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'dequantizedBits',
  inputs: (random) => ({
    weights: each((w) => (w < 0 ? w - 3 : w + 3), random.normal([3])),
    pixels: random.integers([4, 3], 20, 240),
    noise: random.uniform([4, 3]),
  }),

  mistakes: {
    negative: 'it has the wrong sign: costs in bits are positive',
    nats: 'it is in nats, not in bits',
    timesLog2: 'it is multiplied by log 2, but nats become bits if they are divided by it',
    noVolume: 'the term D log 256 of the scaling is missing',
    volumeOnce: 'the term log 256 occurs once for each example, but must for each dimension',
    volumeTurned: 'the term D log 256 has the wrong sign',
    volumeBits: 'the volume is in bits, but the density is in nats: 8 for each dimension',
    volume255: 'the volume is made of 255, not of 256',
    noNoise: 'no noise is added to the pixels',
    centredNoise: 'the noise is centred at 0, but must be between 0 and 1',
    minusNoise: 'the noise is subtracted, but must be added',
    by255: 'the pixels are divided by 255, not by 256',
    noiseNotScaled: 'the noise is added after the division by 256, but must be before it',
    notScaled: 'the density gets numbers from 0 to 256, not from 0 to 1',
    notPerDimension: 'it is not divided by the number of dimensions',
    overBatch: 'it is divided by the number of examples, not of dimensions',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
    firstNoise: 'every example has the noise of the first',
  },
  exclusive: [
    ['nats', 'timesLog2'],
    ['noVolume', 'volumeOnce', 'volumeTurned', 'volumeBits', 'volume255'],
    ['noNoise', 'centredNoise', 'minusNoise', 'by255', 'noiseNotScaled', 'notScaled', 'firstNoise'],
    ['notPerDimension', 'overBatch'],
    ['meanOverBatch', 'sumOverBatch'],
    ['volumeOnce', 'notPerDimension', 'overBatch'],
  ],
  alone: [
    'timesLog2',
    'volumeBits',
    'volume255',
    'centredNoise',
    'minusNoise',
    'noiseNotScaled',
    'notScaled',
    'overBatch',
    'sumOverBatch',
    'firstNoise',
  ],

  reference({ weights, pixels, noise }, wrong) {
    const dimensions = pixels[0]!.length;
    const volume = wrong.noVolume
      ? 0
      : wrong.volumeOnce
        ? Math.log(256)
        : dimensions * (wrong.volumeBits ? 8 : Math.log(wrong.volume255 ? 255 : 256)) * (wrong.volumeTurned ? -1 : 1);
    const bits = pixels.map((row, i) => {
      const logs = row.map((pixel, j) => {
        const u = wrong.noNoise ? 0 : noise[wrong.firstNoise ? 0 : i]![j]! - (wrong.centredNoise ? 0.5 : 0);
        const scale = wrong.notScaled ? 1 : wrong.by255 ? 255 : 256;
        const y = wrong.noiseNotScaled ? pixel / 256 + u : (pixel + (wrong.minusNoise ? -u : u)) / scale;
        return weights[j]! * (y - 0.3) ** 2;
      });
      const nats = volume - sumOf(logs);
      const unit = wrong.nats ? 1 : wrong.timesLog2 ? 1 / Math.LN2 : Math.LN2;
      const count = wrong.notPerDimension ? 1 : wrong.overBatch ? pixels.length : dimensions;
      return ((wrong.negative ? -1 : 1) * nats) / unit / count;
    });
    if (wrong.sumOverBatch) return sumOf(bits);
    return wrong.meanOverBatch ? meanOf(bits) : bits;
  },

  call(answer, { weights, pixels, noise }, tf) {
    const logDensity = (y: Tensor2D): unknown => tf.sum(tf.mul(weights!, tf.square(tf.sub(y, 0.3))), 1);
    return answer(pixels, noise, logDensity);
  },

  hints: [
    'What does the density get? All its arguments must be between 0 and 1.',
    'With the uniform density, each pixel costs the same. How much is that in bits, and where does it come from?',
    'Everything is in nats until the end. What do you divide by to get bits, and what to get bits for each dimension?',
  ],

  picture: {
    unit: 'bits',
    // one pixel of all values
    inputs: () => ({
      weights: [4],
      pixels: Array.from({ length: 52 }, (_, i) => [5 * i]),
      noise: Array.from({ length: 52 }, () => [0.5]),
    }),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'another size',
      points: 1,
      inputs: (random) => ({
        weights: random.normal([5]),
        pixels: random.integers([3, 5], 0, 256),
        noise: random.uniform([3, 5]),
      }),
    },
    { kind: 'gradients', points: 2, of: ['weights'] },
    { kind: 'leaks', points: 1 },
  ],
});
