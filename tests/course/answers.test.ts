import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { grade, type Exercise } from '../../src/testing/index.js';
import type { Answers } from './answers/answers.js';

const folders = readdirSync('examples/course/exercises').filter((name) =>
  existsSync(`tests/course/answers/${name}.ts`),
);
const load = async <T>(path: string): Promise<T> => (await import(/* @vite-ignore */ resolve(path))) as T;
const loaded = await Promise.all(
  folders.map(async (name) => {
    const { exercise } = await load<{ exercise: Exercise }>(`examples/course/exercises/${name}/exercise.ts`);
    return { name, exercise, ...(await load<{ answers: Answers }>(`tests/course/answers/${name}.ts`)).answers };
  }),
);

describe.each(loaded)('answers to $name', ({ exercise, right, wrong }) => {
  test.each(Object.entries(right))('a right one in another style loses no point: %s', async (_, answer) => {
    const results = await grade(exercise, answer, { seed: 3 });
    expect(results.map(({ message }) => message)).toEqual(results.map(() => 'Right.'));
  });

  test.each(Object.entries(wrong))('a wrong one gets the right name or none: %s', async (_, [answer, mistakes]) => {
    const results = await grade(exercise, answer, { seed: 3 });
    const failed = results.find(({ passed }) => !passed)!;
    expect(failed.mistakes).toEqual(mistakes);
  });
});
