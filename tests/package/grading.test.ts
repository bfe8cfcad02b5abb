import { join } from 'node:path';
import { expect, test } from 'vitest';
import { consumer, runNode, write } from './consumer.js';

write(
  'grading/answer.ts',
  `import * as tf from '@tensorflow/tfjs-core';\nexport const square = (x: tf.Tensor) => x.square();\n`,
);
const program = `
const square = defineExercise({
  name: 'square',
  mistakes: { doubled: 'it is twice the number' },
  hints: ['1', '2', '3'],
  checks: [{ kind: 'values', points: 2 }, { kind: 'gradients', points: 1 }],
  inputs: (random) => ({ x: random.normal([3]) }),
  reference: ({ x }, wrong) => x.map((value) => (wrong.doubled ? 2 * value : value ** 2)),
});
gradeSubmission(square, ${JSON.stringify(join(consumer, 'grading/answer.ts'))}, { seconds: 60 }).then(({ results }) => console.log(JSON.stringify(results.map(({ message }) => message))));
`;

test.each([
  [
    'import.mjs',
    `import { defineExercise } from 'tfjs-generative/testing'; import { gradeSubmission } from 'tfjs-generative/grading';`,
  ],
  [
    'require.cjs',
    `const { defineExercise } = require('tfjs-generative/testing'); const { gradeSubmission } = require('tfjs-generative/grading');`,
  ],
])('the package brings all that grades a file: %s', async (name, imports) => {
  const printed = await runNode(write(`grading/${name}`, imports + program));
  expect(printed.trim()).toBe('["Right.","Right."]');
});
