import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'ganLosses',
  inputs: (random) => ({ realLogits: random.normal([4, 1]), fakeLogits: random.normal([3, 1]) }),

  mistakes: {
    realSwapped: 'the discriminator is punished for taking real data as real',
    fakeSwapped: 'the discriminator is punished for taking fakes as fakes',
    labelsSwapped: 'real data and fakes are exchanged in the discriminator’s loss',
    smoothed: 'the label of real data is 0.9, and no smoothing is asked for',
    onlyReal: 'the discriminator’s loss has no fakes',
    onlyFake: 'the discriminator’s loss has no real data',
    halved: 'the discriminator’s loss is the mean of its two parts, not their sum',
    together: 'the discriminator’s loss is one mean over real data and fakes, not the sum of two means',
    difference: 'the two parts of the discriminator’s loss are subtracted, not added',
    minimaxSign: 'the minimax loss has the wrong sign',
    nonSaturatingSign: 'the non-saturating loss has the wrong sign',
    onlyProbability: 'the non-saturating loss has the probability itself instead of its logarithm',
    exchanged: 'the two losses of the generator are exchanged',
    fromReal: 'the generator’s losses are computed from the logits of real data',
    probabilities: 'the logits are used as if they were probabilities',
    noLogarithm: 'it averages probabilities, and their logarithms are due',
    sigmoidTwice: 'the sigmoid is applied twice',
    sumOverBatch: 'the losses are sums over examples, not means',
    perExample: 'the losses are one number for each example, and must be means',
  },
  exclusive: [
    ['onlyReal', 'onlyFake', 'halved', 'difference', 'together', 'labelsSwapped'],
    ['realSwapped', 'fakeSwapped', 'labelsSwapped'],
    ['realSwapped', 'onlyFake', 'labelsSwapped', 'smoothed'],
    ['together', 'sumOverBatch'],
    ['onlyReal', 'fakeSwapped'],
    ['onlyFake', 'realSwapped'],
    ['probabilities', 'noLogarithm', 'sigmoidTwice'],
    ['noLogarithm', 'onlyProbability'],
    ['sumOverBatch', 'perExample'],
    // examples of two batches of different sizes cannot be added up
    [
      'perExample',
      'halved',
      'difference',
      'together',
      'onlyReal',
      'onlyFake',
      'realSwapped',
      'fakeSwapped',
      'labelsSwapped',
      'smoothed',
    ],
  ],

  reference({ realLogits, fakeLogits }, wrong) {
    // log of the probability that is meant, for a logit or for minus it
    const logarithm = (logit: number, sign: 1 | -1): number => {
      if (wrong.probabilities) return Math.log(sign > 0 ? logit : 1 - logit);
      const l = sign * (wrong.sigmoidTwice ? 1 / (1 + Math.exp(-logit)) : logit);
      const logProbability = -(Math.max(-l, 0) + Math.log1p(Math.exp(-Math.abs(l))));
      return wrong.noLogarithm ? Math.exp(logProbability) : logProbability;
    };
    const [real, fake] = [realLogits.flat(), fakeLogits.flat()];
    const reduce = (logits: readonly number[], f: (logit: number) => number): number[] => {
      const terms = logits.map(f);
      return wrong.perExample ? terms : [(wrong.sumOverBatch ? sumOf : meanOf)(terms)];
    };
    const [asReal, asFake] = [wrong.realSwapped || wrong.labelsSwapped, wrong.fakeSwapped || wrong.labelsSwapped];
    const costOfReal = (l: number): number =>
      wrong.smoothed ? -0.9 * logarithm(l, 1) - 0.1 * logarithm(l, -1) : -logarithm(l, asReal ? -1 : 1);
    const costOfFake = (l: number): number => -logarithm(l, asFake ? 1 : -1);
    const ofReal = wrong.onlyFake ? [0] : reduce(real, costOfReal);
    const ofFake = wrong.onlyReal ? [0] : reduce(fake, costOfFake);
    const judged = wrong.fromReal ? real : fake;
    const minimax = reduce(judged, (l) => (wrong.minimaxSign ? -1 : 1) * logarithm(l, -1));
    const nonSaturating = reduce(judged, (l) => {
      const log = logarithm(l, 1);
      return (wrong.nonSaturatingSign ? 1 : -1) * (wrong.onlyProbability ? Math.exp(log) : log);
    });
    const shares = wrong.together
      ? [real.length, fake.length].map((size) => size / (real.length + fake.length))
      : [1, 1];
    const scale = wrong.halved ? 0.5 : 1;
    const outputs = {
      discriminator: ofReal.map(
        (value, i) => scale * (shares[0]! * value + (wrong.difference ? -1 : 1) * shares[1]! * (ofFake[i] ?? NaN)),
      ),
      minimax: wrong.exchanged ? nonSaturating : minimax,
      nonSaturating: wrong.exchanged ? minimax : nonSaturating,
    };
    if (wrong.perExample) return outputs;
    return {
      discriminator: outputs.discriminator[0]!,
      minimax: outputs.minimax[0]!,
      nonSaturating: outputs.nonSaturating[0]!,
    };
  },

  hints: [
    'The discriminator classifies: real data are 1, fakes are 0. Which likelihood of an earlier exercise is that?',
    'One generator’s loss has the fakes’ part of the discriminator’s with the other sign; the other one asks how probable it is that fakes are real.',
    'All three are built of one smooth function of a logit or of minus a logit, which stays finite where the sigmoid does not help.',
  ],

  // one real example and one fake, whose logits go from -4 to 4 together
  picture: {
    inputs: () => Array.from({ length: 41 }, (_, i) => ({ realLogits: [[i / 5 - 4]], fakeLogits: [[i / 5 - 4]] })),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'large logits',
      points: 2,
      inputs: () => ({ realLogits: [[-200], [100]], fakeLogits: [[150], [-120]] }),
    },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});
