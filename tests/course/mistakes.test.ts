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
import { checkExercise, defineExercise, grade, gradeReadings, measureAnswer } from '../../src/testing/index.js';

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
  ['defineExercise', 'exercise.name', () => define({ ...exercise, name: undefined })],
  ['defineExercise', 'exercise.mistakes', () => define({ ...exercise, mistakes: undefined })],
  ['defineExercise', 'exercise.mistakes.halved', () => define({ ...exercise, mistakes: { halved: true } })],
  ['defineExercise', 'exercise.exclusive', () => define({ ...exercise, exclusive: [['noHalf', 'nothing']] })],
  ['defineExercise', 'exercise.exclusive', () => define({ ...exercise, exclusive: 'noHalf' })],
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
    expect(error?.message).toMatch(/^\w+: `[^`]+` [^\n]+; got [^\n]+\.$/);
    expect(error!.message).toContain(`${where}: \`${argument}`);
    expect(error!.message.length).toBeLessThan(300);
  });
});
