import { resolve } from 'node:path';
import { runInThisContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
// answers may chain, as every tutorial does
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import { expect, test } from 'vitest';
import { order } from '../../examples/course/order.js';
import { grade, type Answer, type CheckResult, type Exercise } from '../../src/testing/index.js';
import type { Unseen, Wrong } from './unseen/answer.js';
import { fifth } from './unseen/fifth.js';
import { first } from './unseen/first.js';
import { fourth } from './unseen/fourth.js';
import { second } from './unseen/second.js';
import { third } from './unseen/third.js';

const exercises = await Promise.all(
  order.map(async (name) => {
    const path = resolve(`examples/course/exercises/${name}/exercise.ts`);
    const { exercise } = (await import(/* @vite-ignore */ path)) as { exercise: Exercise };
    return { name, exercise };
  }),
);

/** Grades the source of a function, which tidies up as the pages ask. */
async function gradeSource(exercise: Exercise, source: string): Promise<CheckResult[]> {
  const answer = runInThisContext(`(tf) => ${source}`) as (tensorflow: typeof tf) => (...args: unknown[]) => tf.Tensor;
  const tidy: Answer = (...args: unknown[]) => tf.tidy(() => answer(tf)(...args));
  return grade(exercise, tidy, { seed: 3 });
}

type Outcome = 'named' | 'not named' | 'named wrong' | 'full points';

function outcomeOf(results: readonly CheckResult[], { mistakes = [], measured }: Wrong): Outcome {
  if (results.every(({ passed }) => passed)) return 'full points';
  const names = results.flatMap((result) => result.mistakes);
  if (names.some((name) => !mistakes.includes(name))) return 'named wrong';
  const isTold = measured !== undefined && results.some(({ message }) => message.includes(measured));
  if (mistakes.length === 0) return isTold ? 'named' : 'not named';
  return names.length === mistakes.length && (measured === undefined || isTold) ? 'named' : 'not named';
}

async function outcomesOf(sets: Readonly<Record<string, readonly Wrong[]>>): Promise<Record<Outcome, string[]>> {
  const outcomes: Record<Outcome, string[]> = { named: [], 'not named': [], 'named wrong': [], 'full points': [] };
  for (const { name, exercise } of exercises)
    // three sets are older than the last exercise
    for (const wrong of sets[name] ?? [])
      outcomes[outcomeOf(await gradeSource(exercise, wrong.answer), wrong)].push(`${name}: ${wrong.says}`);
  return outcomes;
}

// nobody has tried the later exercises in this way yet
test.each(exercises.filter(({ name }) => name in fourth))(
  'right answers to $name in other styles lose no point',
  async ({ name, exercise }) => {
    for (const answer of [
      ...(first[name]?.right ?? []),
      ...(fourth[name]?.right ?? []),
      ...(fifth[name]?.right ?? []),
    ]) {
      const results = await gradeSource(exercise, answer);
      expect(results.map(({ message }) => message)).toEqual(results.map(() => 'Right.'));
    }
  },
);

const wrongOf = (set: Readonly<Record<string, Unseen>>): Record<string, readonly Wrong[]> =>
  Object.fromEntries(Object.entries(set).map(([name, { wrong }]) => [name, wrong]));

test.each([
  ['first', 60, wrongOf(first), 2 / 3, 2],
  ['second', 36, second, 2 / 3, 2],
  ['fourth', 60, wrongOf(fourth), 0.8, 0],
  ['fifth', 30, wrongOf(fifth), 1, 0],
])(
  'of the %s %i wrong answers enough are named, hardly any wrong, and none has full points',
  async (_, count, sets, share, namedWrong) => {
    const outcomes = await outcomesOf(sets);
    expect(Object.values(outcomes).flat()).toHaveLength(count);
    expect(outcomes['full points']).toEqual([]);
    expect(outcomes['named wrong'].length, outcomes['named wrong'].join('\n')).toBeLessThanOrEqual(namedWrong);
    expect(outcomes.named.length, outcomes['not named'].join('\n')).toBeGreaterThanOrEqual(share * count);
  },
);

test('of 24 that avoid the lists none is named wrong, and none has full points', async () => {
  const outcomes = await outcomesOf(third);
  expect(Object.values(outcomes).flat()).toHaveLength(24);
  expect(outcomes['full points']).toEqual([]);
  expect(outcomes['named wrong']).toEqual([]);
});
