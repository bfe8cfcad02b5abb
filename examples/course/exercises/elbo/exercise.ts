import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'elbo',
  inputs: (random) => ({
    x: random.integers([3, 4], 0, 2),
    logits: random.normal([3, 4]),
    mean: random.normal([3, 5]),
    logVariance: random.normal([3, 5]),
  }),

  mistakes: {
    negative: 'it is minus the bound, which is the loss',
    noDivergence: 'the divergence is missing',
    plusDivergence: 'the divergence is added, and must be subtracted',
    noLikelihood: 'the log-likelihood is missing',
    noHalf: 'the factor 1/2 of the divergence is missing',
    noMinusOne: 'the -1 of each latent is missing in the divergence',
    varianceGiven: 'the argument is the logarithm of the variance, and the divergence uses it as the variance',
    noExponential: 'the exponential is missing: the logarithm of the variance is used instead of the variance',
    deviationGiven:
      'the argument is the logarithm of the variance, and the divergence uses it as the standard deviation',
    logDeviation:
      'the argument is the logarithm of the variance, and the divergence uses it as that of the standard deviation',
    meanOverPixels: 'the log-likelihood is a mean over pixels, not a sum',
    meanOverLatents: 'the divergence is a mean over latents, not a sum',
    swapped: 'ones and zeros are swapped in the log-likelihood',
    squaredError: 'the reconstruction is judged by its squared error, not by its likelihood',
    sumOverBatch: 'the examples are added up, and there must be one number for each',
    meanOverBatch: 'it is a mean over the examples, and there must be one number for each',
  },
  exclusive: [
    ['noDivergence', 'plusDivergence', 'noLikelihood'],
    ['noDivergence', 'varianceGiven', 'deviationGiven', 'noExponential', 'logDeviation'],
    ['noDivergence', 'noHalf'],
    ['noDivergence', 'noMinusOne'],
    ['noDivergence', 'meanOverLatents'],
    ['noLikelihood', 'meanOverPixels'],
    ['noLikelihood', 'swapped', 'squaredError'],
    ['sumOverBatch', 'meanOverBatch'],
  ],

  reference({ x, logits, mean, logVariance }, wrong) {
    const pixels = each(
      (pixel, l) => {
        const isOne = wrong.swapped ? 1 - pixel : pixel;
        return wrong.squaredError ? -((isOne - 1 / (1 + Math.exp(-l))) ** 2) : isOne * l - Math.log1p(Math.exp(l));
      },
      x,
      logits,
    );
    const latents = each(
      (m, l) => {
        const given = wrong.deviationGiven ? l ** 2 : l;
        const isGiven = wrong.varianceGiven || wrong.deviationGiven;
        const logarithm = isGiven ? Math.log(Math.abs(given)) : wrong.logDeviation ? 2 * l : l;
        const variance = isGiven || wrong.noExponential ? given : Math.exp(logarithm);
        return (wrong.noHalf ? 1 : 0.5) * (variance + m ** 2 - (wrong.noMinusOne ? 0 : 1) - logarithm);
      },
      mean,
      logVariance,
    );
    const bounds = x.map((_, i) => {
      const likelihood = (wrong.meanOverPixels ? meanOf : sumOf)(pixels[i]!);
      const divergence = (wrong.meanOverLatents ? meanOf : sumOf)(latents[i]!);
      const sign = wrong.noDivergence ? 0 : wrong.plusDivergence ? -1 : 1;
      return (wrong.negative ? -1 : 1) * ((wrong.noLikelihood ? 0 : likelihood) - sign * divergence);
    });
    if (wrong.sumOverBatch) return sumOf(bounds);
    return wrong.meanOverBatch ? meanOf(bounds) : bounds;
  },

  hints: [
    'You wrote both terms in earlier exercises. Which of them should be large for a good model, and which small?',
    'The bound must be below log p(x). A divergence is never negative: with which sign does it make the bound lower?',
    'A model of 784 pixels pays for all of them, and for all of its latents. What does a mean do to the balance between the two terms?',
  ],

  picture: {
    // from -2 to 2 of the mean
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      const zeros = each(() => 0, line);
      return { x: zeros, logits: zeros, mean: line, logVariance: zeros };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'a posterior that is the prior',
      points: 1,
      inputs: (random) => ({
        x: random.integers([2, 5], 0, 2),
        logits: random.normal([2, 5]),
        mean: [[0], [0]],
        logVariance: [[0], [0]],
      }),
    },
    { kind: 'gradients', points: 3, of: ['logits', 'mean', 'logVariance'] },
    { kind: 'leaks', points: 1 },
  ],
});
