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
  name: 'elbo',
  inputs: (random) => ({
    x: random.integers([3, 4], 0, 2),
    // the first row is one of probabilities, too, and the first logarithms have logarithms themselves
    logits: [...random.uniform([1, 4], 0.1, 0.9), ...random.normal([2, 4])],
    // a row of large divergences, which no limit leaves out
    mean: [...random.normal([2, 5]), ...each((m) => Math.sign(m) * (3 + Math.abs(m)), random.normal([1, 5]))],
    logVariance: [...random.uniform([1, 5], 0.2, 1.5), ...random.normal([2, 5])],
  }),

  mistakes: {
    negative: 'it is minus the bound, which is the loss',
    noDivergence: 'the divergence is missing',
    plusDivergence: 'the divergence is added, but must be subtracted',
    noLikelihood: 'the log-likelihood is missing',
    meanOverPixels: 'the log-likelihood is a mean over pixels, not a sum',
    meanOverLatents: 'the divergence is a mean over latents, not a sum',
    onlyOnes: 'the pixels that are 0 do not count in the log-likelihood',
    onlyZeros: 'the pixels that are 1 do not count in the log-likelihood',
    swapped: 'ones and zeros are swapped in the log-likelihood',
    notNormalised: 'the log-likelihood lacks the term that makes the probabilities of 0 and 1 add up to 1',
    probabilitiesGiven: 'the log-likelihood uses the logits as if they were probabilities',
    squaredError: 'the reconstruction is judged by its squared error, not by its likelihood',
    squaredLogits: 'the reconstruction is judged by the squared distance of pixels and logits, not by its likelihood',
    divergenceOfBatch: 'every example pays the mean divergence of the batch, but must pay its own',
    divergenceOfAll: 'every example pays the divergences of the whole batch, but must pay its own',
    divergenceOverPixels: 'the divergence is divided by the number of pixels',
    divergenceOverExamples: 'the divergence is divided by the number of examples, but each example pays its own',
    likelihoodOfBatch: 'every example gets the mean log-likelihood of the batch, but must get its own',
    likelihoodOfAll: 'every example gets the log-likelihood of the whole batch, but must get its own',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
    ...inDivergence(divergenceMistakes),
    ...limitMistakes,
  },
  exclusive: [
    ['noDivergence', 'plusDivergence', 'noLikelihood'],
    ['noDivergence', 'varianceGiven', 'deviationGiven', 'noExponential', 'logDeviation'],
    ['noDivergence', 'noHalf'],
    ['noDivergence', 'noMinusOne'],
    ['noDivergence', 'meanOverLatents'],
    ['noDivergence', 'divergenceOfBatch'],
    ['noLikelihood', 'meanOverPixels'],
    ['noLikelihood', 'onlyOnes', 'swapped', 'squaredError'],
    ['sumOverBatch', 'meanOverBatch', 'divergenceOfBatch'],
  ],
  alone: [
    'onlyZeros',
    'notNormalised',
    'probabilitiesGiven',
    'squaredLogits',
    'divergenceOfAll',
    'divergenceOverPixels',
    'divergenceOverExamples',
    'likelihoodOfBatch',
    'likelihoodOfAll',
    'noMean',
    'meanNotSquared',
    'noVariance',
    'noLogVariance',
    'plusLogVariance',
    'halfLogVariance',
    'standardDeviation',
    'reversed',
    ...rareInDivergence,
    ...limitNames,
  ],

  reference({ x, logits, mean, logVariance }, wrong) {
    const pixels = each(
      (pixel, l) => {
        const isOne = wrong.swapped ? 1 - pixel : pixel;
        if (wrong.squaredLogits) return -((isOne - l) ** 2);
        if (wrong.squaredError) return -((isOne - 1 / (1 + Math.exp(-l))) ** 2);
        if (wrong.probabilitiesGiven) return Math.log(isOne === 1 ? l : 1 - l);
        if (isOne === 1 ? wrong.onlyZeros : wrong.onlyOnes) return 0;
        return isOne * l - (wrong.notNormalised ? 0 : softplus(l));
      },
      x,
      logits,
    );
    const latents = each((m, l) => divergenceOf(m, l, mean[0]!.length, wrong), mean, logVariance);
    let likelihoods = pixels.map(wrong.meanOverPixels ? meanOf : sumOf);
    let divergences = latents.map((row) => (wrong.meanOverLatents ? meanOf(row) : sumOfLatents(row, wrong)));
    const forAll = (values: readonly number[], reduce: typeof sumOf): number[] => values.map(() => reduce(values));
    if (wrong.likelihoodOfBatch || wrong.likelihoodOfAll)
      likelihoods = forAll(likelihoods, wrong.likelihoodOfAll ? sumOf : meanOf);
    if (wrong.divergenceOfBatch || wrong.divergenceOfAll)
      divergences = forAll(divergences, wrong.divergenceOfAll ? sumOf : meanOf);
    const size = wrong.divergenceOverPixels ? x[0]!.length : wrong.divergenceOverExamples ? x.length : 1;
    divergences = divergences.map((divergence) => divergence / size);
    const sign = wrong.noDivergence ? 0 : wrong.plusDivergence ? -1 : 1;
    const bounds = each(
      (likelihood, divergence) =>
        (wrong.negative ? -1 : 1) * ((wrong.noLikelihood ? 0 : likelihood) - sign * divergence),
      likelihoods,
      divergences,
    );
    if (wrong.sumOverBatch) return sumOf(bounds);
    return wrong.meanOverBatch ? meanOf(bounds) : bounds;
  },

  hints: [
    'You wrote both terms in earlier exercises. Which of them should be large for a good model, and which small?',
    'The bound must not exceed log p(x). A divergence is never negative: with which sign does it make the bound lower?',
    'A model of 784 pixels pays for all of them, and for all of its latents. What does a mean do to the balance between the two terms?',
  ],

  picture: {
    unit: 'nats',
    // from -2 to 2 of the mean
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      const zeros = each(() => 0, line);
      return { x: zeros, logits: zeros, mean: line, logVariance: zeros };
    },
  },

  checks: [
    { kind: 'values', points: 4 },
    {
      kind: 'values',
      name: 'a posterior that is the prior',
      points: 1,
      inputs: (random) => ({
        x: random.integers([2, 5], 0, 2),
        logits: random.normal([2, 5]),
        // three latents: twice a limit of one latent may be a limit of all
        mean: each(() => 0, random.normal([2, 3])),
        logVariance: each(() => 0, random.normal([2, 3])),
      }),
    },
    {
      kind: 'values',
      name: 'large logits',
      points: 1,
      limitedBy: 'logits',
      inputs: (random) => ({
        x: [1, 1, 0, 0].map((one) => [one]),
        logits: [[30], [-120], [20], [100]],
        mean: random.normal([4, 2]),
        logVariance: random.normal([4, 2]),
      }),
    },
    { kind: 'gradients', points: 3, of: ['logits', 'mean', 'logVariance'] },
    { kind: 'leaks', points: 1 },
  ],
});

/** The same mistakes, with texts that say where they are. */
function inDivergence<M extends string>(mistakes: Readonly<Record<M, string>>): Readonly<Record<M, string>> {
  const entries = Object.entries(mistakes).map(([name, text]) => [name, `in the divergence, ${text as string}`]);
  return Object.fromEntries(entries) as Readonly<Record<M, string>>;
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
