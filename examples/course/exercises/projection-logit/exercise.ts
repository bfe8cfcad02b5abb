import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'projectionLogit',
  integers: ['classes'],
  inputs: (random) => ({
    features: random.normal([5, 3]),
    classes: [2, 0, 3, ...random.integers([2], 1, 4)],
    weights: random.normal([3, 1]),
    bias: each((value) => value + Math.sign(value), random.normal([1])),
    table: random.normal([4, 3]),
  }),

  mistakes: {
    noClass: 'the part of the class is missing',
    noShared: 'the part that all classes share is missing',
    noBias: 'the bias is missing',
    biasTwice: 'the bias is added in both parts, but only once',
    minusClass: 'the part of the class is subtracted, but must be added',
    mean: 'the part of the class is a mean over features, not a sum',
    sumOfRow: 'the row of the class is added up, without the features',
    firstClass: 'every example has the class of the first',
    allClasses: 'the parts of all classes are added, but only that of the own class counts',
    nextRow: 'each class has the row after its own',
    product: 'the two parts are multiplied, but must be added',
    weightedRow: 'the row of the class is multiplied by the weights, too',
    rowAdded: 'the row of the class is added to the features, so that the weights judge it',
    sigmoid: 'it is a probability, not a logit',
    cosine: 'the part of the class is a cosine, but must be the product itself',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
  },
  exclusive: [
    ['noClass', 'noShared', 'minusClass', 'mean', 'sumOfRow', 'firstClass', 'allClasses', 'nextRow', 'product'],
    ['noShared', 'noBias', 'biasTwice'],
  ],
  alone: ['biasTwice', 'sumOfRow', 'allClasses', 'nextRow', 'product', 'weightedRow', 'rowAdded', 'sigmoid', 'cosine'],

  reference({ features, classes, weights, bias, table }, wrong) {
    const logits = features.map((row, i) => {
      const own = classes[wrong.firstClass ? 0 : i]! + (wrong.nextRow ? 1 : 0);
      const entry = wrong.allClasses
        ? table[0]!.map((_, j) => sumOf(table.map((other) => other[j]!)))
        : table[own % table.length]!;
      const w = weights.map(([value]) => value!);
      const terms = each<number[]>((h, e, v) => h * e * (wrong.weightedRow ? v : 1), row, entry, w);
      const inner = wrong.mean
        ? meanOf(terms)
        : wrong.sumOfRow
          ? sumOf(entry)
          : wrong.rowAdded
            ? sumOf(each((e, v) => e * v, entry, w))
            : sumOf(terms);
      const norm = (x: readonly number[]): number => Math.sqrt(sumOf(x.map((value) => value * value)));
      const ofClass = wrong.cosine ? inner / (norm(row) * norm(entry)) : inner;
      const b = wrong.noBias ? 0 : bias[0]! * (wrong.biasTwice ? 2 : 1);
      const shared = sumOf(each((h, v) => h * v, row, w)) + b;
      if (wrong.noClass) return shared;
      if (wrong.noShared) return ofClass;
      const logit = wrong.product ? shared * ofClass : shared + (wrong.minusClass ? -1 : 1) * ofClass;
      return wrong.sigmoid ? 1 / (1 + Math.exp(-logit)) : logit;
    });
    return wrong.meanOverBatch ? meanOf(logits) : logits.map((logit) => [logit]);
  },

  hints: [
    'How do you get the row of the table for each example? What is its shape?',
    'The part of the class is one number for each example: the products of two rows, added up.',
    'A sum along an axis removes it. Which shape must both parts have when you add them?',
  ],

  picture: {
    // a feature from -2 to 2, of an example of class 1
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      return { features: line, classes: line.map(() => 1), weights: [[1]], bias: [0.5], table: [[-1], [2]] };
    },
  },

  checks: [
    { kind: 'values', points: 4 },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});
