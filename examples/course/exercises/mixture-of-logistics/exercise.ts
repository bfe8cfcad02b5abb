import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';
import { logSoftmax } from '../../log-softmax.js';

export const exercise = defineExercise({
  name: 'mixtureOfLogistics',
  inputs: (random) => ({
    // both edges are there
    x: [0, 9, ...random.integers([3], 2, 8)],
    logits: random.normal([5, 3]),
    means: [...random.uniform([1, 3], -1, 1), ...random.uniform([1, 3], 8, 10), ...random.uniform([3, 3], 1, 8)],
    logScales: [...random.uniform([2, 3], 0.2, 1), ...random.uniform([3, 3], -0.4, 0.9)],
  }),

  mistakes: {
    negative: 'it is minus the log-likelihood, which is the loss',
    noEdges: 'the first and the last value lack the probability of all numbers below and above their intervals',
    noLowerEdge: 'the first value lacks the probability of all numbers below its interval',
    noUpperEdge: 'the last value lacks the probability of all numbers above its interval',
    bits: 'it is in bits, not in nats: the logarithm must be the natural one',
    noLogarithm: 'it is the probability itself, not its logarithm',
    noSoftmax: 'the shares do not add up to 1, because the exponentials of the logits are not divided by their sum',
    logitsAsShares: 'the logits are used as the shares, but the shares are their softmax',
    equalShares: 'all logistics have the same share, and the logits play no part',
    softmaxOverPixels: 'the softmax is over the pixels, not over the logistics of each',
    meanOfLogs: 'the mixture is of logarithms, but the logarithm must be taken of the mixture',
    sumOfLogs: 'the logarithms of the logistics are added up, but the logarithm must be taken of the mixture',
    largestOnly: 'only the logistic with the largest share counts, but all must',
    scaleGiven: 'the argument is the logarithm of the scale, but is used as the scale',
    timesScale: 'the distance from the mean is multiplied by the scale, but must be divided by it',
    halfLogScale: 'the scale is exp(logScale / 2), but must be exp(logScale)',
    doubleLogScale: 'the scale is exp(2 logScale), but must be exp(logScale)',
    softplusScale: 'the scale is the softplus of its logarithm, but must be the exponential',
    noScale: 'the distance from the mean is not divided by the scale',
    density: 'it is the logarithm of the density at the pixel, not of the probability of its interval',
    wideInterval: 'the interval is from x - 1 to x + 1, but must have the length 1',
    intervalAbove: 'the interval is from x to x + 1, but the pixel must be in its middle',
    intervalBelow: 'the interval is from x - 1 to x, but the pixel must be in its middle',
    cumulative: 'it is the logarithm of the cumulative distribution function, not of the probability of an interval',
    tanh: 'the tanh is used as the cumulative distribution function, but the sigmoid must be',
    sumOverPixels: 'the pixels are added up, but there must be one number for each',
    meanOverPixels: 'it is a mean over the pixels, but there must be one number for each',
  },
  exclusive: [
    ['noEdges', 'noLowerEdge', 'noUpperEdge'],
    ['noSoftmax', 'logitsAsShares', 'equalShares', 'softmaxOverPixels'],
    ['sumOverPixels', 'meanOverPixels'],
    ['bits', 'noLogarithm'],
  ],
  alone: [
    'noLogarithm',
    'logitsAsShares',
    'softmaxOverPixels',
    'meanOfLogs',
    'sumOfLogs',
    'largestOnly',
    'scaleGiven',
    'timesScale',
    'halfLogScale',
    'doubleLogScale',
    'softplusScale',
    'noScale',
    'density',
    'wideInterval',
    'intervalAbove',
    'intervalBelow',
    'cumulative',
    'tanh',
    'noLowerEdge',
    'noUpperEdge',
  ],

  reference({ x, logits, means, logScales }, wrong) {
    const logs = x.map((pixel, i) => {
      const chances = each(
        (mean, logScale) => chanceOf(pixel, mean, scaleOf(logScale, wrong), wrong),
        means[i]!,
        logScales[i]!,
      );
      const row = logits[i]!;
      const shares = wrong.noSoftmax
        ? row.map(Math.exp)
        : wrong.logitsAsShares
          ? row
          : wrong.softmaxOverPixels
            ? row.map((_, k) => Math.exp(logSoftmax(logits.map((other) => other[k]!))[i]!))
            : logSoftmax(row).map((share) => (wrong.equalShares ? 1 / row.length : Math.exp(share)));
      const largest = shares.indexOf(Math.max(...shares));
      if (wrong.meanOfLogs) return sumOf(each((share, chance) => share * Math.log(chance), shares, chances));
      if (wrong.sumOfLogs) return sumOf(each((share, chance) => Math.log(share * chance), shares, chances));
      const total = wrong.largestOnly
        ? shares[largest]! * chances[largest]!
        : sumOf(each((a, b) => a * b, shares, chances));
      return (wrong.negative ? -1 : 1) * (wrong.noLogarithm ? total : Math.log(total) / (wrong.bits ? Math.LN2 : 1));
    });
    if (wrong.sumOverPixels) return sumOf(logs);
    return wrong.meanOverPixels ? meanOf(logs) : logs;
  },

  hints: [
    'What is the probability that a number falls into an interval, in terms of the cumulative distribution function?',
    'The lower end of the first interval is minus infinity. What is the function there, and at the upper end of the last one?',
    'Each pixel has its own row of logistics. Which axis must x get, and over which axis is the mixture?',
  ],

  picture: {
    unit: 'nats',
    // all ten pixels, with two logistics
    inputs() {
      const line = Array.from({ length: 10 }, (_, i) => i);
      return {
        x: line,
        logits: line.map(() => [0, 1]),
        means: line.map(() => [2, 7]),
        logScales: line.map(() => [-0.5, 0]),
      };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'one logistic',
      points: 1,
      inputs: (random) => ({
        x: [0, 4, 9],
        logits: random.normal([3, 1]),
        means: random.uniform([3, 1], 2, 7),
        logScales: random.uniform([3, 1], 0, 1),
      }),
    },
    { kind: 'gradients', points: 3, of: ['logits', 'means', 'logScales'] },
    { kind: 'leaks', points: 1 },
  ],
});

