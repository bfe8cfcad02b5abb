import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'hierarchicalKl',
  inputs: (random) => ({
    weights: random.normal([3, 4]),
    topMean: random.normal([5, 3]),
    topLogVariance: random.normal([5, 3]),
    mean: random.normal([5, 4]),
    logVariance: random.normal([5, 4]),
    noise: random.normal([5, 3]),
  }),

  mistakes: {
    negative: 'it has the wrong sign: the divergences are added, and none is negative',
    noTop: 'the divergence of the top latents is missing',
    noLower: 'the divergence of the lower latents is missing',
    difference: 'one divergence is subtracted from the other, but they must be added',
    noSample: 'the prior gets the mean of the top latents, not their sample',
    noiseAlone: 'the prior gets the noise itself, not a sample of the posterior',
    byVariance: 'in the sample, the noise is scaled by the variance, not by the standard deviation',
    notScaled: 'in the sample, the noise is not scaled by the standard deviation',
    minusNoise: 'in the sample, the noise is subtracted, but must be added',
    standardPrior: 'the lower latents are compared with N(0, I), not with the prior from the top ones',
    reversed: 'posterior and prior of the lower latents are exchanged',
    noHalf: 'the factor 1/2 is missing in both divergences',
    noHalfOfTop: 'the factor 1/2 is missing in the divergence of the top latents',
    noHalfOfLower: 'the factor 1/2 is missing in the divergence of the lower latents',
    noMinusOne: 'the -1 of each latent is missing',
    notScaledDistance: 'the squared difference of the means is not divided by the variance of the prior',
    noPriorVariance: 'the variance of the prior of the lower latents plays no part',
    noPriorMean: 'the mean of the prior of the lower latents plays no part',
    meanOverLatents: 'each divergence is a mean over its latents, not a sum',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
    meanOfLevels: 'it is the mean of the two divergences, but must be their sum',
  },
  exclusive: [
    ['noTop', 'noLower', 'difference', 'meanOfLevels'],
    ['noSample', 'noiseAlone', 'byVariance', 'notScaled', 'minusNoise', 'standardPrior', 'noLower'],
    ['noLower', 'reversed', 'standardPrior', 'noPriorVariance', 'noPriorMean', 'notScaledDistance'],
    ['noHalf', 'noHalfOfTop', 'noHalfOfLower', 'noTop', 'meanOfLevels'],
    ['meanOverBatch', 'sumOverBatch'],
    ['noLower', 'noHalf', 'noHalfOfTop', 'noHalfOfLower'],
  ],
  alone: [
    'difference',
    'noiseAlone',
    'minusNoise',
    'noHalfOfTop',
    'noHalfOfLower',
    'noMinusOne',
    'notScaledDistance',
    'noPriorVariance',
    'noPriorMean',
    'meanOfLevels',
    'notScaled',
    'sumOverBatch',
  ],

  reference({ weights, topMean, topLogVariance, mean, logVariance, noise }, wrong) {
    const totals = topMean.map((row, n) => {
      const u = row.map((m, j) => {
        const [l, e] = [topLogVariance[n]![j]!, noise[n]![j]!];
        const deviation = wrong.notScaled ? 1 : Math.exp((wrong.byVariance ? 1 : 0.5) * l);
        if (wrong.noSample) return m;
        return wrong.noiseAlone ? e : m + (wrong.minusNoise ? -1 : 1) * deviation * e;
      });
      const isStandard = wrong.standardPrior;
      const priors = mean[n]!.map((_, k) => {
        const hidden = sumOf(u.map((value, j) => value * weights[j]![k]!));
        return [
          isStandard || wrong.noPriorMean ? 0 : hidden,
          isStandard || wrong.noPriorVariance ? 0 : Math.tanh(hidden),
        ] as const;
      });
      const one = wrong.noMinusOne ? 0 : 1;
      const klOf = (m: number, l: number, pm: number, pl: number): number =>
        0.5 * (Math.exp(l - pl) + (m - pm) ** 2 / (wrong.notScaledDistance ? 1 : Math.exp(pl)) - one - (l - pl));
      const reduce = wrong.meanOverLatents ? meanOf : sumOf;
      const top = reduce(row.map((m, j) => klOf(m, topLogVariance[n]![j]!, 0, 0)));
      const lower = reduce(
        mean[n]!.map((m, k) => {
          const [l, [pm, pl]] = [logVariance[n]![k]!, priors[k]!];
          return wrong.reversed ? klOf(pm, pl, m, l) : klOf(m, l, pm, pl);
        }),
      );
      const ofTop = wrong.noTop ? 0 : wrong.noHalf || wrong.noHalfOfTop ? 2 : 1;
      const ofLower = wrong.noLower ? 0 : wrong.noHalf || wrong.noHalfOfLower ? 2 : wrong.difference ? -1 : 1;
      return ((wrong.negative ? -1 : 1) * (ofTop * top + ofLower * lower)) / (wrong.meanOfLevels ? 2 : 1);
    });
    if (wrong.sumOverBatch) return sumOf(totals);
    return wrong.meanOverBatch ? meanOf(totals) : totals;
  },

  call(answer, { weights, topMean, topLogVariance, mean, logVariance, noise }, tf) {
    const prior = (u: Tensor2D): unknown => {
      const hidden = tf.matMul(u, weights as Tensor2D);
      return { mean: hidden, logVariance: tf.tanh(hidden) };
    };
    return answer(prior, topMean, topLogVariance, mean, logVariance, noise);
  },

  hints: [
    'You wrote the divergence from N(0, I) and from another Gaussian in earlier exercises. Which one belongs to which level?',
    'What must the network of the prior get, so that it has seen what the decoder will see: a mean, or a sample?',
    'Both levels have a sum over their own latents. What remains is one number for each example and level.',
  ],

  picture: {
    unit: 'nats',
    // the lower mean goes from -3 to 3, and that of its prior is 1
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [(3 * i) / 20 - 3]);
      const zeros = line.map(() => [0]);
      return {
        weights: [[1]],
        topMean: line.map(() => [1]),
        topLogVariance: zeros,
        mean: line,
        logVariance: zeros,
        noise: zeros,
      };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    { kind: 'gradients', points: 3, of: ['topMean', 'topLogVariance', 'mean', 'logVariance', 'weights'] },
    { kind: 'leaks', points: 1 },
  ],
});
