import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';
import { logSoftmax } from '../../log-softmax.js';

export const exercise = defineExercise({
  name: 'heldOutBits',
  integers: ['tokens'],
  inputs: (random) => inputsOf(random.normal([3, 5, 4]), random.integers([3, 5], 0, 4), [5, 3, 4]),

  mistakes: {
    negative: 'it is the mean of the logarithms, but must be minus it',
    nats: 'it is in nats, not in bits',
    timesLog2: 'it is multiplied by log 2, but nats become bits if they are divided by it',
    base10: 'the logarithm has the base 10, but must have the base 2',
    noShift: 'the logits of each place judge the token of the same place, which the network has read, not the next one',
    shiftedBack: 'the logits of each place judge the token before it, but must judge the next one',
    padding: 'the padding is judged, too',
    paddingCounted: 'the sum is divided by the number of all places, also those of the padding',
    firstCounted: 'the sum is divided by the number of all tokens, but the first of each sequence is not judged',
    maskOfReader: 'a token is judged if the one before it is text, but must be judged if it is text itself',
    meanOfMeans: 'it is the mean of the means of the sequences, but long sequences count for more',
    sum: 'it is a sum over the judged tokens, not their mean',
    perSequence: 'the sum is divided by the number of sequences, not of judged tokens',
    perPlace: 'the sum is divided by the length of the batch, not by the number of judged tokens',
    noSoftmax: 'the logits are used as if they were logarithms of probabilities: the softmax is missing',
    softmaxTwice: 'the softmax is applied twice',
    softmaxOverPlaces: 'the softmax is over the places, not over the tokens',
    noLogarithm: 'it is a mean of probabilities, not of their logarithms',
    perplexity: 'it is the perplexity: the exponential must not be taken',
    mostLikely: 'it uses the most likely token of each place, not the token of the text',
    entropy: 'it is the entropy of the predictions, in which the text plays no part',
    logOfMean: 'the logarithm is taken of the mean probability, but the mean must be taken of logarithms',
    accuracy: 'it is the share of tokens that the model guesses, not what they cost',
    perToken: 'it is divided by the number of tokens to choose from',
  },
  exclusive: [
    ['nats', 'timesLog2', 'base10'],
    ['noShift', 'shiftedBack', 'maskOfReader'],
    ['padding', 'paddingCounted', 'firstCounted', 'maskOfReader', 'meanOfMeans', 'sum', 'perSequence', 'perPlace'],
  ],
  alone: [
    'base10',
    'shiftedBack',
    'paddingCounted',
    'firstCounted',
    'maskOfReader',
    'perSequence',
    'perPlace',
    'noSoftmax',
    'softmaxTwice',
    'softmaxOverPlaces',
    'noLogarithm',
    'perplexity',
    'mostLikely',
    'entropy',
    'logOfMean',
    'accuracy',
    'perToken',
    'timesLog2',
  ],

  reference({ logits, tokens, isText }, wrong) {
    const length = tokens[0]!.length;
    const logOf = (n: number, reader: number, judged: number): number => {
      const row = logits[n]![reader]!;
      const token = tokens[n]![judged]!;
      const logs = logSoftmax(row);
      if (wrong.noSoftmax) return row[token]!;
      if (wrong.softmaxTwice) return logSoftmax(logs.map(Math.exp))[token]!;
      if (wrong.softmaxOverPlaces) return logSoftmax(logits[n]!.map((other) => other[token]!))[reader]!;
      if (wrong.mostLikely) return Math.max(...logs);
      if (wrong.entropy) return sumOf(each((log) => Math.exp(log) * log, logs));
      if (wrong.accuracy) return logs[token]! === Math.max(...logs) ? -1 : 0;
      return wrong.noLogarithm ? -Math.exp(logs[token]!) : logs[token]!;
    };
    const sequences = tokens.map((row, n) =>
      row.flatMap((_, judged) => {
        const reader = wrong.noShift ? judged : wrong.shiftedBack ? judged + 1 : judged - 1;
        if (reader < 0 || reader >= length) return [];
        const counts = wrong.padding ? 1 : isText[n]![wrong.maskOfReader ? reader : judged]!;
        return counts === 0 ? [] : [logOf(n, reader, judged)];
      }),
    );
    const all = sequences.flat();
    const texts = sumOf(isText);
    const count = wrong.paddingCounted
      ? tokens.length * (length - 1)
      : wrong.firstCounted
        ? texts
        : wrong.perSequence
          ? tokens.length
          : wrong.perPlace
            ? length - 1
            : wrong.sum
              ? 1
              : all.length;
    const mean = wrong.meanOfMeans
      ? meanOf(sequences.map(meanOf))
      : wrong.logOfMean
        ? Math.log(meanOf(all.map(Math.exp)))
        : sumOf(all) / count;
    if (wrong.perplexity) return Math.exp(-mean);
    const unit =
      wrong.nats || wrong.noLogarithm || wrong.accuracy
        ? 1
        : wrong.timesLog2
          ? 1 / Math.LN2
          : wrong.base10
            ? Math.LN10
            : Math.LN2;
    return ((wrong.negative ? 1 : -1) * mean) / unit / (wrong.perToken ? logits[0]![0]!.length : 1);
  },

  hints: [
    'Write a sequence of four tokens on paper, and under each place the token that its logits judge. Which logits and which token are left over?',
    'Cut the last place off the logits and the first one off the tokens. Which end of the mask goes with them?',
    'Add up what all judged tokens cost, and count them. How do you turn nats into bits?',
  ],

  picture: {
    unit: 'bits',
    // the logit of the token rises from -3 to 3
    inputs: () =>
      Array.from({ length: 31 }, (_, i) => ({
        logits: [
          [
            [i / 5 - 3, 0, 0, 0],
            [0, 0, 0, 0],
          ],
        ],
        tokens: [[1, 0]],
        isText: [[1, 1]],
      })),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'another batch',
      points: 1,
      inputs: (random) => inputsOf(random.normal([4, 3, 5]), random.integers([4, 3], 0, 5), [3, 2, 3, 3]),
    },
    {
      kind: 'values',
      name: 'large logits',
      points: 1,
      limitedBy: 'logits',
      inputs: () =>
        inputsOf(
          [
            [
              [120, 0, -30],
              [200, 0, 100],
              [1, 2, 3],
            ],
          ],
          [[0, 1, 2]],
          [3],
        ),
    },
    { kind: 'gradients', points: 2, of: ['logits'] },
    { kind: 'leaks', points: 1 },
  ],
});

/** Inputs whose sequences have these lengths. */
function inputsOf(
  logits: number[][][],
  tokens: number[][],
  lengths: readonly number[],
): { logits: number[][][]; tokens: number[][]; isText: number[][] } {
  return { logits, tokens, isText: tokens.map((row, n) => row.map((_, i) => (i < lengths[n]! ? 1 : 0))) };
}
