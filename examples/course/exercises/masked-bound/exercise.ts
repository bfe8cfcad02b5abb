import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'maskedBound',
  integers: ['tokens'],
  // the logits of the first example are probabilities, too; each example has another number of masked places
  inputs: (random) => ({
    logits: [...random.uniform([1, 4, 5], 0.1, 0.9), ...random.normal([2, 4, 5])],
    tokens: random.integers([3, 4], 0, 5),
    masked: [
      [0, 1, 1, 0],
      [1, 0, 1, 1],
      [0, 0, 0, 1],
    ],
    t: random.uniform([3], 0.1, 0.4),
  }),

  mistakes: {
    negative: 'it has the wrong sign: a bound on -log p is positive',
    noWeight: 'the weight 1/t is missing',
    timesT: 'the weight is t, but must be 1/t',
    visibleShare: 'the weight is 1/(1 - t), as if t were the share of visible tokens',
    countedShare: 'the weight is the length over the number of masked tokens, not 1/t of each example',
    meanOverMasked: 'it is a mean over the masked tokens, not a sum',
    meanOverLength: 'it is a mean over the length, not a sum',
    allTokens: 'the sum is over all tokens, but the visible ones must not count',
    visibleTokens: 'the sum is over the visible tokens, not over the masked ones',
    bits: 'it is in bits, not in nats: the logarithm must be the natural one',
    noLogarithm: 'it adds up probabilities, not their logarithms',
    noSoftmax: 'the logits are used as if they were logarithms of probabilities: the softmax is missing',
    probabilitiesGiven: 'the logits are used as if they were probabilities: the softmax is missing',
    sigmoid: 'a sigmoid of each logit is taken, but the tokens of a place are rivals: a softmax is needed',
    softmaxTwice: 'the softmax is applied twice',
    softmaxOverPlaces: 'the softmax is over the places of a sequence, not over the tokens',
    softmaxOverBatch: 'the softmax is over the examples, not over the tokens',
    mostLikely: 'it uses the most likely token of each place, not the token of the example',
    nextToken: 'the logits of each place judge the token after it, as in a model that writes from left to right',
    softmaxItself: 'the logarithm is taken of the softmax itself, which may be 0 in float32',
    meanWeight: 'every example has the mean of all weights, not its own 1/t',
    squaredWeight: 'the weight is 1/t^2, but must be 1/t',
    rootWeight: 'the weight is 1/sqrt(t), but must be 1/t',
    oneMinusT: 'the weight is 1 - t, but must be 1/t',
    logWeight: 'the weight is -log t, but must be 1/t',
    oddsWeight: 'the weight is (1 - t)/t, but must be 1/t',
    weightOfMean: 'every example has 1 over the mean of t, not its own 1/t',
    maskedLogits:
      'the logits are multiplied by the mask before the softmax, so that visible places cost log of the number of tokens',
    oneMinusProbability: 'a place costs 1 minus the probability of its token, but must cost minus its logarithm',
    entropy: 'it is the entropy of the predictions, and the tokens of the example play no part in it',
    squaredError: 'it adds up squared differences of probabilities, not logarithms of the probabilities',
    logOfSum: 'the logarithm is taken of a sum over places, but must be taken of each',
    sumOverTokens: 'every token that a place could have counts, but only the one of the example must',
    otherTokens: 'a place costs the logarithm of the probability that it is not its token',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
    sumOverExamples: 'the sum is over the examples, not over the places of each',
  },
  exclusive: [
    ['noWeight', 'timesT', 'visibleShare', 'countedShare', 'meanWeight'],
    ['meanOverMasked', 'meanOverLength', 'sumOverExamples', 'sumOverBatch', 'meanOverBatch'],
    // with that weight, a mean over the length is a mean over the masked tokens without a weight
    ['countedShare', 'meanOverMasked', 'meanOverLength', 'sumOverExamples'],
    ['allTokens', 'visibleTokens', 'meanOverMasked'],
    ['bits', 'noLogarithm', 'noSoftmax'],
    [
      'noLogarithm',
      'noSoftmax',
      'probabilitiesGiven',
      'softmaxTwice',
      'softmaxOverPlaces',
      'softmaxOverBatch',
      'softmaxItself',
    ],
    ['mostLikely', 'nextToken'],
  ],

  alone: [
    'squaredWeight',
    'rootWeight',
    'oneMinusT',
    'logWeight',
    'oddsWeight',
    'weightOfMean',
    'maskedLogits',
    'oneMinusProbability',
    'entropy',
    'squaredError',
    'logOfSum',
    'sumOverTokens',
    'otherTokens',
    'sigmoid',
  ],

  reference({ logits, tokens, masked, t }, wrong) {
    const length = tokens[0]!.length;
    const costs = tokens.map((row, n) =>
      row.map((token, i) => {
        // a model that writes from left to right has no logits before the first token
        const place = wrong.nextToken ? i - 1 : i;
        if (place < 0) return 0;
        const at = wrong.maskedLogits
          ? logits[n]![place]!.map((logit) => logit * masked[n]![place]!)
          : logits[n]![place]!;
        if (
          wrong.oneMinusProbability ||
          wrong.entropy ||
          wrong.squaredError ||
          wrong.sumOverTokens ||
          wrong.otherTokens
        )
          return otherCostOf(at, token, wrong);
        const own = wrong.mostLikely ? at.indexOf(Math.max(...at)) : token;
        const rivals = wrong.softmaxOverPlaces
          ? logits[n]!.map((other) => other[own]!)
          : wrong.softmaxOverBatch
            ? logits.map((other) => other[place]![own]!)
            : at;
        return costOf(at[own]!, rivals, wrong);
      }),
    );
    const counts = masked.map(sumOf);
    const weights = t.map((share, n) => {
      if (wrong.noWeight) return 1;
      if (wrong.timesT) return share;
      if (wrong.visibleShare) return 1 / (1 - share);
      if (wrong.squaredWeight) return 1 / share ** 2;
      if (wrong.rootWeight) return 1 / Math.sqrt(share);
      if (wrong.oneMinusT) return 1 - share;
      if (wrong.logWeight) return -Math.log(share);
      if (wrong.oddsWeight) return (1 - share) / share;
      if (wrong.weightOfMean) return 1 / meanOf(t);
      return wrong.countedShare ? length / counts[n]! : 1 / share;
    });
    if (wrong.logOfSum)
      return costs.map((row, n) => {
        const total = sumOf(row.map((cost, i) => masked[n]![i]! * Math.exp(-cost)));
        return total === 0 ? 0 : -weights[n]! * Math.log(total);
      });
    const terms = costs.map((row, n) => {
      const weight = wrong.meanWeight ? meanOf(weights) : weights[n]!;
      const counted = (mask: number): number =>
        wrong.allTokens || wrong.maskedLogits ? 1 : wrong.visibleTokens ? 1 - mask : mask;
      const scale = (wrong.negative ? -1 : 1) / (wrong.bits ? Math.LN2 : 1);
      return row.map((cost, i) => scale * weight * counted(masked[n]![i]!) * cost);
    });
    if (wrong.sumOverExamples) return terms[0]!.map((_, i) => sumOf(terms.map((row) => row[i]!)));
    const sums = terms.map(
      (row, n) => sumOf(row) / (wrong.meanOverMasked ? counts[n]! : wrong.meanOverLength ? length : 1),
    );
    if (wrong.sumOverBatch) return sumOf(sums);
    return wrong.meanOverBatch ? meanOf(sums) : sums;
  },

  hints: [
    'What does the network say about the token of one place, and what does that cost? Only places where it had to guess count.',
    'A softmax may be 0 in float32, and its logarithm is then not finite. How do you get the logarithm of a softmax without the softmax?',
    'There are three axes: tokens to choose from, places, examples. Over which one is the softmax, over which the sum, and which one remains?',
  ],

  picture: {
    unit: 'nats',
    // one of two tokens is masked, from t = 0.05 to 1; the logit of its token rises from -2 to 2
    inputs() {
      const line = Array.from({ length: 39 }, (_, i) => i / 38);
      return {
        logits: line.map((share) => [
          [4 * share - 2, 0, 0],
          [1, 0, 0],
        ]),
        tokens: line.map(() => [0, 0]),
        masked: line.map(() => [1, 0]),
        t: line.map((share) => 0.05 + 0.95 * share),
      };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'nothing masked, and everything',
      points: 1,
      inputs: (random) => ({
        logits: random.normal([3, 4, 5]),
        tokens: random.integers([3, 4], 0, 5),
        masked: [
          [0, 0, 0, 0],
          [1, 1, 1, 1],
          [1, 0, 0, 1],
        ],
        t: [0.02, 1, 0.5],
      }),
    },
    {
      kind: 'values',
      name: 'large logits',
      points: 2,
      limitedBy: 'logits',
      inputs: () => ({
        logits: [
          [
            [120, 0, -30],
            [200, 0, 100],
            [1, 2, 3],
          ],
        ],
        tokens: [[1, 2, 0]],
        masked: [[1, 1, 0]],
        t: [0.5],
      }),
    },
    { kind: 'gradients', points: 2, of: ['logits'] },
    { kind: 'leaks', points: 1 },
  ],
});

