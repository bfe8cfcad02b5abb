import { defineExercise, each, meanOf, slopesOf, sumOf } from 'tfjs-generative/testing';
import { logSoftmax } from '../../log-softmax.js';

export const exercise = defineExercise({
  name: 'histogramUpdate',
  integers: ['x'],
  inputs: (random) => ({ logits: random.normal([5]), x: [0, 3, ...random.integers([4], 0, 4)] }),

  mistakes: {
    ascent: 'the step goes up the loss, but must go down',
    noRate: 'the gradient is not multiplied by the step size 0.5',
    halfRate: 'the step size is 0.25, but must be 0.5',
    tenthRate: 'the step size is 0.1, but must be 0.5',
    sum: 'the loss is a sum over the batch, not its mean',
    meanOverValues: 'the loss is divided by the number of values, not by the number of examples',
    onlyStep: 'it is the change of the logits, not the new logits',
    onlyGradient: 'it is the gradient, not the new logits',
    noSoftmax: 'the loss lacks the logarithm of the sum of all exponentials: the logits are used as log-probabilities',
    probability: 'the loss is minus the mean probability, but must be minus the mean of its logarithm',
    logOfMean: 'the logarithm is taken of the mean probability, but the mean must be taken of logarithms',
    squaredError: 'the loss is the squared error of probabilities, but must be minus the mean of log p',
    binary: 'each value is judged by a sigmoid of its own, but the values are rivals: a softmax is needed',
    firstOnly: 'only the first example counts',
    probabilities: 'it returns the new probabilities, not the new logits',
    logProbabilities: 'it returns the logarithms of the new probabilities, not the new logits',
    softmaxTwice: 'the softmax is applied twice',
    counts: 'it returns the shares of the values in the batch, without a step of gradient descent',
    bits: 'the loss is in bits, not in nats',
    unchanged: 'the logits are returned as they were',
    onlyData: 'only values that occur in the batch are changed, but all logits have a gradient',
  },
  exclusive: [
    ['noRate', 'halfRate', 'tenthRate'],
    ['sum', 'meanOverValues'],
    ['onlyStep', 'onlyGradient'],
  ],
  alone: [
    'halfRate',
    'tenthRate',
    'meanOverValues',
    'onlyGradient',
    'probability',
    'logOfMean',
    'squaredError',
    'binary',
    'firstOnly',
    'probabilities',
    'logProbabilities',
    'softmaxTwice',
    'counts',
    'bits',
    'unchanged',
    'onlyData',
    'noSoftmax',
  ],

  reference({ logits, x }, wrong) {
    const data = wrong.firstOnly ? x.slice(0, 1) : x;
    const shares = logits.map((_, k) => x.filter((value) => value === k).length / x.length);
    const loss = (theta: readonly number[]): number => {
      const logs = wrong.softmaxTwice ? logSoftmax(logSoftmax(theta).map(Math.exp)) : logSoftmax(theta);
      const chances = logs.map(Math.exp);
      if (wrong.logOfMean) return -Math.log(meanOf(data.map((value) => chances[value]!)));
      const costs = data.map((value) => {
        if (wrong.noSoftmax) return -theta[value]!;
        if (wrong.probability) return -chances[value]!;
        if (wrong.squaredError) return sumOf(chances.map((p, k) => (p - (k === value ? 1 : 0)) ** 2));
        if (wrong.binary) return sumOf(theta.map((t, k) => Math.log1p(Math.exp(k === value ? -t : t))));
        return -logs[value]!;
      });
      const count = wrong.sum ? 1 : wrong.meanOverValues ? theta.length : data.length;
      return sumOf(costs) / count / (wrong.bits ? Math.LN2 : 1);
    };
    const slopes = slopesOf(loss, logits);
    const rate = wrong.noRate ? 1 : wrong.halfRate ? 0.25 : wrong.tenthRate ? 0.1 : 0.5;
    const step = slopes.map((slope, k) =>
      wrong.onlyData && shares[k] === 0 ? 0 : (wrong.ascent ? 1 : -1) * rate * slope,
    );
    if (wrong.onlyGradient) return slopes;
    if (wrong.counts) return shares;
    if (wrong.unchanged) return logits;
    if (wrong.onlyStep) return step;
    const after = each((a, b) => a + b, logits, step);
    if (wrong.logProbabilities) return logSoftmax(after);
    return wrong.probabilities ? logSoftmax(after).map(Math.exp) : after;
  },

  hints: [
    'First write the loss as a function of the logits alone. Which operation gives the logarithm of a softmax?',
    'TensorFlow.js turns a function that returns a scalar into a function that returns its gradient.',
    'Against the gradient, by how much? A check on paper: what must the changes of all logits add up to?',
  ],

  picture: {
    // twenty values, whose data are a triangle
    inputs: () => ({
      logits: Array.from({ length: 20 }, () => 0),
      x: Array.from({ length: 100 }, (_, i) => Math.floor(20 * Math.sqrt((i + 0.5) / 100))),
    }),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'another batch',
      points: 1,
      inputs: (random) => ({ logits: random.normal([7]), x: random.integers([3], 0, 7) }),
    },
    { kind: 'leaks', points: 1 },
  ],
});
