// Checks exercises and pieces, all or those named: npm run tool -- course:check gaussian-kl
import * as tf from '@tensorflow/tfjs';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gradeSubmission, type Piece } from 'tfjs-generative/grading';
import { checkExercise, type Answer, type Exercise } from 'tfjs-generative/testing';
import { loadTask } from '../examples/course/runner/load-task.js';
import { buildGradingChild } from './grading-child.js';

// tfjs would advise, on the console, to install its backend for Node; in tests it would also take temporary tensors of logSoftmax for leaks
tf.enableProdMode();

const course = 'examples/course';
const named = process.argv.slice(2);
const load = async <T>(path: string): Promise<T> => (await import(resolve(course, path))) as T;

async function checkFunction(folder: string): Promise<string> {
  const { exercise } = await load<{ exercise: Exercise }>(`exercises/${folder}/exercise.ts`);
  const stub = await load<Record<string, Answer>>(`exercises/${folder}/stub.ts`);
  const solution = await load<Record<string, Answer>>(`solutions/${folder}.ts`);
  const lines = readFileSync(`${course}/exercises/${folder}/stub.ts`, 'utf8').trim().split('\n').length;
  if (lines > 10) throw new Error(`the stub must have at most ten lines; it has ${lines}`);
  const mistakes = Object.keys(exercise.mistakes).length;
  if (mistakes < 8) throw new Error(`there must be at least eight mistakes; there are ${mistakes}`);
  await checkExercise(exercise, { stub: stub[exercise.name]!, solution: solution[exercise.name]! });
  return `${mistakes} mistakes are distinguished`;
}

/** A solution earns all points in a separate process; an empty file and, for a training, the data themselves earn none. */
async function checkPiece(folder: string): Promise<string> {
  await buildGradingChild('dist');
  const { task, packages } = (await loadTask(folder))!;
  const { name, hints } = task as Piece;
  if (hints.some((hint) => hint === '' || /\btf\.|=>|return /.test(hint)))
    throw new Error('hints must be words without code');
  const own = mkdtempSync(join(tmpdir(), 'piece-'));
  const pointsOf = async (file: string): Promise<readonly [got: number, most: number, message: string]> => {
    const { results } = await gradeSubmission(task, file, { packages });
    const sum = (key: 'score' | 'maxScore'): number => results.reduce((total, result) => total + result[key], 0);
    return [sum('score'), sum('maxScore'), results.find(({ passed }) => !passed)?.message ?? ''];
  };
  try {
    const write = (text: string): string => {
      writeFileSync(join(own, 'answer.ts'), text);
      return join(own, 'answer.ts');
    };
    const solution = `${course}/solutions/${folder}.${folder === 'broken-trainings' ? 'json' : 'ts'}`;
    const [got, most, message] = await pointsOf(solution);
    if (got < most) throw new Error(`the solution must pass; it has ${got} of ${most} points: "${message}"`);
    for (const text of ['', `export const ${name} = (data: unknown) => () => data;`])
      if ((await pointsOf(write(text)))[0] > 0) throw new Error(`must give no points to "${text}"`);
    return `its solution has all ${most} points`;
  } finally {
    rmSync(own, { recursive: true });
  }
}

const all = ['exercises', 'pieces'].flatMap((kind) =>
  readdirSync(`${course}/${kind}`, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  ),
);
for (const folder of named.length > 0 ? named : all) {
  try {
    const check = existsSync(`${course}/pieces/${folder}`) ? checkPiece : checkFunction;
    console.log(`${folder}: ${await check(folder)}`);
  } catch (error) {
    console.error(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
