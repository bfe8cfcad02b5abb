import { defineExercise, each, meanOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'inpaint',
  inputs: (random) => ({
    sample: random.normal([3, 4]),
    known: random.normal([3, 4]),
    mask: [
      [1, 0, 1, 0],
      [0, 1, 1, 0],
      [1, 1, 0, 1],
    ],
    noise: random.normal([3, 4]),
    alphaBar: random.uniform([3, 1], 0.2, 0.8),
  }),

  mistakes: {
    maskTurned: 'the mask is 1 where a pixel is known, but is used as if it were 1 in the hole',
    notNoised: 'the known pixels are put back without noise, but must have the noise level of the sample',
    noNoise: 'the known pixels are scaled, but no noise is added',
    noKnown: 'only noise is put where pixels are known',
    noSample: 'the sample is missing in the hole',
    sampleEverywhere: 'the sample is added in full, also where pixels are known',
    knownEverywhere: 'the noised known pixels are added in full, also in the hole',
    noRoots: 'the factors are the roots of alphaBar and of 1 - alphaBar, but the roots are missing',
    noRootOfNoise: 'the factor of the noise is 1 - alphaBar, but must be its root',
    exchanged: 'the factors of the known pixels and the noise are exchanged',
    complement: 'the factor of the noise is 1 minus that of the known pixels, but their squares must add up to 1',
    notScaled: 'the known pixels are not scaled',
    noiseNotScaled: 'the noise is not scaled',
    minusNoise: 'the noise is subtracted, but must be added',
    noiseEverywhere: 'the sample gets noise, too',
    sampleNoised: 'the sample is noised, too: it already has its noise level',
    unchanged: 'it is the sample itself',
    firstAlphaBar: 'every example has the alphaBar of the first',
    meanAlphaBar: 'every example has the mean of alphaBar',
    average: 'it is the mean of both, whatever the mask is',
  },
  exclusive: [
    ['maskTurned', 'noSample', 'sampleEverywhere', 'knownEverywhere', 'unchanged', 'average'],
    [
      'notNoised',
      'noNoise',
      'noKnown',
      'noRoots',
      'noRootOfNoise',
      'exchanged',
      'complement',
      'notScaled',
      'noiseNotScaled',
      'minusNoise',
    ],
    ['notNoised', 'firstAlphaBar', 'meanAlphaBar', 'noiseNotScaled'],
  ],
  alone: [
    'noKnown',
    'noRootOfNoise',
    'complement',
    'notScaled',
    'noiseNotScaled',
    'noiseEverywhere',
    'sampleNoised',
    'unchanged',
    'average',
    'meanAlphaBar',
  ],

  reference({ sample, known, mask, noise, alphaBar }, wrong) {
    return sample.map((row, i) => {
      const bar = wrong.firstAlphaBar ? alphaBar[0]![0]! : wrong.meanAlphaBar ? meanOf(alphaBar) : alphaBar[i]![0]!;
      const root = Math.sqrt(bar);
      const [alpha, sigma] = wrong.noRoots
        ? [bar, 1 - bar]
        : wrong.noRootOfNoise
          ? [root, 1 - bar]
          : wrong.exchanged
            ? [Math.sqrt(1 - bar), root]
            : wrong.complement
              ? [root, 1 - root]
              : [root, Math.sqrt(1 - bar)];
      return each(
        (x, given, m, e) => {
          const ofKnown = wrong.noKnown ? 0 : wrong.notNoised || wrong.notScaled ? 1 : alpha;
          const ofNoise =
            wrong.notNoised || wrong.noNoise ? 0 : wrong.noiseNotScaled ? 1 : wrong.minusNoise ? -sigma : sigma;
          const noised = ofKnown * given + ofNoise * e;
          const isKnown = wrong.maskTurned ? 1 - m : m;
          if (wrong.unchanged) return x;
          if (wrong.average) return (noised + x) / 2;
          const inHole = wrong.sampleNoised ? alpha * x + sigma * e : x + (wrong.noiseEverywhere ? sigma * e : 0);
          return (
            (wrong.knownEverywhere ? 1 : isKnown) * noised +
            (wrong.noSample ? 0 : wrong.sampleEverywhere ? 1 : 1 - isKnown) * inHole
          );
        },
        row,
        known[i]!,
        mask[i]!,
        noise[i]!,
      );
    });
  },

  hints: [
    'Which of the two pictures has less noise than the other, and what must happen to it first?',
    'You wrote a function that noises data in an earlier exercise.',
    'The mask has only zeros and ones. Which product takes what is outside of the mask?',
  ],

  picture: {
    // the left half of twenty pixels is known, and the sample is 0
    inputs: () => ({
      sample: [Array.from({ length: 20 }, () => 0)],
      known: [Array.from({ length: 20 }, (_, i) => Math.sin(i / 2))],
      mask: [Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 : 0))],
      noise: [Array.from({ length: 20 }, (_, i) => Math.cos(3 * i))],
      alphaBar: [[0.8]],
    }),
  },

  checks: [
    { kind: 'values', points: 4 },
    { kind: 'gradients', points: 2, of: ['sample', 'known', 'noise'] },
    { kind: 'leaks', points: 1 },
  ],
});
