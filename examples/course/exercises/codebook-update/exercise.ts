import { defineExercise, each, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'codebookUpdate',
  integers: ['indices'],
  // two codes have no vector, and one has several
  inputs: (random) => ({
    counts: random.uniform([5], 0.5, 3),
    sums: random.normal([5, 3]),
    z: random.normal([6, 3]),
    indices: [0, 2, 2, 4, 2, 0],
  }),

  mistakes: {
    exchanged: 'the factors 0.9 and 0.1 are exchanged',
    noDecay: 'the old counts and sums are not multiplied by 0.9',
    noShare: 'the new counts and sums are not multiplied by 0.1',
    plainSum: 'old and new are added with weights of 1, but must have the weights 0.9 and 0.1',
    otherDecay: 'the factors are 0.99 and 0.01, but must be 0.9 and 0.1',
    meanOfVectors: 'the mean of the vectors of a code is added to its sum, but their sum must be',
    countOnce: 'a code counts once in a batch, however many vectors chose it',
    shareOfBatch: 'the counts and sums of the batch are divided by its size',
    onlySumsOfBatch: 'the sums of the batch are divided by its size',
    oldCounts: 'the codebook is divided by the old counts, not by the new ones',
    oldSums: 'the codebook is made of the old sums, not of the new ones',
    oldCodebook: 'the codebook is made of the old counts and sums',
    notDivided: 'the codebook is the sums themselves: the division by the counts is missing',
    timesCounts: 'the sums are multiplied by the counts, but must be divided by them',
    batchMeans: 'the codebook is made of the batch alone, and not of the moving averages',
    idleKept: 'codes without a vector are left as they were, but their counts and sums shrink, too',
    normalised: 'the counts are divided by their sum',
    plusOne: 'a 1 is added to each count in the codebook',
    everyCode: 'every vector counts for every code, but only for the one that it chose',
    firstVector: 'every code has the vectors of the first',
  },
  exclusive: [
    ['exchanged', 'noDecay', 'noShare', 'plainSum', 'otherDecay'],
    ['meanOfVectors', 'countOnce', 'shareOfBatch', 'onlySumsOfBatch', 'everyCode'],
    ['oldCounts', 'oldSums', 'oldCodebook', 'notDivided', 'timesCounts', 'batchMeans', 'plusOne'],
  ],
  alone: [
    'otherDecay',
    'countOnce',
    'onlySumsOfBatch',
    'oldSums',
    'timesCounts',
    'batchMeans',
    'normalised',
    'plusOne',
    'everyCode',
    'firstVector',
    'shareOfBatch',
  ],

  reference({ counts, sums, z, indices }, wrong) {
    const [old, share] = wrong.exchanged
      ? [0.1, 0.9]
      : wrong.plainSum
        ? [1, 1]
        : wrong.otherDecay
          ? [0.99, 0.01]
          : [wrong.noDecay ? 1 : 0.9, wrong.noShare ? 1 : 0.1];
    const codes = counts.map((count, k) => {
      const own = z.filter((_, i) => wrong.everyCode || indices[i]! === (wrong.firstVector ? 0 : k));
      const total = sums[k]!.map((_, j) => sumOf(own.map((row) => row[j]!)));
      if (wrong.idleKept && own.length === 0) return { count, sum: sums[k]!, own, total };
      const n = wrong.countOnce ? Math.min(1, own.length) : own.length / (wrong.shareOfBatch ? z.length : 1);
      const size = wrong.meanOfVectors
        ? Math.max(1, own.length)
        : wrong.shareOfBatch || wrong.onlySumsOfBatch
          ? z.length
          : 1;
      return {
        count: old * count + share * n,
        sum: each((a, b) => old * a + (share * b) / size, sums[k]!, total),
        own,
        total,
      };
    });
    const all = sumOf(codes.map(({ count }) => count));
    const newCounts = codes.map(({ count }) => (wrong.normalised ? count / all : count));
    return {
      counts: newCounts,
      sums: codes.map(({ sum }) => sum),
      codebook: codes.map(({ sum, own, total }, k) => {
        const count = wrong.oldCounts || wrong.oldCodebook ? counts[k]! : newCounts[k]! + (wrong.plusOne ? 1 : 0);
        if (wrong.batchMeans) return total.map((value) => value / Math.max(1, own.length));
        const from = wrong.oldSums || wrong.oldCodebook ? sums[k]! : sum;
        return from.map((value) => (wrong.notDivided ? value : wrong.timesCounts ? value * count : value / count));
      }),
    };
  },

  hints: [
    'A matrix of zeros and ones says which vector chose which code. Which operation makes it from the indices?',
    'What are the sums of its columns? And what is its transpose times the vectors?',
    'Counts have one axis, and sums have two. What must the shape of the counts be where you divide?',
  ],

  picture: {
    // ten codes of one number; the vectors choose the first five
    inputs: () => ({
      counts: Array.from({ length: 10 }, (_, i) => 1 + (i % 3)),
      sums: Array.from({ length: 10 }, (_, i) => [(1 + (i % 3)) * Math.sin(i)]),
      z: Array.from({ length: 10 }, (_, i) => [2 + i / 5]),
      indices: Array.from({ length: 10 }, (_, i) => i % 5),
    }),
  },

  checks: [
    { kind: 'values', points: 6 },
    {
      kind: 'values',
      name: 'another batch',
      points: 1,
      inputs: (random) => ({
        counts: random.uniform([4], 0.5, 3),
        sums: random.normal([4, 5]),
        z: random.normal([3, 5]),
        indices: random.integers([3], 0, 4),
      }),
    },
    { kind: 'leaks', points: 1 },
  ],
});
