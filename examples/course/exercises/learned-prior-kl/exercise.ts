import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'learnedPriorKl',
  inputs: (random) => ({
    mean: random.normal([3, 4]),
    // positive ones first: a logarithm of them is a number, too
    logVariance: [...random.uniform([1, 4], 0.2, 1.2), ...random.normal([2, 4])],
    priorMean: random.normal([3, 4]),
    priorLogVariance: [...random.uniform([1, 4], 0.3, 1.5), ...random.normal([2, 4])],
  }),

  mistakes: {
    negative: 'it has the wrong sign: a divergence is never negative',
    noHalf: 'the factor 1/2 is missing',
    noMinusOne: 'the -1 of each latent is missing',
    oneMinusOne: 'the -1 occurs once for each example, but must be there for each latent',
    standardPrior: 'it is the divergence from N(0, I), and the prior plays no part',
    standardVariance: 'the variance of the prior plays no part',
    centredPrior: 'the mean of the prior plays no part',
    reversed: 'posterior and prior are exchanged',
    addedMeans: 'the means are added, but must be subtracted',
    notSquared: 'the difference of the means is not squared',
    distanceNotScaled: 'the squared difference of the means is not divided by the variance of the prior',
    distanceByOwn: 'the squared difference of the means is divided by the variance of the posterior, not of the prior',
    noDistance: 'the difference of the means is missing',
    noVariance: 'the quotient of the variances is missing',
    quotientTurned: 'the quotient of the variances is turned round',
    noLogarithm: 'the logarithm of the quotient of the variances is missing',
    logarithmTurned: 'the logarithm of the quotient of the variances has the wrong sign',
    standardDeviation: 'exp(logVariance / 2) is the standard deviation, but the variance is needed',
    logDeviation: 'the arguments are logarithms of variances, but are used as those of standard deviations',
    variancesGiven: 'the arguments are logarithms of variances, but are used as the variances',
    meanOverLatents: 'it is a mean over the latents, not a sum',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
    sumOverExamples: 'the sum is over the examples, not over the latents of each',
    bits: 'it is in bits, not in nats',
  },
  exclusive: [
    ['standardPrior', 'standardVariance', 'centredPrior', 'reversed', 'addedMeans', 'noDistance'],
    ['meanOverLatents', 'meanOverBatch', 'sumOverBatch', 'sumOverExamples'],
    ['standardDeviation', 'logDeviation', 'variancesGiven'],
    ['noVariance', 'quotientTurned'],
    ['noLogarithm', 'logarithmTurned'],
    ['standardPrior', 'standardVariance', 'distanceNotScaled', 'quotientTurned'],
    ['noHalf', 'bits'],
  ],
  alone: [
    'oneMinusOne',
    'notSquared',
    'distanceByOwn',
    'quotientTurned',
    'noVariance',
    'standardDeviation',
    'logDeviation',
    'variancesGiven',
    'sumOverExamples',
    'bits',
    'noLogarithm',
    'addedMeans',
  ],

  reference({ mean, logVariance, priorMean, priorLogVariance }, wrong) {
    const latents = mean[0]!.length;
    const terms = each(
      (m, l, pm, pl) => {
        if (wrong.reversed) [m, l, pm, pl] = [pm, pl, m, l];
        const power = wrong.standardDeviation ? 0.5 : wrong.logDeviation ? 2 : 1;
        const isStandard = wrong.standardPrior || wrong.standardVariance;
        const variance = wrong.variancesGiven ? l : Math.exp(power * l);
        const prior = isStandard ? 1 : wrong.variancesGiven ? pl : Math.exp(power * pl);
        const factor = wrong.logDeviation ? 2 : 1;
        const logs = wrong.variancesGiven ? Math.log(l) - Math.log(pl) : factor * (l - (isStandard ? 0 : pl));
        const centre = wrong.standardPrior || wrong.centredPrior ? 0 : wrong.addedMeans ? -pm : pm;
        const square = wrong.noDistance ? 0 : wrong.notSquared ? m - centre : (m - centre) ** 2;
        const distance = square / (wrong.distanceNotScaled ? 1 : wrong.distanceByOwn ? variance : prior);
        const quotient = wrong.noVariance ? 0 : wrong.quotientTurned ? prior / variance : variance / prior;
        const one = wrong.noMinusOne ? 0 : wrong.oneMinusOne ? 1 / latents : 1;
        const logarithm = wrong.noLogarithm ? 0 : wrong.logarithmTurned ? -logs : logs;
        return (wrong.negative ? -1 : 1) * (wrong.noHalf ? 1 : 0.5) * (quotient + distance - one - logarithm);
      },
      mean,
      logVariance,
      priorMean,
      priorLogVariance,
    );
    if (wrong.sumOverExamples) return terms[0]!.map((_, j) => sumOf(terms.map((row) => row[j]!)));
    const sums = terms.map((row) => (wrong.meanOverLatents ? meanOf(row) : sumOf(row)) / (wrong.bits ? Math.LN2 : 1));
    if (wrong.sumOverBatch) return sumOf(sums);
    return wrong.meanOverBatch ? meanOf(sums) : sums;
  },

  hints: [
    'For which posterior must the result be 0? Put it into your formula.',
    'There are three terms and a constant. Which of them contain the variance of the prior, and where is it above or below a line?',
    'The arguments are logarithms. How do you get the quotient of two variances from the logarithms, and how its logarithm?',
  ],

  picture: {
    unit: 'nats',
    // the posterior's mean goes from -3 to 3, and the prior is N(1, 2)
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [(3 * i) / 20 - 3]);
      return {
        mean: line,
        logVariance: each(() => 0, line),
        priorMean: each(() => 1, line),
        priorLogVariance: each(() => Math.LN2, line),
      };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'a posterior that is the prior',
      points: 1,
      inputs(random) {
        const [mean, logVariance] = [random.normal([2, 5]), random.normal([2, 5])];
        return { mean, logVariance, priorMean: mean, priorLogVariance: logVariance };
      },
    },
    { kind: 'gradients', points: 3 },
    { kind: 'leaks', points: 1 },
  ],
});
