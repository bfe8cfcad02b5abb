import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'ganLosses',
  inputs: (random) => ({ realLogits: random.normal([4, 1]), fakeLogits: random.normal([3, 1]) }),

  mistakes: {
    realSwapped: 'the discriminator is punished for taking real data as real',
    fakeSwapped: 'the discriminator is punished for taking fakes as fakes',
    labelsSwapped: 'real data and fakes are exchanged in the discriminator’s loss',
    smoothed: 'the label of real data is 0.9, but the formula has no smoothing',
    onlyReal: 'the discriminator’s loss has no fakes',
    onlyFake: 'the discriminator’s loss has no real data',
    halved: 'the discriminator’s loss is the mean of its two parts, not their sum',
    together: 'the discriminator’s loss is one mean over real data and fakes, not the sum of two means',
    togetherTwice: 'the discriminator’s loss has one mean over real data and fakes, not the sum of two means',
    difference: 'the two parts of the discriminator’s loss are subtracted, not added',
    minimaxSign: 'the minimax loss has the wrong sign',
    nonSaturatingSign: 'the non-saturating loss has the wrong sign',
    discriminatorSign: 'the discriminator’s loss has the wrong sign: it is what it maximises',
    withReal:
      'the minimax loss is all of minus the discriminator’s loss, but it must not contain the term of the real data',
    minusMinimax:
      'the non-saturating loss is minus the minimax loss: it must ask how probable it is that fakes are real',
    wasserstein: 'the losses are means of the logits, as in a Wasserstein GAN',
    hinge: 'the losses are hinge losses of the logits',
    leastSquares: 'the losses are squared distances of probabilities from 0 and 1',
    squaredLogits: 'the losses are squared distances of logits from 0 and 1',
    logOfMean: 'the logarithm is taken of the mean probability, but must be taken of each',
    minimaxProbability: 'the minimax loss has the probability itself instead of its logarithm',
    onlyProbability: 'the non-saturating loss has the probability itself instead of its logarithm',
    exchanged: 'the two losses of the generator are exchanged',
    fromReal: 'the generator’s losses are computed from the logits of real data',
    minimaxFromReal: 'the minimax loss is computed from the logits of real data',
    nonSaturatingFromReal: 'the non-saturating loss is computed from the logits of real data',
    probabilities: 'the logits are used as if they were probabilities',
    noLogarithm: 'it averages probabilities, not their logarithms',
    sigmoidTwice: 'the sigmoid is applied twice',
    sumOverBatch: 'the losses are sums over examples, not means',
    perExample: 'the losses are one number for each example, but must be means',
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

  alone: [
    'togetherTwice',
    'minimaxFromReal',
    'nonSaturatingFromReal',
    'discriminatorSign',
    'withReal',
    'minusMinimax',
    'wasserstein',
    'hinge',
    'leastSquares',
    'squaredLogits',
    'logOfMean',
    'minimaxProbability',
  ],

  reference({ realLogits, fakeLogits }, wrong) {
    const otherLosses = lossesOfOtherGans(realLogits.flat(), fakeLogits.flat(), wrong);
    if (otherLosses !== undefined) return otherLosses;
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
    const minimax = reduce(
      wrong.fromReal || wrong.minimaxFromReal ? real : fake,
      (l) => (wrong.minimaxSign ? -1 : 1) * logarithm(l, -1),
    );
    const nonSaturating = reduce(wrong.fromReal || wrong.nonSaturatingFromReal ? real : fake, (l) => {
      const log = logarithm(l, 1);
      return (wrong.nonSaturatingSign ? 1 : -1) * (wrong.onlyProbability ? Math.exp(log) : log);
    });
    const total = (real.length + fake.length) / (wrong.togetherTwice ? 2 : 1);
    const shares = wrong.together || wrong.togetherTwice ? [real.length / total, fake.length / total] : [1, 1];
    const scale = wrong.halved ? 0.5 : 1;
    const outputs = {
      discriminator: ofReal.map(
        (value, i) =>
          (wrong.discriminatorSign ? -1 : 1) *
          scale *
          (shares[0]! * value + (wrong.difference ? -1 : 1) * shares[1]! * (ofFake[i] ?? NaN)),
      ),
      minimax: wrong.exchanged
        ? nonSaturating
        : minimax.map((value, i) => {
            return wrong.minimaxProbability
              ? meanOf(fake.map((l) => Math.exp(logarithm(l, -1))))
              : wrong.withReal
                ? value - ofReal[i]!
                : value;
          }),
      nonSaturating: wrong.exchanged ? minimax : wrong.minusMinimax ? minimax.map((value) => -value) : nonSaturating,
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
    unit: 'nats',
    inputs: () => Array.from({ length: 41 }, (_, i) => ({ realLogits: [[i / 5 - 4]], fakeLogits: [[i / 5 - 4]] })),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'large logits',
      points: 2,
      limitedBy: 'fakeLogits',
      inputs: () => ({ realLogits: [[-200], [100]], fakeLogits: [[150], [-120]] }),
    },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});

/** Losses that other GANs have, and those of mean probabilities; undefined unless one of these mistakes is made. */
function lossesOfOtherGans(
  real: readonly number[],
  fake: readonly number[],
  wrong: Readonly<Record<string, boolean>>,
): { discriminator: number; minimax: number; nonSaturating: number } | undefined {
  const mean = (logits: readonly number[], f: (logit: number) => number): number => meanOf(logits.map(f));
  const identity = (logit: number): number => logit;
  const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
  if (wrong['wasserstein'] || wrong['hinge']) {
    const margin = (logit: number): number => Math.max(0, 1 + logit);
    const score = -mean(fake, identity);
    const discriminator = wrong['hinge']
      ? mean(real, (logit) => margin(-logit)) + mean(fake, margin)
      : -score - mean(real, identity);
    return { discriminator, minimax: score, nonSaturating: score };
  }
  if (wrong['leastSquares'] || wrong['squaredLogits']) {
    const of = wrong['leastSquares'] ? sigmoid : identity;
    const asFake = mean(fake, (logit) => of(logit) ** 2);
    const asReal = (logits: readonly number[]): number => mean(logits, (logit) => (1 - of(logit)) ** 2);
    return { discriminator: asReal(real) + asFake, minimax: -asFake, nonSaturating: asReal(fake) };
  }
  if (!wrong['logOfMean']) return undefined;
  const [ofReal, ofFake] = [mean(real, sigmoid), mean(fake, sigmoid)];
  const minimax = Math.log(1 - ofFake);
  return { discriminator: -Math.log(ofReal) - minimax, minimax, nonSaturating: -Math.log(ofFake) };
}
