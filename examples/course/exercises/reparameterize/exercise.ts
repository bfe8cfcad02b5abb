import { defineExercise, each, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'reparameterize',
  inputs: (random) => ({
    mean: random.normal([3, 2]),
    logVariance: random.normal([3, 2]),
    noise: random.normal([3, 2]),
  }),

  mistakes: {
    noMean: 'the mean is missing',
    onlyMean: 'it is the mean itself, without any noise',
    noNoise: 'the noise is missing, and each sample is the mean plus the standard deviation',
    minusNoise: 'the noise is subtracted, not added',
    byVariance: 'the noise is scaled by the variance instead of the standard deviation',
    byLogVariance: 'the noise is scaled by the logarithm of the variance itself',
    logDeviation: 'the noise is scaled by exp(2 logVariance), not by the standard deviation',
    varianceGiven: 'the argument is the logarithm of the variance, but a square root is taken of it',
    halfLogVariance: 'the noise is scaled by half of the log-variance: the exponential is missing',
    rootTwice: 'the noise is scaled by the root of the standard deviation: a half is taken twice',
    magnitudeRoot: 'the argument is the logarithm of the variance, but a square root is taken of its magnitude',
    base2: 'the logarithm is the natural one, but the power has the base 2',
    base10: 'the logarithm is the natural one, but the power has the base 10',
    addedDeviation: 'the standard deviation is added, but must scale the noise',
    softplus: 'the standard deviation is the softplus of the log-variance, but must be the exponential of half of it',
    divided: 'the noise is divided by the standard deviation',
    notScaled: 'the noise is not scaled',
    scaledSum: 'the mean is scaled too, but only the noise must be',
    scaledMean: 'the mean is scaled instead of the noise',
    oneNoise: 'every example has the noise of the first',
    sumOverLatents: 'the latents are added up, but there must be one number for each',
    detachedDeviation: 'the derivative with respect to the log-variance is lost on the way',
  },
  exclusive: [
    [
      'byVariance',
      'byLogVariance',
      'logDeviation',
      'varianceGiven',
      'softplus',
      'divided',
      'notScaled',
      'onlyMean',
      'scaledMean',
    ],
    ['noMean', 'onlyMean', 'scaledSum', 'scaledMean'],
    ['noNoise', 'onlyMean', 'oneNoise'],
    ['onlyMean', 'minusNoise'],
    ['onlyMean', 'detachedDeviation'],
    ['notScaled', 'detachedDeviation'],
    ['notScaled', 'scaledSum'],
  ],

  alone: ['halfLogVariance', 'rootTwice', 'magnitudeRoot', 'base2', 'base10', 'addedDeviation'],

  reference({ mean, logVariance, noise }, wrong, detached) {
    const z = each(
      (m, l, e) => {
        const deviation = deviationOf(l, wrong);
        const draw = (wrong.minusNoise ? -1 : 1) * (wrong.noNoise ? 1 : e);
        if (wrong.onlyMean) return m;
        if (wrong.addedDeviation) return m + deviation + draw;
        if (wrong.scaledMean) return deviation * m + draw;
        return (wrong.noMean ? 0 : wrong.scaledSum ? deviation * m : m) + deviation * draw;
      },
      mean,
      wrong.detachedDeviation ? detached.logVariance : logVariance,
      wrong.oneNoise ? noise.map(() => noise[0]!) : noise,
    );
    return wrong.sumOverLatents ? z.map(sumOf) : z;
  },

  hints: [
    'Draw on paper what a latent with mean 5 and standard deviation 2 looks like. How do you get there from a draw of mean 0 and deviation 1?',
    'The argument is the logarithm of the variance. How does a square root change a logarithm?',
    'Everything is element by element: each latent of each example has its own mean, deviation and noise.',
  ],

  picture: {
    // the standard deviation, from -4 to 4 of the log-variance
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 5 - 4]);
      return { mean: each(() => 0, line), logVariance: line, noise: each(() => 1, line) };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'no noise',
      points: 1,
      inputs: (random) => ({ mean: random.normal([2, 3]), logVariance: random.normal([2, 3]), noise: zeros }),
    },
    { kind: 'gradients', points: 3, of: ['mean', 'logVariance'] },
    { kind: 'leaks', points: 1 },
  ],
});

const zeros = [
  [0, 0, 0],
  [0, 0, 0],
];

/** What the noise is multiplied by. */
function deviationOf(logVariance: number, wrong: Readonly<Record<string, boolean>>): number {
  if (wrong['notScaled']) return 1;
  if (wrong['byLogVariance']) return logVariance;
  if (wrong['halfLogVariance']) return logVariance / 2;
  if (wrong['rootTwice']) return Math.exp(logVariance / 4);
  if (wrong['magnitudeRoot']) return Math.sqrt(Math.abs(logVariance));
  if (wrong['base2']) return 2 ** (logVariance / 2);
  if (wrong['base10']) return 10 ** (logVariance / 2);
  if (wrong['varianceGiven']) return Math.sqrt(logVariance);
  if (wrong['softplus']) return Math.log1p(Math.exp(logVariance));
  const power = wrong['byVariance'] ? 1 : wrong['logDeviation'] ? 2 : wrong['divided'] ? -0.5 : 0.5;
  return Math.exp(power * logVariance);
}
