import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exercise } from '../../examples/course/exercises/gaussian-kl/exercise.js';
import { gradeSubmission } from '../../src/grading/index.js';
import { defineExercise, each, sumOf } from '../../src/testing/index.js';
import { hostile } from './hostile.js';
import { formats } from './schemas.js';
import { gradeHostile, submissions } from './submissions.js';

const all = submissions();
const { folder, write: submission } = all;
/** What the submissions of hostile.ts start. */
const forked = /^sleep 60[01]/;
const left = (): number[] => all.left(forked);

const grade = async (text: string) => gradeSubmission(exercise, submission(text), { seed: 7 });
const firstMessage = async (text: string): Promise<string> => (await grade(text)).results[0]!.message;

describe('a submission', () => {
  test('that is right earns all points, in TypeScript and in JavaScript', async () => {
    const source = readFileSync('examples/course/solutions/gaussian-kl.ts', 'utf8');
    const plain = source.replaceAll(': tf.Tensor', '').replace('tfjs-core', 'tfjs');
    for (const file of [submission(source), submission(plain, 'js')]) {
      const { results } = await gradeSubmission(exercise, file);
      expect(results.map(({ message }) => message)).toEqual(['Right.', 'Right.', 'Right.', 'Right.']);
    }
  });

  test('with two mistakes gets a message that names both', async () => {
    const { results } = await grade(`import * as tf from '@tensorflow/tfjs-core';
      export const gaussianKl = (m: tf.Tensor, l: tf.Tensor) => tf.mean(l.exp().add(m.square()).sub(l).mul(0.5), 1);`);
    expect(results[0]!.mistakes).toEqual(['noMinusOne', 'meanOverLatents']);
  });

  test('earns its points while hostile ones are graded at the same time', async () => {
    const solution = readFileSync('examples/course/solutions/gaussian-kl.ts', 'utf8');
    const others = ['a flood', 'another process object', 'four gigabytes of tensors'].map((name) =>
      gradeSubmission(exercise, submission(hostile[name]!), { seconds: 3, megabytes: 600 }),
    );
    const { results } = await gradeSubmission(exercise, submission(solution), { seconds: 60 });
    expect(results.map(({ message }) => message)).toEqual(['Right.', 'Right.', 'Right.', 'Right.']);
    for (const graded of await Promise.all(others))
      expect(graded.results.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
  });

  test('gets errors with its own line numbers', async () => {
    expect(await firstMessage(`const a: number = 1;\n\nexport const gaussianKl = (m: { no(): void }) => m.no();`)).toBe(
      'It threw TypeError in line 3: m.no is not a function',
    );
    expect(await firstMessage(`\nthrow new RangeError('at load');`)).toBe(
      'Loading it threw RangeError in line 2: at load',
    );
    expect(await firstMessage(`export const gaussianKL = () => 1;`)).toBe(
      'Write `export function gaussianKl`; the file exports `gaussianKL`.',
    );
    const unjudged = await grade(`export const gaussianKl = () => 1;`);
    // a hint would be about the formula
    expect(unjudged.results.filter(({ hint }) => hint !== undefined)).toEqual([]);
    const { problem, results } = await grade(`export const gaussianKl = () => 1;\nconst a = (;\n`);
    expect(problem).toBe('line 2: Unexpected token');
    expect(results[0]!.message).toBe('Your answer does not parse: line 2: Unexpected token.');
    expect(results.filter(({ hint }) => hint !== undefined)).toEqual([]);
    const elsewhere = await firstMessage(`import { gaussianKl } from 'tfjs-generative';\nexport { gaussianKl };`);
    expect(elsewhere).toBe("Loading it threw Error: Cannot find package 'tfjs-generative' imported from answer.js");
  });

  test('cannot show its inputs by what it throws', async () => {
    const { results } = await grade(
      `export const gaussianKl = (m: any) => { throw new Error(m.dataSync().join(' ')); };`,
    );
    expect(results[0]!.message).toBe('It threw Error in line 1: # # # # # # # # # # # #');
  });

  test('may take functions and integers, which its process makes from plain values', async () => {
    const scores = defineExercise({
      name: 'scores',
      inputs: (random) => ({
        x: random.normal([4, 3]),
        rows: random.integers([5], 0, 4),
        weights: random.normal([3, 1]),
      }),
      mistakes: { notGathered: 'it has every example once' },
      hints: ['First.', 'Second.', 'Third.'],
      integers: ['rows'],
      checks: [
        { kind: 'values', points: 1 },
        { kind: 'gradients', points: 1, of: ['x'] },
      ],
      call(answer, { x, rows, weights }, tensorflow) {
        return answer((data: tf.Tensor2D) => tensorflow.matMul(data, weights as tf.Tensor2D), x, rows);
      },
      reference({ x, rows, weights }, wrong) {
        const all = x.map((row) => [sumOf(each((a, b) => a * b, row, weights.flat()))]);
        return wrong.notGathered ? all : rows.map((row) => all[row]!);
      },
    });
    const text = `import * as tf from '@tensorflow/tfjs-core';\nexport const scores = (network: any, x: any, rows: any) => network(tf.gather(x, rows));`;
    const { results } = await gradeSubmission(scores, submission(text));
    expect(results.map(({ message }) => message)).toEqual(['Right.', 'Right.']);
  });

  test('keeps the points of checks that passed when a later one never ends', async () => {
    const source = readFileSync('examples/course/solutions/gaussian-kl.ts', 'utf8');
    const stops = source.replace('return tf.tidy', 'if (mean.shape[0] === 1) for (;;);\n  return tf.tidy');
    const { results } = await gradeSubmission(exercise, submission(stops), { seconds: 3 });
    expect(results.map(({ score }) => score)).toEqual([5, 0, 0, 0]);
    expect(results[1]!.message).toBe('It was stopped after 3 s of processor time: does a loop never end?');
  });

  test.each([
    ['loops', 'for (;;);'],
    ['waits', 'await new Promise(() => setInterval(() => {}, 1000));'],
  ])('that kills the grader and then %s leaves the result that was there before, and no process', async (_, then) => {
    const out = join(folder, 'killed/results.json');
    // a submission may only kill it as the same user
    chmodSync(folder, 0o700);
    const file = submission(`process.kill(process.ppid, 'SIGKILL'); ${then}`);
    const program = ['scripts/course-grade.ts', 'gaussian-kl', file, '--format', 'gradescope', '--out', out];
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', ...program, '--seconds', '1']);
    await expect(run).rejects.toThrow();
    formats['gradescope']!.obeys(readFileSync(out, 'utf8'));
    expect(readFileSync(out, 'utf8')).toContain('was not graded: its file was missing');
    // where the system cannot end it with the grader, it ends its loop after four seconds of work
    if (existsSync('/usr/bin/setpriv') || then.startsWith('for'))
      await expect.poll(left, { timeout: 100_000, interval: 100 }).toEqual([]);
    for (const name of readdirSync(folder))
      if (name.startsWith('submission-')) rmSync(join(folder, name), { recursive: true });
  });

  test.skipIf(process.getuid?.() !== 0 || !existsSync('/usr/bin/setpriv'))(
    'runs as another user where the grader is root, and cannot stop it or read its files',
    async () => {
      const secret = submission('the key');
      chmodSync(secret, 0o600);
      chmodSync(folder, 0o755);
      const { results } = await grade(`import { readFileSync } from 'node:fs';
        const tried = ['SIGSTOP', 'SIGKILL'].map((signal) => { try { return process.kill(process.ppid, signal); } catch (error) { return error.code; } });
        throw new Error([process.getuid(), ...tried].join(' '));`);
      expect(results[0]!.message).toBe('Loading it threw Error in line 3: # EPERM EPERM');
    },
  );
});

describe.each(Object.entries(formats))('the format %s', (_, { format, obeys }) => {
  const odd = `<a href="&"> ' \u0007 \ud800`;
  const result = { passed: false, score: 0, maxScore: 2, mistakes: [] };
  const results = [
    { ...result, name: odd, message: odd, hint: odd, picture: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    { ...result, name: 'values', passed: true, score: 2, message: 'Right.' },
  ];

  test('obeys its schema, also with odd text, a picture and a file that does not parse', () => {
    obeys(format({ exercise: 'gaussianKl', results }));
    obeys(format({ exercise: odd, results, problem: 'line 1: Unexpected token' }));
  });

  test('refuses a submission without its texts in one sentence', () => {
    const silent = { ...results[1]!, message: undefined };
    for (const wrong of [{ results }, { exercise: 5, results }, { exercise: odd, results: [silent] }])
      expect(() => format(wrong as never)).toThrow(/^\w+: `submission\.\w+` must [^;]+; got [^\n]+\.$/);
  });
});

gradeHostile(all, hostile, forked);
