import type { Tensor2D } from '@tensorflow/tfjs-core';
import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'gradientPenalty',
  inputs: (random) => ({
    weights: each((weight) => 0.5 * weight, random.normal([2, 2])),
    real: random.normal([4, 2]),
    fake: random.normal([4, 2]),
    mix: random.uniform([4, 1]),
  }),

  mistakes: {
    atReal: 'the slope is taken at the real data, not between real data and fakes',
    atFake: 'the slope is taken at the fakes, not between real data and fakes',
    atMiddle: 'the slope is taken in the middle, whatever `mix` is',
    mixSwapped: '`mix` is the share of the real example, but is used as the share of the fake',
    oneMix: 'every example has the mix of the first',
    noTarget: 'the target of 1 is missing, and the norm itself is squared',
    noRoot: 'the squared norm is compared with 1, not the norm',
    notSquared: 'the difference from 1 is not squared',
    oneSided: 'only norms above 1 are penalised',
    meanOverFeatures: 'the norm contains a mean over features, not a sum',
    sumOfMagnitudes: 'it adds up magnitudes, but the norm is the root of the sum of squares',
    normOverBatch: 'it is the norm of the whole batch: each example has a norm of its own',
    meanFirst: 'the mean over examples is taken before the square',
    sumOverBatch: 'it is a sum over examples, not a mean',
    perExample: 'it is one number for each example, but must be their mean',
    magnitude: 'the magnitude of the difference from 1 is averaged, not its square',
    secant: 'it is the slope of the line from fake to real, not the norm of the gradient between them',
    ofMean: 'the gradient of the mean score is taken, so each gradient is divided by the number of examples',
    normOverExamples: 'the norm is over the examples, not over the features of each',
    perFeature: 'each partial derivative is compared with 1, not the norm of each gradient',
    perPartial: 'each partial derivative is compared with 1, not the norm of each gradient',
    ofMix: 'the gradient is taken with respect to `mix`, not to the points',
    sumOfPartials: 'the partial derivatives are added up, but the norm is the root of the sum of their squares',
    weighted: 'it is multiplied by 10: the weight of the penalty belongs to the critic’s loss',
    halved: 'it is halved, but the penalty has no factor 1/2',
    sameShare: 'both examples have the share `mix`, but that of the fake is 1 - mix',
    addedFake: 'the fake example is added with its whole weight, but its share is 1 - mix',
    mixedScores: 'the scores are multiplied by `mix`, but only the points must be',
    fromDifference: 'the gradient is taken at real minus fake, not at points between them',
    ofLogits: 'the scores themselves are compared with 1, not the norm of their gradient',
  },
  exclusive: [
    ['atReal', 'atFake', 'atMiddle', 'mixSwapped', 'oneMix'],
    ['atMiddle', 'mixSwapped', 'oneMix'],
    ['noTarget', 'notSquared', 'oneSided', 'meanFirst', 'normOverBatch'],
    ['noTarget', 'noRoot'],
    ['noRoot', 'meanOverFeatures', 'sumOfMagnitudes', 'ofLogits'],
    ['normOverBatch', 'sumOfMagnitudes', 'ofLogits'],
    ['meanFirst', 'normOverBatch', 'sumOverBatch', 'perExample'],
    // the mean over features of a norm without its target is a factor
    ['noTarget', 'meanOverFeatures'],
  ],

  alone: [
    'magnitude',
    'secant',
    'ofMean',
    'normOverExamples',
    'perFeature',
    'perPartial',
    'ofMix',
    'sumOfPartials',
    'weighted',
    'halved',
    'sameShare',
    'addedFake',
    'mixedScores',
    'fromDifference',
  ],

  reference({ weights, real, fake, mix }, wrong) {
    const hiddenOf = (x: readonly number[]): number[] =>
      weights[0]!.map((_, j) => sumOf(x.map((value, i) => value * weights[i]![j]!)));
    if (wrong.secant) {
      const scoreOf = (x: readonly number[]): number => sumOf(each((h) => h * h, hiddenOf(x)));
      const slopes = real.map((row, i) => {
        const length = Math.sqrt(sumOf(each((a, b) => (a - b) ** 2, row, fake[i]!)));
        return Math.abs(scoreOf(row) - scoreOf(fake[i]!)) / length;
      });
      return meanOf(slopes.map((slope) => (slope - 1) ** 2));
    }
    const rows = real.map((row, i) => {
      const given = mix[wrong.oneMix ? 0 : i]![0]!;
      const share = wrong.atReal ? 1 : wrong.atFake ? 0 : wrong.atMiddle ? 0.5 : wrong.mixSwapped ? 1 - given : given;
      if (wrong.fromDifference) return each((a, b) => a - b, row, fake[i]!);
      return each((a, b) => share * a + (wrong.sameShare ? share : wrong.addedFake ? 1 : 1 - share) * b, row, fake[i]!);
    });
    const gradients = rows.map((x, i) => {
      const hidden = hiddenOf(x);
      const scale = wrong.ofMean ? 1 / rows.length : wrong.mixedScores ? mix[i]![0]! : 1;
      return weights.map((row) => 2 * scale * sumOf(each((w, h) => w * h, row, hidden)));
    });
    if (wrong.perPartial) return meanOf(each((slope) => (slope - 1) ** 2, gradients));
    if (wrong.ofMix) {
      const slopes = gradients.map((row, i) => sumOf(each((slope, a, b) => slope * (a - b), row, real[i]!, fake[i]!)));
      return meanOf(slopes.map((slope) => (Math.abs(slope) - 1) ** 2));
    }
    if (wrong.perFeature) return meanOf(each((slope) => (Math.abs(slope) - 1) ** 2, gradients));
    if (wrong.normOverExamples) {
      const norms = weights.map((_, j) => Math.sqrt(sumOf(gradients.map((row) => row[j]! ** 2))));
      return meanOf(norms.map((norm) => (norm - 1) ** 2));
    }
    const squares = rows.map((x, i) => {
      // the score is the square of the length of x W, so its gradient is 2 x W W'
      const hidden = hiddenOf(x);
      if (wrong.ofLogits) return sumOf(each((h) => h * h, hidden)) ** 2;
      const slopes = gradients[i]!;
      if (wrong.sumOfPartials) return sumOf(slopes) ** 2;
      if (wrong.sumOfMagnitudes) return sumOf(slopes.map(Math.abs)) ** 2;
      return (wrong.meanOverFeatures ? meanOf : sumOf)(slopes.map((slope) => slope * slope));
    });
    const norms = (wrong.normOverBatch ? [sumOf(squares)] : squares).map((square) =>
      wrong.noRoot ? square : Math.sqrt(square),
    );
    const excess = (norm: number): number => (wrong.oneSided ? Math.max(0, norm - 1) : norm - (wrong.noTarget ? 0 : 1));
    const power = wrong.notSquared ? 1 : 2;
    if (wrong.meanFirst) return excess(meanOf(norms)) ** power;
    const factor = wrong.weighted ? 10 : wrong.halved ? 0.5 : 1;
    const terms = norms.map((norm) => factor * (wrong.magnitude ? Math.abs(norm - 1) : excess(norm) ** power));
    return wrong.perExample ? terms : wrong.sumOverBatch ? sumOf(terms) : meanOf(terms);
  },

  call: (answer, { weights, real, fake, mix }, tf) => {
    const critic = (x: Tensor2D): unknown => tf.sum(tf.square(tf.matMul(x, weights as Tensor2D)), 1, true);
    return answer(critic, real, fake, mix);
  },

  hints: [
    'First the points: `mix` has one number for each example. What shape makes it act on all features of its example?',
    'Each score depends on its own example alone, so each row of the gradient of the sum of all scores is the gradient of that example’s score.',
    'Norm of each row, distance from 1, square, mean: in which order? Which of these go over features, and which over examples?',
  ],

  // a critic whose slope goes from 0 to 3
  picture: {
    inputs: () =>
      Array.from({ length: 31 }, (_, i) => {
        return { weights: [[Math.sqrt(i / 20)]], real: [[1]], fake: [[1]], mix: [[0.5]] };
      }),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'another batch',
      points: 1,
      inputs: (random) => ({
        weights: random.normal([3, 2]),
        real: random.normal([2, 3]),
        fake: random.normal([2, 3]),
        mix: random.uniform([2, 1]),
      }),
    },
    { kind: 'gradients', points: 3, of: ['weights'] },
    { kind: 'leaks', points: 1 },
  ],
});
