import { defineExercise, each, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  // the function that stub.ts exports
  name: 'squaredError',
  // its arguments in order, as nested arrays: few numbers, of another length on each axis
  inputs: (random) => ({ x: random.normal([4, 3]), mean: random.normal([4, 3]) }),

  // the words follow "Your answer is wrong:"
  mistakes: {
    halved: 'it is halved',
    absolute: 'it is the absolute difference, not its square',
    added: 'the two are added, not subtracted',
    meanOverAxis: 'it is a mean over the numbers of an example, not a sum',
    sumOverBatch: 'the examples are added up, and there must be one number for each',
  },
  // of each group at most one is made at a time
  exclusive: [['meanOverAxis', 'sumOverBatch']],

  // the formula in float64; `wrong` says which mistakes to make
  reference({ x, mean }, wrong) {
    const terms = each(
      (a, b) => {
        const difference = Math.abs(wrong.added ? a + b : a - b);
        return (wrong.halved ? 0.5 : 1) * (wrong.absolute ? difference : difference ** 2);
      },
      x,
      mean,
    );
    return wrong.sumOverBatch ? sumOf(terms) : terms.map(wrong.meanOverAxis ? meanOf : sumOf);
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
