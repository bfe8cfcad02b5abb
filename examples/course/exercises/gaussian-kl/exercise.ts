import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'gaussianKl',
  inputs: (random) => ({ mean: random.normal([4, 3]), logVariance: random.normal([4, 3]) }),

  mistakes: {
    noHalf: 'the factor 1/2 is missing',
    negative: 'it is minus the divergence',
    noMinusOne: 'the -1 of each latent is missing',
    noMean: 'the mean is missing',
    meanNotSquared: 'the mean is not squared',
    noVariance: 'the variance itself is missing, and only its logarithm is there',
    noLogVariance: 'the logarithm of the variance is missing',
    plusLogVariance: 'the logarithm of the variance has the wrong sign',
    varianceGiven: 'the argument is the logarithm of the variance, and is used as the variance',
    standardDeviation: 'exp(logVariance / 2) is the standard deviation, but the variance is needed',
    logDeviation: 'the argument is the logarithm of the variance, and is used as that of the standard deviation',
    noExponential: 'the exponential is missing: the logarithm of the variance is used instead of the variance',
    deviationGiven: 'the argument is the logarithm of the variance, and is used as the standard deviation',
    reversed: 'it is the divergence of the prior from this Gaussian, but the other direction is needed',
    meanOverLatents: 'it is a mean over latents, not a sum',
    sumOverBatch: 'the examples are added up, and there must be one number for each',
    sumOverExamples: 'the sum is over the examples, not over the latents of each',
  },
  exclusive: [
    ['noMean', 'meanNotSquared'],
    ['noVariance', 'varianceGiven', 'standardDeviation', 'logDeviation', 'deviationGiven', 'noExponential', 'reversed'],
    ['noLogVariance', 'plusLogVariance', 'reversed'],
    ['meanOverLatents', 'sumOverBatch', 'sumOverExamples'],
  ],

  reference({ mean, logVariance }, wrong) {
    const terms = each(
      (m, l) => {
        const given = wrong.deviationGiven ? l ** 2 : l;
        const isGiven = wrong.varianceGiven || wrong.deviationGiven;
        const power = wrong.logDeviation ? 2 : wrong.standardDeviation ? 0.5 : wrong.reversed ? -1 : 1;
        const variance = isGiven || wrong.noExponential ? given : Math.exp(power * l);
        const logarithm = isGiven ? Math.log(Math.abs(given)) : wrong.logDeviation ? 2 * l : wrong.reversed ? -l : l;
        const distance = wrong.noMean ? 0 : wrong.meanNotSquared ? m : m ** 2;
        const square = (wrong.reversed ? variance : 1) * distance;
        const sign = wrong.noLogVariance ? 0 : wrong.plusLogVariance ? -1 : 1;
        return (
          (wrong.noHalf ? 1 : 0.5) *
          (wrong.negative ? -1 : 1) *
          ((wrong.noVariance ? 0 : variance) + square - (wrong.noMinusOne ? 0 : 1) - sign * logarithm)
        );
      },
      mean,
      logVariance,
    );
    if (wrong.sumOverBatch) return sumOf(terms);
    if (wrong.sumOverExamples) return terms[0]!.map((_, j) => sumOf(terms.map((row) => row[j]!)));
    return terms.map(wrong.meanOverLatents ? meanOf : sumOf);
  },

  // one latent, whose mean goes from -3 to 3
  picture: {
    inputs: () => ({
      mean: Array.from({ length: 25 }, (_, i) => [(i - 12) / 4]),
      logVariance: Array.from({ length: 25 }, () => [0.5]),
    }),
  },

  hints: [
    'Write down the divergence of one latent first. Which of its terms is there for a mean of 0 and a variance of 1?',
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
