import { defineExercise, sumOf } from 'tfjs-generative/testing';
import { logSoftmax } from '../../log-softmax.js';

export const exercise = defineExercise({
  name: 'causalAttention',
  // as many outputs as features: keys may be taken for values
  inputs: (random) => ({
    queries: random.normal([2, 4, 3]),
    keys: random.normal([2, 4, 3]),
    values: random.normal([2, 4, 3]),
  }),

  mistakes: {
    noMask: 'every place sees the whole sequence, also what comes after it',
    future: 'every place sees what comes after it, not what comes before',
    blind: 'no place sees itself, but each must',
    zeroScores: 'hidden places have a score of 0, but it must be so low that their weight is 0',
    maskedWeights: 'the mask is applied after the softmax, so the weights do not add up to 1',
    noScale: 'the scores are not divided by the square root of the number of features',
    byFeatures: 'the scores are divided by the number of features, not by its square root',
    timesRoot: 'the scores are multiplied by the square root of the number of features, but must be divided by it',
    byLength: 'the scores are divided by the square root of the length, not of the number of features',
    noSoftmax: 'the scores themselves are used as weights: the softmax is missing',
    softmaxOverQueries: 'the softmax is over the places that look, not over those that are looked at',
    softmaxOverBatch: 'the softmax is over the examples, not over the places that are looked at',
    exchanged: 'queries and keys are exchanged',
    ofKeys: 'the keys are averaged instead of the values',
    ofQueries: 'the queries are averaged instead of the values',
    uniform: 'all earlier places have the same weight, whatever the scores are',
    normalised: 'the scores are divided by their sum: the exponential is missing',
    transposed: 'the weights are transposed: each value goes to the places that it looks at',
    sigmoid: 'a sigmoid of each score is taken, but the places are rivals: a softmax is needed',
    residual: 'the queries are added to the result',
    best: 'only the place with the highest score counts, but all must',
    oneExample: 'every example has the weights of the first',
    distances: 'the scores are distances of queries and keys, not their products',
    lastOnly: 'all places have the result of the last one',
  },
  exclusive: [
    ['noMask', 'future', 'blind', 'zeroScores', 'maskedWeights'],
    ['noScale', 'byFeatures', 'timesRoot', 'byLength'],
    ['noSoftmax', 'softmaxOverQueries', 'softmaxOverBatch', 'uniform', 'normalised', 'sigmoid', 'best'],
    ['ofKeys', 'ofQueries'],
  ],
  alone: [
    'uniform',
    'normalised',
    'transposed',
    'sigmoid',
    'residual',
    'best',
    'oneExample',
    'distances',
    'lastOnly',
    'softmaxOverBatch',
    'ofQueries',
    'byLength',
    'noSoftmax',
  ],

  reference({ queries, keys, values }, wrong) {
    const [length, features] = [queries[0]!.length, queries[0]![0]!.length];
    const root = Math.sqrt(features);
    const scale = wrong.noScale
      ? 1
      : wrong.byFeatures
        ? features
        : wrong.timesRoot
          ? 1 / root
          : wrong.byLength
            ? Math.sqrt(length)
            : root;
    const isHidden = (i: number, j: number): boolean =>
      wrong.noMask || wrong.maskedWeights || wrong.zeroScores
        ? false
        : wrong.future
          ? j < i
          : wrong.blind
            ? j >= i
            : j > i;
    const scoresOf = (n: number): number[][] =>
      queries[n]!.map((_, i) =>
        keys[n]!.map((__, j) => {
          const [a, b] = wrong.exchanged ? [keys[n]![i]!, queries[n]![j]!] : [queries[n]![i]!, keys[n]![j]!];
          const product = wrong.distances
            ? -sumOf(a.map((q, f) => (q - b[f]!) ** 2))
            : sumOf(a.map((q, f) => q * b[f]!));
          if (wrong.zeroScores && j > i) return 0;
          return isHidden(i, j) ? HIDDEN : product / scale;
        }),
      );
    const all = queries.map((_, n) => scoresOf(n));
    const weightsOf = (n: number): number[][] => {
      const scores = all[n]!;
      const past = (i: number, j: number): number => (j <= i ? 1 : 0);
      const isKept = (i: number, j: number): number => (isHidden(i, j) ? 0 : 1);
      if (wrong.uniform) return scores.map((row, i) => row.map((__, j) => past(i, j) / (i + 1)));
      if (wrong.noSoftmax)
        return scores.map((row, i) => row.map((s, j) => (isHidden(i, j) || (wrong.maskedWeights && j > i) ? 0 : s)));
      if (wrong.normalised)
        return scores.map((row, i) =>
          row.map((s, j) => (isKept(i, j) * s) / sumOf(row.map((t, k) => isKept(i, k) * t))),
        );
      if (wrong.sigmoid) return scores.map((row) => row.map((s) => 1 / (1 + Math.exp(-s))));
      if (wrong.best) return scores.map((row) => row.map((s) => (s === Math.max(...row) ? 1 : 0)));
      const softmax = (row: readonly number[]): number[] => logSoftmax(row).map(Math.exp);
      const weights = wrong.softmaxOverQueries
        ? transposed(transposed(scores).map(softmax))
        : wrong.softmaxOverBatch
          ? scores.map((row, i) => row.map((__, j) => softmax(all.map((other) => other[i]![j]!))[n]!))
          : scores.map(softmax);
      return wrong.maskedWeights ? weights.map((row, i) => row.map((w, j) => w * past(i, j))) : weights;
    };
    const outputs = values.map((rows, n) => {
      const given = weightsOf(wrong.oneExample ? 0 : n);
      const weights = wrong.transposed ? transposed(given) : given;
      const from = wrong.ofKeys ? keys[n]! : wrong.ofQueries ? queries[n]! : rows;
      return weights.map((row, i) =>
        from[0]!.map((_, f) => sumOf(row.map((w, j) => w * from[j]![f]!)) + (wrong.residual ? queries[n]![i]![f]! : 0)),
      );
    });
    return wrong.lastOnly ? outputs.map((rows) => rows.map(() => rows[length - 1]!)) : outputs;
  },

  hints: [
    'Which matrix has the product of every query with every key? Which of its two axes holds the places that look, and which those that are looked at?',
    'A place that is hidden must have a weight of 0, and the other weights must still add up to 1. What must its score be before the softmax?',
    'A band of a matrix is one of the operations of TensorFlow.js; another way is to compare two ranges of numbers, one in a row and one in a column.',
  ],

  picture: {
    // five places with rising values, and the same query for all
    inputs: () => ({
      queries: [Array.from({ length: 5 }, () => [1])],
      keys: [[0, 1, -1, 2, 0.5].map((key) => [key])],
      values: [[1, 2, 4, 3, 6].map((value) => [value])],
    }),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'large scores',
      points: 1,
      limitedBy: 'queries',
      inputs: () => ({
        queries: [[[200], [-150], [300]]],
        keys: [[[1], [1.5], [2]]],
        values: [
          [
            [1, -1],
            [2, 3],
            [-2, 0.5],
          ],
        ],
      }),
    },
    {
      kind: 'gradients',
      points: 3,
      inputs: (random) => ({
        queries: random.normal([1, 3, 4]),
        keys: random.normal([1, 3, 4]),
        values: random.normal([1, 3, 2]),
      }),
    },
    { kind: 'leaks', points: 1 },
  ],
});

/** The score of a hidden place. It is large enough that float32 forgets the score itself. */
const HIDDEN = -1e9;

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!));
}
