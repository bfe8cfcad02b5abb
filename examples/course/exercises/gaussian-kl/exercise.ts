import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';
import {
  divergenceMistakes,
  divergenceOf,
  limitMistakes,
  limitNames,
  rareInDivergence,
  sumOfLatents,
} from '../../divergence.js';

export const exercise = defineExercise({
  name: 'gaussianKl',
  // the first logarithms have logarithms themselves
  inputs: (random) => ({
    mean: random.normal([4, 3]),
    logVariance: [...random.uniform([2, 3], 0.2, 1.5), ...random.normal([2, 3])],
  }),

  mistakes: {
    ...divergenceMistakes,
    negative: 'it is minus the divergence',
    meanOverLatents: 'it is a mean over latents, not a sum',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
    sumOverExamples: 'the sum is over the examples, not over the latents of each',
    squareOfSum: 'the means are added up before they are squared, but each must be squared',
    overBatchSize: 'it is divided by the number of examples, but each example has its own divergence',
    pi: 'a logarithm of 2 pi is left over: those of the two densities cancel',
    minusPi: 'a logarithm of 2 pi is left over, with a minus: those of the two densities cancel',
    entropy: 'it is the entropy of the Gaussian, and the prior plays no part in it',
    ...limitMistakes,
  },
  exclusive: [
    ['noMean', 'meanNotSquared'],
    ['noVariance', 'varianceGiven', 'standardDeviation', 'logDeviation', 'deviationGiven', 'noExponential', 'reversed'],
    ['noLogVariance', 'plusLogVariance', 'reversed'],
    ['noLogVariance', 'halfLogVariance'],
    ['logDeviation', 'halfLogVariance'],
    ['meanOverLatents', 'sumOverBatch', 'sumOverExamples'],
  ],
  alone: [...rareInDivergence, 'squareOfSum', 'overBatchSize', 'pi', 'minusPi', 'entropy', ...limitNames],

  reference({ mean, logVariance }, wrong) {
    const terms = each(
      (m, l) => {
        if (wrong.entropy) return (l + Math.log(2 * Math.PI) + 1) / 2;
        const rest = wrong.pi ? 1 : wrong.minusPi ? -1 : 0;
        const term = divergenceOf(m, l, mean[0]!.length, wrong) + (rest * Math.log(2 * Math.PI)) / 2;
        const scale = (wrong.negative ? -1 : 1) / (wrong.overBatchSize ? mean.length : 1);
        return scale * term;
      },
      mean,
      logVariance,
    );
    if (wrong.sumOverBatch) return sumOf(terms);
    if (wrong.sumOverExamples) return terms[0]!.map((_, j) => sumOf(terms.map((row) => row[j]!)));
    if (wrong.squareOfSum)
      return terms.map((row, i) => sumOf(row) + (sumOf(mean[i]!) ** 2 - sumOf(mean[i]!.map((m) => m * m))) / 2);
    return terms.map((row) => (wrong.meanOverLatents ? meanOf(row) : sumOfLatents(row, wrong)));
  },

  // one latent, whose mean goes from -3 to 3
  picture: {
    unit: 'nats',
    inputs: () => ({
      mean: Array.from({ length: 25 }, (_, i) => [(i - 12) / 4]),
      logVariance: Array.from({ length: 25 }, () => [0.5]),
    }),
  },

  hints: [
    'Write down the divergence of one latent first. It must be 0 for a mean of 0 and a variance of 1: do its terms cancel there?',
    'The argument is a logarithm: where does the formula need it as it is, and where the variance itself?',
    'Independent latents add up. Which axis are they on, and what shape is left?',
  ],

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'a standard Gaussian',
      points: 1,
      inputs: () => ({ mean: [[0, 0, 0]], logVariance: [[0, 0, 0]] }),
    },
    { kind: 'gradients', points: 3 },
    { kind: 'leaks', points: 1 },
  ],
});
