import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  checkExercise,
  defineExercise,
  each,
  grade,
  gradeReadings,
  measureAnswer,
  meanOf,
  sumOf,
  type Answer,
  type Question,
} from '../../../src/testing/index.js';
import { inScope } from '../../support/in-scope.js';
import { keepGradient } from '../../support/keep-gradient.js';

inScope();
keepGradient('SquaredDifference');

/** Two terms, so that pairs of mistakes can be distinguished; `frozen` shows only in the gradient. */
const energy = defineExercise({
  name: 'energy',
  inputs: (random) => ({ x: random.normal([4, 3]), v: random.normal([4, 3]) }),
  mistakes: {
    noHalf: 'the factor 1/2 is missing',
    negative: 'the potential has the wrong sign',
    mean: 'it is a mean, not a sum',
    frozen: 'the velocity is detached',
  },
  hints: ['First.', 'Second.', 'Third.'],
  checks: [
    { kind: 'values', points: 2 },
    {
      kind: 'values',
      name: 'large positions',
      points: 1,
      limitedBy: 'x',
      inputs: () => ({ x: [[1], [80], [90], [200]], v: [[0], [0], [0], [0]] }),
    },
    { kind: 'gradients', points: 3 },
    { kind: 'leaks', points: 1 },
  ],
  reference({ x, v }, wrong, detached) {
    const terms = each(
      (position, speed) =>
        (wrong.noHalf ? 1 : 0.5) * speed ** 2 + (wrong.negative ? -1 : 1) * Math.log1p(Math.abs(position)),
      x,
      wrong.frozen ? detached.v : v,
    );
    return terms.map(wrong.mean ? meanOf : sumOf);
  },
});

const right = (x: tf.Tensor, v: tf.Tensor): tf.Tensor =>
  tf.tidy(() => tf.sum(tf.add(tf.mul(0.5, tf.square(v)), tf.log1p(tf.abs(x))), 1));

const messageOf = async (answer: Answer, check = 0): Promise<string> => (await grade(energy, answer))[check]!.message;

