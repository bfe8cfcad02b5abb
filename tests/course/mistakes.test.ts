import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exercise } from '../../examples/course/exercises/gaussian-kl/exercise.js';
import {
  classroom50,
  gradescope,
  gradeSubmission,
  gradeToFile,
  junit,
  prairieLearn,
  type Piece,
} from '../../src/grading/index.js';
import {
  checkExercise,
  createNumberStream,
  defineExercise,
  each,
  grade,
  gradeReadings,
  measureAnswer,
  meanOf,
  slopesOf,
  sumOf,
} from '../../src/testing/index.js';

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'mistakes-'));
  file = join(folder, 'answer.ts');
  writeFileSync(file, 'export const gaussianKl = () => 1;');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A call with arguments of any kind. */
const call =
  (f: (...given: never[]) => unknown) =>
  (...given: unknown[]): Promise<unknown> =>
    new Promise((resolve) => resolve(f(...(given as never[]))));
const [submit, toFile, own, ofReadings, measure, check] = [
  gradeSubmission,
  gradeToFile,
  grade,
  gradeReadings,
  measureAnswer,
  checkExercise,
].map(call);
const define = call(defineExercise);
const piece: Piece = { name: 'f', hints: ['One.', 'Two.', 'Three.'], grade: async () => [] };
const id = (x: unknown): unknown => x;
/** A small exercise; a call for each function that grades it, with something else in place of its parts. */
const square = {
  name: 'square',
  mistakes: { halved: 'it is halved' },
  hints: ['One.', 'Two.', 'Three.'],
  checks: [{ kind: 'values', points: 1 }],
  inputs: () => ({ x: [1, -2] }),
  reference: ({ x }: { readonly x: readonly number[] }): unknown => x.map((value) => value ** 2),
};
const graded = (argument: string, parts: object): readonly (typeof mistakes)[number][] => {
  const made = { ...square, ...parts };
  return [
    ['grade', `exercise.${argument}`, () => own!(made, id)],
    ['gradeReadings', `exercise.${argument}`, () => ofReadings!(made, async () => [])],
    ['checkExercise', `exercise.${argument}`, () => check!(made, { stub: id, solution: id })],
    ['gradeSubmission', `task.${argument}`, () => submit!(made, file)],
  ];
};
const gradients = (more: object): object => ({ checks: [...square.checks, { kind: 'gradients', points: 1, ...more }] });
const other = (inputs: () => unknown): object => ({
  checks: [...square.checks, { kind: 'values', name: 'other', points: 1, inputs }],
});

