import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  // the function that stub.ts exports
  name: 'squaredError',
  // its arguments in order, as nested arrays: few numbers, of another length on each axis
  inputs: (random) => ({ x: random.normal([4, 3]), mean: random.normal([4, 3]) }),

  // the words follow "Your answer is wrong:"
  mistakes: {
    negative: 'it has the wrong sign',
    halved: 'it is halved',
    rooted: 'it is the distance itself, not its square',
    absolute: 'it is the absolute difference, not its square',
    added: 'the two are added, not subtracted',
    meanOverAxis: 'it is a mean over the numbers of an example, not a sum',
    sumOverBatch: 'the examples are added up, and there must be one number for each',
    sumOverExamples: 'the sum is over the examples, not over the numbers of each',
  },
  // of each group at most one is made at a time
  exclusive: [['meanOverAxis', 'sumOverBatch', 'sumOverExamples']],

  // the formula in float64; `wrong` says which mistakes to make
  reference({ x, mean }, wrong) {
    const terms = each(
      (a, b) => {
        const difference = Math.abs(wrong.added ? a + b : a - b);
        return wrong.absolute ? difference : difference ** 2;
      },
      x,
      mean,
    );
    const factor = (wrong.halved ? 0.5 : 1) * (wrong.negative ? -1 : 1);
    const finish = (sum: number): number => factor * (wrong.rooted ? Math.sqrt(sum) : sum);
    if (wrong.sumOverBatch) return finish(sumOf(terms));
    if (wrong.sumOverExamples) return terms[0]!.map((_, j) => finish(sumOf(terms.map((row) => row[j]!))));
    return terms.map((row) => finish(wrong.meanOverAxis ? meanOf(row) : sumOf(row)));
  },

  // numbers from -2 to 2, with a mean of 0
  picture: {
    inputs() {
      const line = Array.from({ length: 41 }, (_, i) => [i / 10 - 2]);
      return { x: line, mean: line.map(() => [0]) };
    },
  },

  hints: [
    'What is the squared distance of two points on paper?',
    'Which operation of TensorFlow.js squares each number?',
    'Which axis holds the numbers of one example?',
  ],

  checks: [
    { kind: 'values', points: 4 },
    { kind: 'gradients', points: 2 },
    { kind: 'leaks', points: 1 },
  ],
});