describe('grade', () => {
  test('gives all points to a right answer, and no hint', async () => {
    const results = await grade(energy, right);
    expect(results.map(({ name, score, maxScore }) => [name, score, maxScore])).toEqual([
      ['values', 2, 2],
      ['large positions', 1, 1],
      ['gradients', 3, 3],
      ['leaks', 1, 1],
    ]);
    expect(results.every(({ passed, message, hint }) => passed && message === 'Right.' && hint === undefined)).toBe(
      true,
    );
  });

  test('has no fourth hint', async () => {
    await expect(grade(energy, right, { hint: 3 })).rejects.toThrow(
      'grade: `hint` must be an integer of at least 0 and at most 2; got 3.',
    );
  });

  test('names one mistake, or two, and lets all checks wait for the first', async () => {
    const one = await grade(
      energy,
      (x: tf.Tensor, v: tf.Tensor) => tf.sum(tf.add(tf.square(v), tf.log1p(tf.abs(x))), 1),
      {
        hint: 1,
      },
    );
    expect(one[0]).toEqual({
      name: 'values',
      passed: false,
      score: 0,
      maxScore: 2,
      message: 'Your answer is wrong: the factor 1/2 is missing.',
      mistakes: ['noHalf'],
      hint: 'Second.',
    });
    expect(one.slice(1).every(({ score, message, hint }) => score === 0 && /first check/.test(message) && !hint)).toBe(
      true,
    );
    const two = await grade(energy, (x: tf.Tensor, v: tf.Tensor) =>
      tf.mean(tf.sub(tf.mul(0.5, tf.square(v)), tf.log1p(tf.abs(x))), 1),
    );
    expect(two[0]!.mistakes).toEqual(['negative', 'mean']);
    expect(two[0]!.message).toContain('wrong sign, and it is a mean');
  });

  test.each<[string, string, Answer]>([
    ['a factor', 'it is 3 times what it should be, everywhere', (x: tf.Tensor, v: tf.Tensor) => tf.mul(3, right(x, v))],
    ['an offset', 'it is off by -2.5 everywhere', (x: tf.Tensor, v: tf.Tensor) => tf.sub(right(x, v), 2.5)],
    ['a sign', 'it has the wrong sign', (x: tf.Tensor, v: tf.Tensor) => tf.neg(right(x, v))],
    [
      'another order',
      'it has the right numbers in another order',
      (x: tf.Tensor, v: tf.Tensor) => tf.reverse(right(x, v)),
    ],
    ['zeros', 'it is 0 everywhere, and it does not depend on `x` or `v`', () => tf.zeros([4])],
    ['one value for all', 'it is the same for every example, and it does not depend on `x` or `v`', () => tf.ones([4])],
    [
      'the same from some number on',
      'it stays near 0: 3 of 4 numbers are about the same, and should be larger in magnitude',
      (x: tf.Tensor, v: tf.Tensor) => tf.minimum(right(x, v), tf.add(tf.min(right(x, v)), 0.01)),
    ],
    [
      'one number',
      'it is the sum over the whole batch: its shape is [], and must be [4]',
      (x: tf.Tensor, v: tf.Tensor) => tf.sum(right(x, v)),
    ],
    [
      'the mean of another mistake',
      'it is the mean over the whole batch: its shape is [], and must be [4], and the factor 1/2 is missing',
      (x: tf.Tensor, v: tf.Tensor) => tf.mean(tf.add(right(x, v), right(tf.zerosLike(x), v))),
    ],
    [
      'any other number',
      'it is one number for the whole batch: its shape is [], and must be [4]',
      (x: tf.Tensor, v: tf.Tensor) => tf.max(right(x, v)),
    ],
    [
      'another shape',
      'it has shape [4, 3], and must have shape [4], and it does not depend on `v`',
      (x: tf.Tensor) => x,
    ],
    [
      'an axis too many, and a mistake',
      'it has shape [4, 1], and must have shape [4], and the factor 1/2 is missing',
      (x: tf.Tensor, v: tf.Tensor) => tf.expandDims(tf.add(right(x, v), right(tf.zerosLike(x), v)), 1),
    ],
    [
      'random numbers',
      'it gives different numbers at each call: do not draw random numbers',
      (x: tf.Tensor, v: tf.Tensor) => tf.add(right(x, v), tf.randomNormal([4])),
    ],
    [
      'one wrong number',
      'it is wrong in 1 of 4 numbers, first at [2]',
      (x: tf.Tensor, v: tf.Tensor) => tf.add(right(x, v), [0, 0, 1, 0]),
    ],
    [
      'NaN',
      'it is NaN at [1], as from the logarithm or the root of a negative number, 0 / 0, or an entry outside of a table',
      (x: tf.Tensor, v: tf.Tensor) => tf.add(right(x, v), [0, NaN, 0, 0]),
    ],
    [
      'NaN everywhere, which depends on no argument',
      'it is NaN at [0], as from the logarithm or the root of a negative number, 0 / 0, or an entry outside of a table',
      (x: tf.Tensor, v: tf.Tensor) => tf.mul(NaN, right(x, v)),
    ],
    ['bits', 'it is in bits, and must be in nats', (x: tf.Tensor, v: tf.Tensor) => tf.div(right(x, v), Math.LN2)],
    ['a square', 'it is the square of what it should be', (x: tf.Tensor, v: tf.Tensor) => tf.square(right(x, v))],
    [
      'no sum, and a mistake',
      'it has shape [4, 3], and must have shape [4]: it is not summed over its last axis, and the factor 1/2 is missing',
      (x: tf.Tensor, v: tf.Tensor) => tf.add(tf.square(v), tf.log1p(tf.abs(x))),
    ],
    [
      'a record',
      'it must return a single tensor, and returns `energy`',
      (x: tf.Tensor, v: tf.Tensor) => ({ energy: right(x, v) }),
    ],
  ])('says what it measured: %s', async (_, message, answer) => {
    expect(await messageOf(answer)).toBe(`Your answer is wrong: ${message}.`);
  });

  test('reports what another check shows in addition to the mistakes that explain the first', async () => {
    const halfForgotten = (x: tf.Tensor, v: tf.Tensor): tf.Tensor =>
      tf.sum(tf.add(tf.square(v), tf.add(tf.log1p(tf.abs(x)), tf.mul(0, tf.exp(tf.abs(x))))), 1);
    expect(await messageOf(halfForgotten)).toBe('Your answer is wrong: the factor 1/2 is missing.');
    expect(await messageOf(halfForgotten, 1)).toBe(
      'This is checked once the first check passes. Besides, it is finite where |x| is at most 80, but not at 90.',
    );
    expect(await messageOf((x: tf.Tensor) => tf.sum(x, 1), 1)).toBe('This is checked once the first check passes.');
  });

  test('says that numbers are clipped where an argument is large', async () => {
    const clipped = (x: tf.Tensor, v: tf.Tensor): tf.Tensor => right(tf.clipByValue(x, -50, 50), v);
    expect(await messageOf(clipped)).toBe('Right.');
    const message = 'it stays the same where `x` is large: something is clipped, or a small number is added before a';
    expect(await messageOf(clipped, 1)).toContain(message);
    expect(await messageOf((x: tf.Tensor, v: tf.Tensor) => right(tf.maximum(x, -70), v), 1)).toBe('Right.');
  });

  test('assumes some mistakes only one at a time', async () => {
    const lonely = defineExercise({ ...energy, alone: ['noHalf'] });
    const first = async (answer: Answer): Promise<string> => (await grade(lonely, answer))[0]!.message;
    const noHalf = (x: tf.Tensor, v: tf.Tensor): tf.Tensor => tf.add(tf.square(v), tf.log1p(tf.abs(x)));
    expect(await first((x: tf.Tensor, v: tf.Tensor) => tf.sum(noHalf(x, v), 1))).toContain('1/2 is missing');
    expect(await first((x: tf.Tensor, v: tf.Tensor) => tf.mean(noHalf(x, v), 1))).not.toContain('1/2 is missing');
  });

  test('names the mistakes that other checks confirm, and a factor that they share', async () => {
    const square = defineExercise({
      name: 'square',
      inputs: () => ({ x: [2] }),
      mistakes: { cubed: 'it is the cube', fourTimes: 'it is four times the number' },
      hints: ['First.', 'Second.', 'Third.'],
      checks: [
        { kind: 'values', points: 1 },
        { kind: 'values', name: 'another', points: 1, inputs: () => ({ x: [-3] }) },
      ],
      reference: ({ x }, wrong) =>
        each((value) => (wrong.cubed ? value ** 3 : wrong.fourTimes ? 4 * value : value ** 2), x),
    });
    const first = async (answer: Answer): Promise<string> => (await grade(square, answer))[0]!.message;
    expect(await first((x: tf.Tensor) => tf.pow(x, 3))).toBe('Your answer is wrong: it is the cube.');
    expect(await first((x: tf.Tensor) => tf.mul(4, x))).toBe('Your answer is wrong: it is four times the number.');
    expect(await first(() => tf.tensor([8]))).toContain('either it is the cube; or it is four times the number');
    expect(await first((x: tf.Tensor) => tf.mul(5, tf.square(x)))).toContain('5 times what it should be');
    expect(await first((x: tf.Tensor) => tf.mul(7, tf.abs(x)))).toBe('Your answer is wrong: it is too far from 0.');
  });

  test('says what all outputs of a record share, and which are exchanged', async () => {
    const pair = defineExercise({
      name: 'pair',
      inputs: (random) => ({ x: random.normal([3]) }),
      mistakes: { same: 'both are the square' },
      hints: ['First.', 'Second.', 'Third.'],
      checks: [{ kind: 'values', points: 1 }],
      reference: ({ x }, wrong) => ({
        square: sumOf(each((value) => value ** 2, x)),
        cube: sumOf(each((value) => value ** (wrong.same ? 2 : 3), x)),
      }),
    });
    const square = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(x));
    const cube = (x: tf.Tensor): tf.Tensor => tf.sum(tf.pow(x, 3));
    const message = async (answer: Answer): Promise<string> => (await grade(pair, answer))[0]!.message;
    expect(await message((x: tf.Tensor) => ({ square: tf.mul(3, square(x)), cube: tf.mul(3, cube(x)) }))).toBe(
      'Your answer is wrong: each output is 3 times what it should be.',
    );
    expect(await message((x: tf.Tensor) => ({ square: cube(x), cube: square(x) }))).toBe(
      'Your answer is wrong: `square` is what `cube` must be.',
    );
    // 0 but for rounding
    expect(await message((x: tf.Tensor) => ({ square: tf.mul(1e-8, square(x)), cube: cube(x) }))).toBe(
      'Your answer is wrong: `square` is 0.',
    );
    expect(await message((x: tf.Tensor) => [square(x), cube(x)])).toBe(
      'Your answer is wrong: it must return `{ square, cube }`, not an array.',
    );
  });

  test('says once what several mistakes have in common', async () => {
    const limited = defineExercise({
      name: 'limited',
      inputs: () => ({ x: [3] }),
      mistakes: { one: 'a limit is applied', two: 'a limit is applied' },
      hints: ['First.', 'Second.', 'Third.'],
      checks: [{ kind: 'values', points: 1 }],
      reference: ({ x }, wrong) => each((value) => (wrong.one || wrong.two ? 2 : value), x),
    });
    const [result] = await grade(limited, () => tf.tensor([2]));
    expect(result!.message).toBe('Your answer is wrong: a limit is applied.');
  });

  test('says that whole numbers are of another dtype, and not that an argument is unused', async () => {
    expect(await messageOf((x: tf.Tensor, v: tf.Tensor) => tf.cast(right(x, v), 'int32'))).toMatch(
      /, and its dtype is int32, and must be float32\.$/,
    );
  });

  test('does not take an infinite number of a mistake for any other', async () => {
    const root = defineExercise({
      name: 'root',
      inputs: () => ({ x: [4, 9, 16] }),
      mistakes: { inverse: 'it is divided by nothing' },
      hints: ['First.', 'Second.', 'Third.'],
      checks: [{ kind: 'values', points: 1 }],
      reference: ({ x }, wrong) => each((value) => (wrong.inverse ? value / 0 : Math.sqrt(value)), x),
    });
    expect((await grade(root, (x: tf.Tensor) => tf.square(x)))[0]!.mistakes).toEqual([]);
    expect((await grade(root, (x: tf.Tensor) => tf.div(x, 0)))[0]!.mistakes).toEqual(['inverse']);
  });

  test('says on which side an answer is finite', async () => {
    const sides = {
      ...energy,
      checks: [
        energy.checks[0]!,
        { ...energy.checks[1]!, inputs: () => ({ x: [[-300], [60], [90], [-50]], v: [[0], [0], [0], [0]] }) },
      ],
    };
    const message = async (sign: number): Promise<string> =>
      (
        await grade(sides, (x: tf.Tensor, v: tf.Tensor) =>
          tf.add(right(x, v), tf.sum(tf.mul(0, tf.exp(tf.mul(sign, x))), 1)),
        )
      )[1]!.message;
    expect(await message(1)).toBe('Your answer is wrong: it is finite where x is at most 60, but not at 90.');
    expect(await message(-1)).toBe('Your answer is wrong: it is finite where |x| is at most 90, but not at 300.');
  });

  test('reports an invalid answer', async () => {
    expect(await messageOf(() => undefined)).toBe('It must return a tensor, not undefined.');
    expect(await messageOf((x: tf.Tensor) => tf.mul(x, +x))).toMatch(
      /^It calculates with a tensor as if it were a num/,
    );
    // as in JavaScript, where nobody checks types
    const untyped = (x: tf.Tensor): string => x as never;
    for (const add of [
      (x: tf.Tensor) => `${untyped(x)}` + untyped(x),
      (x: tf.Tensor) => tf.fill([4], Number(untyped(x) + '')),
      (x: tf.Tensor) => tf.mul(x, untyped(x) + ''),
    ])
      expect(await messageOf(add)).toMatch(/^It adds a tensor with `\+`, which makes a text of it: use tf.add\.$/);
    // a text may be meant for a log
    expect(await messageOf((x: tf.Tensor) => void (untyped(x) + ''))).toBe('It must return a tensor, not undefined.');
    expect(await messageOf((x: tf.Tensor, v: tf.Tensor) => (untyped(x) + '' === '' ? x : right(x, v)))).toBe('Right.');
    expect(await messageOf(() => ({ a: 1 }))).toBe('It must return tensors, but `a` is a number.');
    expect(await messageOf(() => ({ a: [1] }))).toBe('It must return tensors, but `a` is an array.');
    expect(await messageOf(() => [0, 0, 0, 0])).toBe('It must return a tensor, not an array.');
    expect(await messageOf(() => new Float32Array(4))).toBe('It must return a tensor, not an array.');
    expect(await messageOf((x: tf.Tensor, v: tf.Tensor) => [right(x, v)])).toBe(
      'Your answer is wrong: it must return a single tensor, not an array.',
    );
    expect(await messageOf(async () => tf.zeros([4]))).toMatch(/not a promise/);
    expect(await messageOf((x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D))).toMatch(
      /^It threw Error: Error in matMul/,
    );
    expect(await messageOf((x: tf.Tensor, v: tf.Tensor) => tf.cast(tf.mul(0, right(x, v)), 'int32'))).toMatch(
      /0 everywhere/,
    );
  });

  test('says how far an answer is finite, what leaks, and where no gradient arrives', async () => {
    // exp(90) is not finite in float32
    const overflowing = (x: tf.Tensor, v: tf.Tensor): tf.Tensor =>
      tf.add(right(x, v), tf.sum(tf.mul(0, tf.exp(tf.abs(x))), 1));
    expect(await messageOf(overflowing, 1)).toBe(
      'Your answer is wrong: it is finite where |x| is at most 80, but not at 90.',
    );
    const leaking = (x: tf.Tensor, v: tf.Tensor): tf.Tensor =>
      tf.sum(tf.add(tf.mul(0.5, tf.square(v)), tf.log1p(tf.abs(x))), 1);
    expect(await messageOf(leaking, 3)).toBe('Each call leaks 5 tensors: wrap its body in tf.tidy.');
    const cut = tf.customGrad((v) => ({ value: tf.clone(v as tf.Tensor), gradFunc: (dy: tf.Tensor) => tf.mul(0, dy) }));
    const results = await grade(energy, (x: tf.Tensor, v: tf.Tensor) => right(x, cut(v)));
    expect(results[2]).toMatchObject({
      mistakes: ['frozen'],
      message: 'Its gradients are wrong: the velocity is detached.',
    });
    const unknown = await grade(energy, (x: tf.Tensor, v: tf.Tensor) => right(cut(x), v));
    expect(unknown[2]!.message).toBe('No gradient reaches `x`: compute with tensors throughout, and detach none.');
  });

  test('leaves no tensor in memory, whatever an answer does', async () => {
    const before = tf.memory().numTensors;
    for (const answer of [
      right,
      (x: tf.Tensor) => x,
      (x: tf.Tensor, v: tf.Tensor) => tf.add(tf.square(x), tf.exp(v)),
      () => void tf.ones([3]),
      (x: tf.Tensor) => tf.matMul(tf.square(x), x),
    ])
      await grade(energy, answer);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('asks only for numbers: neither the seed nor the right values are sent', async () => {
    let asked: readonly Question[] = [];
    const results = await gradeReadings(
      energy,
      async (questions) => {
        asked = JSON.parse(JSON.stringify(questions)) as Question[];
        return measureAnswer(right, asked);
      },
      { seed: 271828 },
    );
    expect(results.every(({ passed }) => passed)).toBe(true);
    expect(JSON.stringify(asked)).not.toContain('271828');
    expect(Object.keys(asked[0]!)).toEqual(['kind', 'inputs', 'of', 'weights']);
    const nothing = await gradeReadings(energy, async () => []);
    expect(nothing.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
    const leaksAlone = await gradeReadings(energy, async (questions) => questions.map(() => ({ leaked: 0 })));
    expect(leaksAlone.map(({ score }) => score)).toEqual([0, 0, 0, 0]);
  });

  test('draws an answer of the right shape over the target, with any numbers', async () => {
    const sweep = [0, 1, 2].map((x) => [x]);
    const drawn = { ...energy, picture: { inputs: () => ({ x: sweep, v: sweep }) } };
    const curves = async (answer: Answer): Promise<string[]> => {
      const picture = (await grade(drawn, answer))[0]!.picture ?? '';
      return [...picture.matchAll(/points="([^"]*)"/g)].map(([, points]) => points!);
    };
    const [target, yours] = await curves(right);
    expect(yours).toBe(target);
    expect(target!.split(' ')).toHaveLength(3);
    const [, zeros] = await curves((x: tf.Tensor) => tf.mul(tf.sum(x, 1), [0, NaN, 0]));
    expect(zeros!.split(' ')).toHaveLength(2);
    expect(await curves(() => tf.zeros([2]))).toEqual([]);
    const own = { ...drawn, picture: { ...drawn.picture, draw: () => '<svg/>' } };
    expect((await grade(own, right))[0]!.picture).toBe('<svg/>');
  });

  test('gives no points by luck: it draws again until a mistake shows, in the first check or in the one that can show it', async () => {
    const lucky = defineExercise({
      name: 'lucky',
      // each of two mistakes is hidden by a half of the draws
      inputs: (random) => ({ x: random.normal([1]) }),
      mistakes: { frozen: 'no gradient flows through its negative numbers', zero: 'positive numbers are 0' },
      hints: ['First.', 'Second.', 'Third.'],
      checks: [
        { kind: 'values', points: 1 },
        { kind: 'gradients', points: 1 },
      ],
      reference: ({ x }, wrong, detached) =>
        each(
          (value, fixed) => (value > 0 ? (wrong.zero ? 0 : value) : wrong.frozen ? 2 * fixed : 2 * value),
          x,
          detached['x'],
        ),
    });
    const zero: Answer = (x: tf.Tensor) => tf.mul(2, tf.minimum(x, 0));
    const frozen: Answer = (x: tf.Tensor) => {
      const below = tf.customGrad((y) => ({
        value: tf.mul(2, tf.minimum(y as tf.Tensor, 0)),
        gradFunc: () => tf.zerosLike(y as tf.Tensor),
      }));
      return tf.add(tf.relu(x), below(x));
    };
    const whole: Answer = (x: tf.Tensor) => tf.where(tf.greater(x, 0), x, tf.mul(2, x));
    for (let seed = 0; seed < 30; seed++) {
      const passes = async (answer: Answer) => (await grade(lucky, answer, { seed })).map(({ passed }) => passed);
      expect(await passes(zero)).toEqual([false, false]);
      expect(await passes(frozen)).toEqual([true, false]);
      expect(await passes(whole)).toEqual([true, true]);
    }
  });

  test('refuses far more numbers than it can compare with every mistake', async () => {
    const flood: Answer = (x: tf.Tensor) => tf.zeros([x.shape[0], 50_000]);
    expect(await messageOf(flood)).toBe('Your answer is wrong: it returns far more numbers than it must.');
  });

  test('draws other inputs from another seed', async () => {
    const inputsOf = async (seed: number): Promise<string> => {
      let inputs = '';
      await gradeReadings(energy, async ([first]) => ((inputs = JSON.stringify(first!.inputs)), []), { seed });
      return inputs;
    };
    expect(await inputsOf(1)).toBe(await inputsOf(1));
    expect(await inputsOf(1)).not.toBe(await inputsOf(2));
  });
});

describe('an exercise', () => {
  test('without a first check of values, with equal names or parts of points is refused', () => {
    const check = { kind: 'values', points: 1 } as const;
    const define = (...checks: Parameters<typeof defineExercise>[0]['checks'][number][]) =>
      defineExercise({ ...energy, checks });
    expect(() => define({ kind: 'leaks', points: 1 })).toThrow('must begin with a check of the values');
    expect(() => define(check, check)).toThrow('must have different names');
    expect(() => define({ ...check, points: 0.5 })).toThrow('must be a positive integer; got 0.5');
  });

  test('that distinguishes mistakes passes checkExercise, and one that does not is rejected', async () => {
    const answers = { stub: () => tf.zeros([4]), solution: right };
    await checkExercise(energy, answers);
    const twins = { ...energy, mistakes: { ...energy.mistakes, twin: 'nothing changes' } };
    await expect(checkExercise(twins, answers)).rejects.toThrow("must distinguish 'twin' from all others");
    const one = (random: Parameters<typeof energy.inputs>[0]) => ({ x: random.normal([4, 2]) });
    const cancelling = {
      ...energy,
      inputs: one,
      mistakes: { mean: 'it is a mean', doubled: 'it is doubled' },
      reference: ({ x }: ReturnType<typeof one>, wrong: Readonly<Record<string, boolean>>) =>
        x.map((row) => (wrong['doubled'] ? 2 : 1) * (wrong['mean'] ? meanOf : sumOf)(row)),
    } as unknown as typeof energy;
    const plain = { stub: () => tf.zeros([4]), solution: (x: tf.Tensor) => tf.tidy(() => tf.sum(x, 1)) };
    const sums = { ...cancelling, checks: energy.checks.slice(0, 1) };
    await expect(checkExercise(sums, plain)).rejects.toThrow('must not cancel each other');
    await expect(checkExercise(energy, { ...answers, stub: right })).rejects.toThrow('`answers.stub` must fail');
    await expect(checkExercise(energy, { ...answers, solution: answers.stub })).rejects.toThrow(
      '`answers.solution` must pass',
    );
    await expect(checkExercise({ ...energy, hints: ['a', 'b', 'tf.sum'] }, answers)).rejects.toThrow(
      'must contain no code',
    );
  });

  test('is rejected if the inputs of its own seed do not tell two mistakes apart, unless they have the same sentence', async () => {
    const make = (changes: number, sentence: string) =>
      defineExercise({
        name: 'doubled',
        mistakes: { twice: 'it is doubled', changed: sentence },
        hints: ['First.', 'Second.', 'Third.'],
        checks: [{ kind: 'values', points: 1 }],
        inputs: (random) => ({ x: random.normal([1]) }),
        reference: ({ x }, wrong) =>
          x.map((one) => one * (wrong.twice ? 2 : wrong.changed ? (one * changes > 0 ? 3 : 2) : 1)),
        exclusive: [['twice', 'changed']],
      });
    const answers = { stub: (x: tf.Tensor) => tf.neg(x), solution: (x: tf.Tensor) => tf.clone(x) };
    const isRejected = async (changes: number, sentence: string): Promise<boolean> => {
      const error = await checkExercise(make(changes, sentence), answers).catch((one: Error) => one);
      if (error) expect(error.message).toContain('must distinguish');
      return error !== undefined;
    };
    // one of the signs is that of the only number
    expect([await isRejected(1, 'it is tripled'), await isRejected(-1, 'it is tripled')].sort()).toEqual([false, true]);
    expect([await isRejected(1, 'it is doubled'), await isRejected(-1, 'it is doubled')]).toEqual([false, false]);
  });
});