/** Mistakes: the function, its argument as it is named, and the call. */
const mistakes: readonly (readonly [where: string, argument: string, make: () => Promise<unknown>])[] = [
  ...[null, undefined, {}, 'gaussianKl', id, [exercise], Promise.resolve(exercise)].map(
    (task) => ['gradeSubmission', 'task', () => submit!(task, file)] as const,
  ),
  ['gradeSubmission', 'task.name', () => submit!({ ...exercise, name: '' }, file)],
  ['gradeSubmission', 'task.checks', () => submit!({ ...exercise, checks: [] }, file)],
  ['gradeSubmission', 'task.checks', () => submit!({ ...exercise, checks: undefined }, file)],
  ['gradeSubmission', 'task.grade', () => submit!({ ...piece, grade: 5 }, file)],
  ['gradeSubmission', 'task.grade', () => submit!({ ...piece, grade: async () => undefined }, file)],
  ['gradeSubmission', 'task.grade', () => submit!({ ...piece, grade: async () => [null] }, file)],
  ['gradeSubmission', 'task.hints', () => submit!({ ...piece, hints: ['one'] }, file)],
  ['gradeSubmission', 'task.seconds', () => submit!({ ...piece, seconds: '5' }, file)],
  ['gradeSubmission', 'task.parts', () => submit!({ ...piece, parts: 'elbo' }, file)],
  ...[null, undefined, '', 5, {}, ['a.ts'], new URL('file:///a.ts'), Buffer.from('a')].map(
    (path) => ['gradeSubmission', 'file', () => submit!(exercise, path)] as const,
  ),
  ['gradeSubmission', 'file', () => submit!(exercise, '/nowhere/answer.ts')],
  ['gradeSubmission', 'file', () => submit!(exercise, 'a\0b.ts')],
  ['gradeSubmission', 'file', () => submit!(exercise, folder)],
  ...[null, 5, 'seed', { sed: 1 }, { second: 5 }].map(
    (options) => ['gradeSubmission', 'options', () => submit!(exercise, file, options)] as const,
  ),
  ...[null, '1', -1, 0.5, NaN].map(
    (seed) => ['gradeSubmission', 'seed', () => submit!(exercise, file, { seed })] as const,
  ),
  ...[null, '5', 0, -1, NaN, Infinity, 1e9].map(
    (seconds) => ['gradeSubmission', 'seconds', () => submit!(exercise, file, { seconds })] as const,
  ),
  ...[null, '1 GB', 0, NaN, Infinity, 2 ** 60].map(
    (megabytes) => ['gradeSubmission', 'megabytes', () => submit!(exercise, file, { megabytes })] as const,
  ),
  ...[null, 'first', -1].map((hint) => ['gradeSubmission', 'hint', () => submit!(exercise, file, { hint })] as const),
  ...[null, 'tfjs', ['a'], { '../a': '.' }, { a: '/nowhere' }, { a: 5 }, { a: '' }].map(
    (packages) => ['gradeSubmission', 'packages', () => submit!(exercise, file, { packages })] as const,
  ),
  ...[null, {}, new AbortController()].map(
    (signal) => ['gradeSubmission', 'signal', () => submit!(exercise, file, { signal })] as const,
  ),
  ['gradeToFile', 'task', () => toFile!(null, file, join(folder, 'out'), gradescope)],
  ['gradeToFile', 'file', () => toFile!(exercise, '', join(folder, 'out'), gradescope)],
  ['gradeToFile', 'file', () => toFile!(exercise, '/nowhere', join(folder, 'out'), gradescope)],
  ...[undefined, null, '', 5].map(
    (out) => ['gradeToFile', 'out', () => toFile!(exercise, file, out, gradescope)] as const,
  ),
  ['gradeToFile', 'out', () => toFile!(exercise, file, folder, gradescope)],
  ['gradeToFile', 'out', () => toFile!(exercise, file, join(file, 'out'), gradescope)],
  ...[undefined, 'gradescope', {}].map(
    (format) => ['gradeToFile', 'format', () => toFile!(exercise, file, join(folder, 'out'), format)] as const,
  ),
  ['gradeToFile', 'format', () => toFile!(exercise, file, join(folder, 'out'), () => ({}))],
  ['gradeToFile', 'seconds', () => toFile!(exercise, file, join(folder, 'out'), gradescope, { seconds: 0 })],
  ...[gradescope, prairieLearn, classroom50, junit].flatMap((format) =>
    [null, undefined, {}, 'a', Promise.resolve({}), { results: 5 }, { results: [1] }].map(
      (graded) => [format.name, 'submission', () => call(format)(graded)] as const,
    ),
  ),
  ['grade', 'exercise', () => own!(null, id)],
  ['grade', 'exercise', () => own!('gaussianKl', id)],
  ['grade', 'options', () => own!(exercise, id, { sed: 1 })],
  ['grade', 'seed', () => own!(exercise, id, { seed: -1 })],
  ['grade', 'exercise.inputs', () => own!({ ...exercise, inputs: () => undefined }, id)],
  ['grade', 'exercise.inputs', () => own!({ ...exercise, inputs: () => ({ x: [[1, 2], [3]] }) }, id)],
  ['grade', 'exercise.inputs', () => own!({ ...exercise, inputs: async () => ({ x: [1] }) }, id)],
  ['gradeReadings', 'ask', () => ofReadings!(exercise, undefined)],
  ['gradeReadings', 'ask', () => ofReadings!(exercise, async () => undefined)],
  ['gradeReadings', 'exercise', () => ofReadings!({}, id)],
  ['measureAnswer', 'questions', () => measure!(id, undefined)],
  ['measureAnswer', 'questions', () => measure!(id, { kind: 'values' })],
  ['measureAnswer', 'call', () => measure!(id, [], 5)],
  ['measureAnswer', 'call', () => measure!(id, [], 'return 5 +')],
  ['checkExercise', 'exercise', () => check!(undefined, { stub: id, solution: id })],
  ['checkExercise', 'answers', () => check!(exercise, undefined)],
  ['checkExercise', 'answers', () => check!(exercise, { stub: id, solutoin: id })],
  ['checkExercise', 'answers.stub', () => check!(exercise, { solution: id })],
  ['checkExercise', 'answers.solution', () => check!(exercise, { stub: id, solution: 'solution.ts' })],
  ...[null, undefined, 'a', {}].map((record) => ['defineExercise', 'exercise', () => define(record)] as const),
  ...[
    () => undefined,
    () => null,
    () => 'x',
    async () => ({ x: [1] }),
    () => [[1]],
    () => ({}),
    () => ({ x: [] }),
  ].flatMap((inputs) => graded('inputs', { inputs })),
  ...[() => undefined, () => [], () => ['a'], () => [[1], [1, 2]], () => ({ a: null }), async () => [1]].flatMap(
    (reference) => graded('reference', { reference }),
  ),
  ...[NaN, Infinity].flatMap((odd) => graded('reference', { reference: () => [odd, 1] })),
  // finite itself, and without a slope
  ...graded('reference', {
    ...gradients({}),
    inputs: () => ({ x: [0] }),
    reference: ({ x }: { readonly x: readonly number[] }) => x.map(Math.sqrt),
  }),
  ...graded('checks[1].of', gradients({ of: ['y'] })),
  ...graded('checks[1].of', { ...gradients({ of: ['x'] }), integers: ['x'] }),
  ...graded('checks[1].limitedBy', gradients({ limitedBy: 'y' })),
  ...graded('integers', { integers: ['labels'] }),
  ...graded('checks[1].inputs', {
    ...other(() => ({ y: [1], x: [1] })),
    inputs: () => ({ x: [1], y: [1] }),
  }),
  ...graded('picture.inputs', { picture: { inputs: () => [[1]] } }),
  ['grade', 'exercise.call', () => own!({ ...square, call: () => undefined }, id)],
  ['grade', 'exercise.call', () => own!({ ...square, call: async (f: (x: unknown) => unknown) => f(1) }, id)],
  ...[undefined, null, 'answer.ts', {}].map((answer) => ['grade', 'answer', () => own!(exercise, answer)] as const),
  ...[[], [1, [2]], 'a', null, undefined, new Float32Array(2), [[1, 2], [3]]].map(
    (numbers) => ['meanOf', 'numbers', () => call(meanOf)(numbers)] as const,
  ),
  ...['a', ['a'], null, undefined, new Float32Array(2), [[1, 2], [3]]].map(
    (numbers) => ['sumOf', 'numbers', () => call(sumOf)(numbers)] as const,
  ),
  ...[undefined, [1, 2]].map((f) => ['each', 'f', () => call(each)(f, [1])] as const),
  ['each', 'f', () => call(each)(() => undefined, [1])],
  ...[
    [],
    [
      [1, 2],
      [1, 2, 3],
    ],
    [
      [1, 2, 3],
      [1, 2],
    ],
    [[1], undefined],
    [[1], 'a'],
  ].map((arrays) => ['each', 'arrays', () => call(each)(Math.max, ...arrays)] as const),
  ...[undefined, 5].map((f) => ['slopesOf', 'f', () => call(slopesOf)(f, [1])] as const),
  ...[() => undefined, () => [1]].map((f) => ['slopesOf', 'f', () => call(slopesOf)(f, [1])] as const),
  ['slopesOf', 'at', () => call(slopesOf)(() => 1, undefined)],
  ['createNumberStream', 'name', () => call(createNumberStream)(1)],
  ...[undefined, '1', -1, NaN].map(
    (seed) => ['createNumberStream', 'seed', () => call(createNumberStream)(seed, 'a')] as const,
  ),
  ...[3, undefined, [-1], ['2'], [1.5]].flatMap((shape) =>
    (['normal', 'uniform', 'integers'] as const).map(
      (draw) => [`random.${draw}`, 'shape', () => call(createNumberStream(1, 'a')[draw])(shape, 0, 2)] as const,
    ),
  ),
  ['random.uniform', 'high', () => call(createNumberStream(1, 'a').uniform)([2], 3, 1)],
  ['random.integers', 'low', () => call(createNumberStream(1, 'a').integers)([2])],
  ['random.integers', 'high', () => call(createNumberStream(1, 'a').integers)([2], 0, 0.5)],
  ['defineExercise', 'exercise.name', () => define({ ...exercise, name: 'my exercise' })],
  ['defineExercise', 'exercise', () => define({ ...exercise, input: 3 })],
  ['defineExercise', 'exercise.inputs', () => define({ ...exercise, inputs: { x: [1] } })],
  ['defineExercise', 'exercise.reference', () => define({ ...exercise, reference: undefined })],
  ['defineExercise', 'exercise.picture', () => define({ ...exercise, picture: id })],
  ['defineExercise', 'exercise.checks[0]', () => define({ ...exercise, checks: [{ kind: 'values', point: 1 }] })],
  ['defineExercise', 'exercise.checks[0].of', () => define({ ...square, checks: [{ ...square.checks[0], of: 'x' }] })],
  ['defineExercise', 'exercise.name', () => define({ ...exercise, name: undefined })],
  ['defineExercise', 'exercise.mistakes', () => define({ ...exercise, mistakes: undefined })],
  ['defineExercise', 'exercise.mistakes.halved', () => define({ ...exercise, mistakes: { halved: true } })],
  ['defineExercise', 'exercise.exclusive', () => define({ ...exercise, exclusive: [['noHalf', 'nothing']] })],
  ['defineExercise', 'exercise.exclusive', () => define({ ...exercise, exclusive: 'noHalf' })],
  ['defineExercise', 'exercise.alone', () => define({ ...exercise, alone: ['nothing'] })],
  ['defineExercise', 'exercise.alone', () => define({ ...exercise, alone: 'noHalf' })],
  ['defineExercise', 'exercise.hints', () => define({ ...exercise, hints: 'think' })],
  ['defineExercise', 'exercise.integers', () => define({ ...exercise, integers: 'rows' })],
  ['defineExercise', 'exercise.call', () => define({ ...exercise, call: 'answer(x)' })],
  ['defineExercise', 'exercise.checks', () => define({ ...exercise, checks: [{ kind: 'values', points: 1 }, null] })],
  [
    'defineExercise',
    'exercise.checks',
    () =>
      define({
        ...exercise,
        checks: [
          { kind: 'values', points: 1 },
          { kind: 'leak', points: 1 },
        ],
      }),
  ],
];

describe('a mistake in a call is answered with one sentence that names function and argument:', () => {
  test.each(
    mistakes.map(([where, argument, make], i) => [`${i}. ${where}, ${argument}`, where, argument, make] as const),
  )('%s', async (_, where, argument, make) => {
    const error = await make().then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.message).toMatch(/^[\w.]+: `[^`]+` [^\n]+; got [^\n]+\.$/);
    expect(error!.message).toContain(`${where}: \`${argument}`);
    expect(error!.message.length).toBeLessThan(300);
  });
});
