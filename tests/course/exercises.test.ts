import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { order, pieces } from '../../examples/course/order.js';
import { drawCases } from '../../src/testing/exercises/draw-cases.js';
import { checkExercise, grade, type Answer, type Exercise } from '../../src/testing/index.js';

const course = 'examples/course';
const folders = readdirSync(`${course}/exercises`);
const load = async <T>(path: string): Promise<T> => (await import(/* @vite-ignore */ resolve(course, path))) as T;

/** The mistakes that only other inputs, or gradients, can show. */
const laterMistakes: Readonly<Record<string, RegExp>> = {
  reparameterize: /^detachedDeviation$/,
  'gaussian-kl': /^limitOf/,
  elbo: /^limitOf/,
  'importance-weighted-bound': /^(weightsThemselves|smallest|meanSubtracted|largestOfAll)$/,
  'masked-bound': /^softmaxItself$/,
  'vector-quantize': /^(noStraightThrough|bothThrough|stopped|lossesExchanged|codebookMovesBoth|commitmentMovesBoth)$/,
  'finite-scalar-quantize': /^(noStraightThrough|throughTanh|gradientDoubled)$/,
};

describe.each(folders)('the exercise %s', (folder) => {
  test('distinguishes its mistakes, passes its solution and fails its stub', async () => {
    const { exercise } = await load<{ exercise: Exercise }>(`exercises/${folder}/exercise.ts`);
    const stub = await load<Record<string, Answer>>(`exercises/${folder}/stub.ts`);
    const solution = await load<Record<string, Answer>>(`solutions/${folder}.ts`);
    await checkExercise(exercise, { stub: stub[exercise.name]!, solution: solution[exercise.name]! });
    expect(Object.keys(exercise.mistakes).length).toBeGreaterThanOrEqual(8);
    // yours against the target, at least where yours has the target's shapes
    expect((await grade(exercise, solution[exercise.name]!))[0]!.picture).toMatch(/^<svg .+<\/svg>$/);
  });

  test('shows in its first check every mistake that it can show, with any seed', async () => {
    const { exercise } = await load<{ exercise: Exercise }>(`exercises/${folder}/exercise.ts`);
    const others = laterMistakes[folder] ?? /^$/;
    for (let seed = 1; seed <= 15; seed++) {
      const [first, ...rest] = drawCases('test', 'exercise', exercise, seed);
      expect(first!.hidden.filter((name) => !others.test(name))).toEqual([]);
      expect(first!.hidden.filter((name) => rest.every(({ hidden }) => hidden.includes(name)))).toEqual([]);
    }
  });

  test('has a page, and a stub of at most ten lines', () => {
    expect(readFileSync(`${course}/exercises/${folder}/README.md`, 'utf8')).toMatch(/^# .+\n/);
    expect(readFileSync(`${course}/exercises/${folder}/stub.ts`, 'utf8').trim().split('\n').length).toBeLessThan(11);
  });
});

test('the guide and the README list the functions in their order, and count the pieces', () => {
  const [guide, readme] = ['docs/course.md', `${course}/README.md`].map((file) => readFileSync(file, 'utf8'));
  const names = order.map((folder) => folder.replaceAll(/-./g, ([, letter]) => letter!.toUpperCase()));
  const rows = [...readme!.matchAll(/^\| (\d+) +\| \[?`(\w+)`/gm)].map(([, number, name]) => [Number(number), name]);
  expect(rows.slice(0, names.length)).toEqual(names.map((name, i) => [i + 1, name]));
  expect(
    [...guide!.matchAll(/^\| .*$/gm)].flatMap(([row]) => [...row.matchAll(/`(\w{2,})`/g)].map(([, name]) => name)),
  ).toEqual(names);
  expect(pieces, 'four pieces, in many texts').toHaveLength(4);
  for (const text of [guide, readme]) expect(text).toMatch(/\bfour larger\s+pieces\b/i);
});

test.each(
  Object.entries({
    reparameterize: ['logVariance', '−4', '4'],
    'gaussian-kl': ['mean', '−3', '3'],
    'importance-weighted-bound': ['logWeights[0]', '−4', '4'],
    'gan-losses': ['realLogits = fakeLogits', '−4', '4'],
    'add-noise': ['timesteps', '0', '40'],
    'denoiser-losses': ['alphaBar', '0.98', '0.02'],
    'masked-bound': ['t', '0.05', '1'],
  }),
)('the axes of the picture of %s have names and numbers', async (name, [argument, first, last]) => {
  const { exercise } = await load<{ exercise: Exercise }>(`exercises/${name}/exercise.ts`);
  const solution = await load<Record<string, Answer>>(`solutions/${name}.ts`);
  const { picture } = (await grade(exercise, solution[exercise.name]!))[0]!;
  const words = [...picture!.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, word]) => word);
  const { name: title, picture: { unit } = {} } = exercise;
  const height = unit === undefined ? title : `${title}, in ${unit}`;
  expect(words).toEqual(expect.arrayContaining([height, '0', first, argument, last]));
});
