import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'importanceWeightedBound',
  inputs: (random) => ({ logWeights: random.normal([4, 3]) }),

  mistakes: {
    meanOfLogs: 'it is the mean of the log-weights, which is the ELBO: the mean is inside the logarithm',
    sumOfLogs: 'it is the sum of the log-weights',
    noMean: 'it is the logarithm of the sum of the weights, not of their mean',
    timesSize: 'it multiplies by the number of samples, but must divide by it',
    dividedTwice: 'it divides by the number of samples twice',
    minusSize: 'the number of samples is subtracted, but its logarithm must be',
    batchSize: 'the number of examples is used as the number of samples',
    rootMean: 'it divides by the square root of the number of samples',
    addedTwice: 'the largest log-weight is added again twice',
    addedInside: 'the largest log-weight is added before the logarithm, but must be added after it',
    subtractedOutside: 'the largest log-weight is subtracted after the logarithm, but must be added again',
    softmax: 'it is the mean of the logarithms of the normalised weights, which add up to 1',
    dividedOutside: 'the logarithm is divided by the number of samples instead of its argument',
    noLogarithm: 'it is the mean of the weights, without a logarithm',
    noExponential: 'the log-weights are averaged as if they were weights',
    largest: 'it is the largest log-weight alone',
    weighted: 'it is the mean of log-weights with the normalised weights, which is not a bound',
    notAddedBack: 'the largest log-weight is subtracted before the exponentials, but not added again',
    weightsThemselves: 'the weights themselves are computed, but they may be 0 in float32',
    smallest: 'the smallest log-weight is subtracted, so the weights of others may then be infinite in float32',
    meanSubtracted: 'the mean is subtracted, so the weights of others may then be infinite in float32',
    largestOfAll:
      'the largest of all examples is subtracted, not that of each: the weights of others may then be 0 in float32',
    overBatch: 'the mean is over the examples, not over the samples',
    overAll: 'it is one number for samples and examples together',
    negative: 'it is minus the bound, which is the loss',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
  },
  exclusive: [
    [
      'meanOfLogs',
      'sumOfLogs',
      'noMean',
      'timesSize',
      'dividedTwice',
      'dividedOutside',
      'noLogarithm',
      'noExponential',
      'largest',
      'weighted',
    ],
    ['notAddedBack', 'meanOfLogs', 'sumOfLogs', 'noLogarithm', 'noExponential', 'largest', 'weighted', 'overAll'],
    ['weightsThemselves', 'largestOfAll', 'smallest', 'notAddedBack'],
    ['overBatch', 'overAll', 'meanOverBatch'],
    // means of means are the same for all samples of all examples
    ['overAll', 'meanOfLogs', 'noLogarithm'],
  ],

  alone: [
    'meanSubtracted',
    'minusSize',
    'batchSize',
    'rootMean',
    'addedTwice',
    'addedInside',
    'subtractedOutside',
    'softmax',
  ],

  reference({ logWeights }, wrong) {
    const all = logWeights.flat();
    const examples = wrong.overBatch
      ? logWeights
      : wrong.overAll
        ? [all]
        : logWeights[0]!.map((_, j) => logWeights.map((row) => row[j]!));
    const bounds = examples.map((logs) => {
      // the largest is taken out, so that no exponential is 0 for all
      const largest = wrong.weightsThemselves
        ? 0
        : wrong.smallest
          ? Math.min(...logs)
          : wrong.meanSubtracted
            ? meanOf(logs)
            : Math.max(...(wrong.largestOfAll ? all : logs));
      if (wrong.batchSize) return boundOf(logs, largest, wrong) + Math.log(logs.length / logWeights[0]!.length);
      return (wrong.negative ? -1 : 1) * boundOf(logs, largest, wrong);
    });
    if (wrong.overAll) return bounds[0]!;
    return wrong.meanOverBatch ? meanOf(bounds) : bounds;
  },

  hints: [
    'The bound is the logarithm of an average. Of what, and over which axis?',
    'A log-weight of -1000 is an ordinary one: its exponential is 0 in float32. What can you subtract from all before, and add again after?',
    'TensorFlow.js has one operation for the logarithm of a sum of exponentials. What is left to do with the number of samples?',
  ],

  picture: {
    unit: 'nats',
    // two samples, from -4 to 4 of the one log-weight and back in the other
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => i / 5 - 4);
      return { logWeights: [line, each((log) => -log, line)] };
    },
  },

  checks: [
    { kind: 'values', points: 4 },
    {
      kind: 'values',
      name: 'weights of pictures',
      points: 3,
      limitedBy: 'logWeights',
      // one sample is far below the others, or far above
      inputs: (random) => ({
        logWeights: random
          .normal([5, 2])
          .map(([a, b], k) => [a! - (k === 2 ? 1150 : 1000), b! - (k === 2 ? 1400 : 1800)]),
      }),
    },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});

function boundOf(logs: readonly number[], largest: number, wrong: Readonly<Record<string, boolean>>): number {
  const size = logs.length;
  // as float32 has them
  const weights = each((log) => Math.fround(Math.exp(log - largest)), logs);
  const mean = (wrong['notAddedBack'] ? 0 : largest) + Math.log(meanOf(weights));
  if (wrong['meanOfLogs']) return meanOf(logs);
  if (wrong['sumOfLogs']) return sumOf(logs);
  if (wrong['minusSize']) return mean + Math.log(size) - size;
  if (wrong['rootMean']) return mean + Math.log(size) / 2;
  if (wrong['addedTwice']) return mean + largest;
  if (wrong['addedInside']) return Math.log(meanOf(weights) + largest);
  if (wrong['subtractedOutside']) return mean - 2 * largest;
  if (wrong['softmax']) return meanOf(logs) - mean - Math.log(size);
  if (wrong['noMean']) return mean + Math.log(size);
  if (wrong['timesSize']) return mean + 2 * Math.log(size);
  if (wrong['dividedTwice']) return mean - Math.log(size);
  if (wrong['dividedOutside']) return (mean + Math.log(size)) / size;
  if (wrong['noLogarithm']) return Math.exp(mean);
  if (wrong['noExponential']) return Math.log(meanOf(logs));
  if (wrong['largest']) return Math.max(...logs);
  if (wrong['weighted']) return sumOf(each((log, weight) => log * weight, logs, weights)) / sumOf(weights);
  return mean;
}
