import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { gradeSubmission } from '../../src/grading/index.js';
import { grade, type Answer, type Exercise } from '../../src/testing/index.js';

const course = 'examples/course';
const load = async <T>(path: string): Promise<T> => (await import(/* @vite-ignore */ resolve(course, path))) as T;

test.each(readdirSync(`${course}/exercises`))('the reference of %s gives its solution all points', async (folder) => {
  const { exercise } = await load<{ exercise: Exercise }>(`exercises/${folder}/exercise.ts`);
  const solution = await load<Record<string, Answer>>(`solutions/${folder}.ts`);
  const results = await grade(exercise, solution[exercise.name]!);
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
});

test('a submitted file is graded in a process of its own: a solution has all points, and a mistake is named', async () => {
  const { exercise } = await load<{ exercise: Exercise }>('exercises/gaussian-kl/exercise.ts');
  const right = await gradeSubmission(exercise, `${course}/solutions/gaussian-kl.ts`, {});
  expect(right.results.every(({ score, maxScore }) => score === maxScore && maxScore > 0)).toBe(true);
  const wrong = await gradeSubmission(exercise, `${course}/exercises/gaussian-kl/stub.ts`, {});
  expect(wrong.results.some(({ score, maxScore }) => score < maxScore)).toBe(true);
});
