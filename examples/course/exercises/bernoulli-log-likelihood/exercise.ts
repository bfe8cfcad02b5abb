import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'bernoulliLogLikelihood',
  // the first row is one of probabilities, too
  inputs: (random) => ({
    x: random.integers([3, 4], 0, 2),
    logits: [...random.uniform([1, 4], 0.1, 0.9), ...random.normal([2, 4])],
  }),

  mistakes: {
    negative: 'it is minus the log-likelihood, which is the loss',
    swapped: 'ones and zeros are swapped: a positive logit makes a 1 likely',
    onlyOnes: 'the pixels that are 0 do not count',
    onlyZeros: 'the pixels that are 1 do not count',
    probabilitiesGiven: 'the logits are used as if they were probabilities',
    sigmoidTwice: 'the sigmoid is applied twice',
    noLogarithm: 'it adds up probabilities, not their logarithms',
    squaredError: 'it is minus the squared error of the probabilities',
    notNormalised: 'the term that makes the probabilities of 0 and 1 add up to 1 is missing',
    otherSide: 'the logit has the wrong sign in the term that makes the probabilities of 0 and 1 add up to 1',
    noRest: 'the term log(1 + exp(-|logit|)) is missing',
    restSign: 'the term log(1 + exp(-|logit|)) has the wrong sign',
    growingRest: 'the exponential in log(1 + exp(-|logit|)) lacks its minus',
    minusLogarithm: 'the logarithm of 1 - sigmoid is not minus the logarithm of the sigmoid',
    noPositivePart: 'the positive part of the logit, max(logit, 0), is missing',
    difference: 'the terms of ones and zeros are subtracted, but must be added',
    zerosAsHalf: 'a product of pixel and logit is 0 where the pixel is 0, so that those pixels are as likely as not',
    logOfSum: 'the logarithm is taken of a sum of probabilities, but must be taken of each',
    softmax: 'a softmax over the pixels makes them rivals, but each has a probability of its own',
    squaredLogits: 'it is minus the squared distance of pixels and logits',
    bits: 'it is in bits, not in nats: the logarithm must be the natural one',
    meanOverPixels: 'it is a mean over pixels, not a sum',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
    sumOverExamples: 'the sum is over the examples, not over the pixels of each',
  },
  exclusive: [
    ['onlyOnes', 'onlyZeros', 'squaredError', 'notNormalised', 'otherSide'],
    ['probabilitiesGiven', 'sigmoidTwice', 'notNormalised', 'otherSide'],
    ['noLogarithm', 'squaredError', 'notNormalised', 'bits'],
    ['noLogarithm', 'otherSide'],
    ['meanOverPixels', 'sumOverBatch', 'sumOverExamples'],
  ],
  alone: [
    'noRest',
    'restSign',
    'growingRest',
    'minusLogarithm',
    'noPositivePart',
    'difference',
    'zerosAsHalf',
    'logOfSum',
    'softmax',
    'squaredLogits',
  ],

  reference({ x, logits }, wrong) {
    if (wrong.logOfSum) {
      const probabilities = each((pixel, l) => Math.exp(-softplus(pixel === 1 ? -l : l)), x, logits);
      return probabilities.map((row) => Math.log(sumOf(row)));
    }
    if (wrong.softmax)
      return logits.map((row, i) => {
        const total = Math.log(sumOf(each(Math.exp, row)));
        return sumOf(each((pixel, l) => pixel * (l - total), x[i]!, row));
      });
    const terms = each(
      (pixel, l) => {
        const rest = Math.log1p(Math.exp(-Math.abs(l)));
        if (wrong.noRest) return pixel * l - Math.max(l, 0);
        if (wrong.restSign) return pixel * l - Math.max(l, 0) + rest;
        if (wrong.growingRest) return pixel * l - Math.max(l, 0) - Math.log1p(Math.exp(Math.abs(l)));
        if (wrong.minusLogarithm) return (pixel === 1 ? -1 : 1) * softplus(-l);
        if (wrong.noPositivePart) return pixel * l - rest;
        if (wrong.zerosAsHalf) return -softplus(-pixel * l);
        if (wrong.squaredLogits) return -((pixel - l) ** 2);
        const isOne = wrong.swapped ? 1 - pixel : pixel;
        if (wrong.notNormalised) return isOne * l;
        if (wrong.otherSide) return isOne * l - softplus(-l);
        const [one, zero] = logarithms(l, wrong);
        if (wrong.squaredError) return -((isOne - Math.exp(one)) ** 2);
        const [ofOne, ofZero] = wrong.noLogarithm ? [Math.exp(one), Math.exp(zero)] : [one, zero];
        const sign = wrong.difference ? -1 : 1;
        return (wrong.onlyZeros ? 0 : isOne * ofOne) + (wrong.onlyOnes ? 0 : sign * (1 - isOne) * ofZero);
      },
      x,
      logits,
    );
    const scale = (wrong.negative ? -1 : 1) / (wrong.bits ? Math.LN2 : 1);
    const scaled = each((term) => scale * term, terms);
    if (wrong.sumOverBatch) return sumOf(scaled);
    if (wrong.sumOverExamples) return scaled[0]!.map((_, j) => sumOf(scaled.map((row) => row[j]!)));
    return scaled.map(wrong.meanOverPixels ? meanOf : sumOf);
  },

  hints: [
    'What is the probability of a pixel that is 1, and of one that is 0? Both are the sigmoid of something.',
    'Far from 0, a sigmoid is 0 in float32, and its logarithm is not finite. Which smooth function is minus the logarithm of a sigmoid?',
    'A formula for pixels that are 0 or 1 needs no condition: multiply by the pixel. Then: which axis is added up?',
  ],

  picture: {
    unit: 'nats',
    // a pixel that is 1, from -5 to 5 of its logit
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 4 - 5]);
      return { x: each(() => 1, line), logits: line };
    },
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'large logits',
      points: 2,
      limitedBy: 'logits',
      inputs: () => ({ x: [1, 1, 0, 0, 0].map((one) => [one]), logits: [[30], [-120], [20], [-200], [100]] }),
    },
    { kind: 'gradients', points: 2, of: ['logits'] },
    { kind: 'leaks', points: 1 },
  ],
});

/** The logarithms of the probabilities of 1 and of 0. */
function logarithms(logit: number, wrong: Readonly<Record<string, boolean>>): readonly [one: number, zero: number] {
  if (wrong['probabilitiesGiven']) return [Math.log(logit), Math.log(1 - logit)];
  const l = wrong['sigmoidTwice'] ? 1 / (1 + Math.exp(-logit)) : logit;
  return [-softplus(-l), -softplus(l)];
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