/** What a token costs, from its own logit and all logits that it competes with. */
function costOf(own: number, rivals: readonly number[], wrong: Readonly<Record<string, boolean>>): number {
  if (wrong['noSoftmax']) return -own;
  if (wrong['probabilitiesGiven']) return -Math.log(own);
  if (wrong['sigmoid']) return Math.log1p(Math.exp(-own));
  const largest = Math.max(...rivals);
  const total = sumOf(each((logit) => Math.exp(logit - largest), rivals));
  const probability = Math.exp(own - largest) / total;
  if (wrong['noLogarithm']) return -probability;
  // as float32 has it
  if (wrong['softmaxItself']) return -Math.log(Math.fround(probability));
  if (!wrong['softmaxTwice']) return largest + Math.log(total) - own;
  return Math.log(sumOf(each((logit) => Math.exp(Math.exp(logit - largest) / total), rivals))) - probability;
}

/** What a place costs by other formulas. */
function otherCostOf(logits: readonly number[], token: number, wrong: Readonly<Record<string, boolean>>): number {
  const largest = Math.max(...logits);
  const total = sumOf(each((logit) => Math.exp(logit - largest), logits));
  const logs = each((logit) => logit - largest - Math.log(total), logits);
  const probabilities = each(Math.exp, logs);
  if (wrong['oneMinusProbability']) return 1 - probabilities[token]!;
  if (wrong['otherTokens']) return -Math.log(1 - probabilities[token]!);
  if (wrong['sumOverTokens']) return -sumOf(logs);
  if (wrong['squaredError']) return sumOf(probabilities.map((p, i) => (p - (i === token ? 1 : 0)) ** 2));
  return -sumOf(probabilities.map((p, i) => p * logs[i]!));
}
