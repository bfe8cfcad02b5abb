import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'relativisticLosses',
  inputs: (random) => ({ realLogits: random.normal([5, 1]), fakeLogits: random.normal([5, 1]) }),

  mistakes: {
    exchanged: 'the two losses are exchanged',
    negative: 'both losses have the wrong sign: they must be minimised',
    generatorMinusDiscriminator:
      'the loss of the generator is minus that of the discriminator, but must be a logarithm of its own',
    generatorAsDiscriminator: 'the generator has the loss of the discriminator',
    notRelative: 'the logits of real data and of fakes are judged one by one, not by their differences',
    averages: 'each logit is compared with the mean of the others, but must be with its partner',
    differenceOfMeans: 'the means are compared, not the pairs',
    allPairs: 'every real example is compared with every fake, but only pairs must be',
    sum: 'the losses are sums over the batch, not means',
    halved: 'the losses are halved',
    added: 'the logits of a pair are added, but must be subtracted',
    noLogarithm: 'the losses are mean probabilities, without a logarithm',
    noSigmoid: 'the losses are differences of logits: the sigmoid and the logarithm are missing',
    hinge: 'the losses have hinges, as in another GAN',
    squares: 'the losses are squares, as in another GAN',
    logOfMean: 'the logarithm is taken of the mean probability, but the mean must be taken of logarithms',
    bits: 'the losses are in bits, not in nats',
    bothAdded: 'each loss has both terms, but only one belongs to each player',
  },
  exclusive: [
    ['exchanged', 'generatorMinusDiscriminator', 'generatorAsDiscriminator'],
    ['notRelative', 'averages', 'differenceOfMeans', 'allPairs', 'added'],
    ['sum', 'halved', 'differenceOfMeans', 'allPairs', 'bits'],
    ['exchanged', 'noSigmoid', 'negative'],
  ],
  alone: [
    'notRelative',
    'averages',
    'allPairs',
    'halved',
    'added',
    'noLogarithm',
    'noSigmoid',
    'hinge',
    'squares',
    'logOfMean',
    'bits',
    'bothAdded',
    'negative',
    'generatorMinusDiscriminator',
    'differenceOfMeans',
  ],

  reference({ realLogits, fakeLogits }, wrong) {
    const [real, fake] = [realLogits.flat(), fakeLogits.flat()];
    const cost = (gap: number): number => {
      if (wrong.noLogarithm) return 1 / (1 + Math.exp(gap));
      if (wrong.noSigmoid) return -gap;
      if (wrong.hinge) return Math.max(0, 1 - gap);
      if (wrong.squares) return (1 - gap) ** 2;
      return Math.max(-gap, 0) + Math.log1p(Math.exp(-Math.abs(gap)));
    };
    const lossOf = (a: readonly number[], b: readonly number[]): number => {
      if (wrong.notRelative) return meanOf(a.map(cost)) + meanOf(b.map((value) => cost(-value)));
      if (wrong.differenceOfMeans) return cost(meanOf(a) - meanOf(b));
      if (wrong.averages)
        return meanOf(a.map((value) => cost(value - meanOf(b)))) + meanOf(b.map((value) => cost(meanOf(a) - value)));
      if (wrong.allPairs) return meanOf(a.map((value) => meanOf(b.map((other) => cost(value - other)))));
      const gaps = a.map((value, i) => (wrong.added ? value + b[i]! : value - b[i]!));
      if (wrong.logOfMean) return -Math.log(meanOf(gaps.map((gap) => 1 / (1 + Math.exp(-gap)))));
      const costs = gaps.map(cost);
      return (wrong.sum ? sumOf(costs) : meanOf(costs)) * (wrong.halved ? 0.5 : wrong.bits ? 1 / Math.LN2 : 1);
    };
    const [ofReal, ofFake] = [lossOf(real, fake), lossOf(fake, real)];
    const sign = wrong.negative ? -1 : 1;
    if (wrong.bothAdded) return { discriminator: ofReal + ofFake, generator: ofReal + ofFake };
    if (wrong.exchanged) return { discriminator: ofFake, generator: ofReal };
    const generator = wrong.generatorMinusDiscriminator ? -ofReal : wrong.generatorAsDiscriminator ? ofReal : ofFake;
    return { discriminator: sign * ofReal, generator: sign * generator };
  },

  hints: [
    'Which number says by how much a real example looks more real than its partner? Everything is a function of it.',
    'Minus the logarithm of a sigmoid is a smooth function that stays finite. You know it from an earlier exercise.',
    'How does the number change if real example and fake are exchanged?',
  ],

  picture: {
    unit: 'nats',
    // the real logit goes from -4 to 4
    inputs: () => Array.from({ length: 41 }, (_, i) => ({ realLogits: [[i / 5 - 4]], fakeLogits: [[0]] })),
  },

  checks: [
    { kind: 'values', points: 4 },
    {
      kind: 'values',
      name: 'large logits',
      points: 1,
      limitedBy: 'realLogits',
      inputs: () => ({ realLogits: [[200], [-150], [120]], fakeLogits: [[-30], [20], [10]] }),
    },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});