function scaleOf(logScale: number, wrong: Readonly<Record<string, boolean>>): number {
  if (wrong['scaleGiven']) return logScale;
  if (wrong['noScale']) return 1;
  if (wrong['softplusScale']) return Math.log1p(Math.exp(logScale));
  const power = wrong['timesScale'] ? -1 : wrong['halfLogScale'] ? 0.5 : wrong['doubleLogScale'] ? 2 : 1;
  return Math.exp(power * logScale);
}

/** The probability of a pixel under one logistic. */
function chanceOf(pixel: number, mean: number, scale: number, wrong: Readonly<Record<string, boolean>>): number {
  const cumulative = (value: number): number => {
    const z = (value - mean) / scale;
    return wrong['tanh'] ? Math.tanh(z) : 1 / (1 + Math.exp(-z));
  };
  if (wrong['density']) return (cumulative(pixel) * (1 - cumulative(pixel))) / scale;
  const [below, above] = wrong['wideInterval']
    ? [1, 1]
    : wrong['intervalAbove']
      ? [0, 1]
      : wrong['intervalBelow']
        ? [1, 0]
        : [0.5, 0.5];
  const hasLower = wrong['noEdges'] || wrong['noLowerEdge'] || pixel > 0;
  const hasUpper = wrong['noEdges'] || wrong['noUpperEdge'] || pixel < 9;
  const upper = hasUpper ? cumulative(pixel + above) : 1;
  return wrong['cumulative'] ? upper : upper - (hasLower ? cumulative(pixel - below) : 0);
}
