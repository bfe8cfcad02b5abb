import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { createMaskedModel, createTokenModel } from '../../src/tokens/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { read } from '../support/close.js';
import { allSequences, asTensor, randomTransformer } from './small.js';
import { inScope } from '../support/in-scope.js';

inScope();

const size = { tokens: 4, length: 3 };
const models = [
  {
    name: 'autoregressive',
    make: (more: object = {}) => createTokenModel(randomTransformer({ ...size, classes: 2 }, 4), { ...size, ...more }),
  },
  {
    name: 'masked',
    make: (more: object = {}) =>
      createMaskedModel(randomTransformer({ ...size, classes: 2, causal: false }, 4), { ...size, ...more }),
  },
];
const condition = (): tf.Tensor => tf.tensor1d([0, 0, 1, 1, 1], 'int32');

describe.each(models)('samples of a model that is $name', ({ make, name }) => {
  test('hold only tokens, and depend on the stream alone', async () => {
    const model = make();
    const draw = () => model.sample(5, { random: createRandom(1), condition: condition() });
    const [first, second] = [await draw(), await draw()];
    expect([first.shape, first.dtype]).toEqual([[5, 3], 'int32']);
    expect(await read(first)).toEqual(await read(second));
    expect((await read(first)).every((token) => token >= 0 && token < 4)).toBe(true);
  });

  test('keep the tokens that are known', async () => {
    const known = asTensor([
      [2, -1, -1],
      [1, 3, -1],
      [0, 1, 2],
      [-1, -1, -1],
      [3, 3, 3],
    ]);
    const drawn = await read(await make().sample(5, { random: createRandom(2), condition: condition(), known }));
    (await read(known)).forEach((token, i) => {
      if (token >= 0) expect(drawn[i]).toBe(token);
      else expect(drawn[i]).toBeGreaterThanOrEqual(0);
    });
  });

  test('at the temperature 0 are the same for any stream', async () => {
    const draw = (seed: number) =>
      make().sample(2, { random: createRandom(seed), condition: tf.tensor1d([0, 1], 'int32'), temperature: 0 });
    const limit = (seed: number) =>
      make().sample(2, { random: createRandom(seed), condition: tf.tensor1d([0, 1], 'int32'), temperature: 1e-4 });
    if (name === 'autoregressive') expect(await read(await draw(1))).toEqual(await read(await draw(2)));
    expect(await read(await limit(3))).toEqual(await read(await draw(3)));
  });

  test('after an end hold -1', async () => {
    const drawn = await read(await make({ end: 0 }).sample(5, { random: createRandom(3), condition: condition() }));
    for (let row = 0; row < 5; row++) {
      const sequence = drawn.slice(3 * row, 3 * row + 3);
      const stop = sequence.indexOf(0);
      sequence.forEach((token, i) => expect(token < 0).toBe(stop >= 0 && i > stop));
    }
  });

  test('are reported after each call of the network, and stop at once', async () => {
    const model = make();
    const reports: string[] = [];
    const controller = new AbortController();
    const reason = new Error('enough');
    const work = model.sample(5, {
      random: createRandom(1),
      condition: condition(),
      signal: controller.signal,
      onStep: async ({ step, steps, indices }) => {
        const tokens = await read(indices);
        reports.push(`${step}/${steps}: ${tokens.filter((token) => token >= 0).length} of ${tokens.length}`);
        if (step === 2) controller.abort(reason);
      },
    });
    await expect(work).rejects.toBe(reason);
    expect(reports).toEqual(['1/3: 5 of 15', '2/3: 10 of 15']);
  });

  test('leak no tensor, also if they are stopped or wrong', async () => {
    const model = make();
    const labels = condition();
    await checkNoLeaks(() => model.sample(5, { random: createRandom(1), condition: labels, guidance: 2 }));
    const signal = AbortSignal.abort(new Error('stop'));
    await checkNoLeaks(() =>
      model.sample(5, { random: createRandom(1), condition: labels, signal }).catch(() => undefined),
    );
    const onStep = (): never => {
      throw new Error('broken');
    };
    await checkNoLeaks(() =>
      model.sample(5, { random: createRandom(1), condition: labels, onStep }).catch(() => undefined),
    );
  });

  test.each([
    [{ random: 1 }, 'sample: `random`'],
    [{ temperature: -1 }, 'sample: `temperature` must be finite and at least 0; got -1.'],
    [{ topP: 0 }, 'sample: `topP` must be finite and above 0 and at most 1; got 0.'],
    [{ guidance: 2 }, 'sample: `guidance` needs `condition`; got none.'],
    [{ condition: [0] }, 'sample: `condition`'],
    [{ known: asTensor([[0, 4, 1]]) }, 'sample: `known` must hold tokens below 4, or -1; got 4 at place 1 of row 0.'],
    [{ known: asTensor([[0, 1]]) }, 'sample: `known` must have shape [1, 3]; got [1, 2].'],
  ])('reject %o', async (wrong, message) => {
    await expect(make().sample(1, { random: createRandom(1), ...wrong } as never)).rejects.toThrow(message);
  });

  test('of a network that gives NaN are rejected', async () => {
    const network = randomTransformer(size);
    const broken = {
      ...network,
      apply: (input: tf.Tensor) => tf.fill([...input.shape, 4], NaN),
      applyNext: undefined as never,
    };
    const model = name === 'masked' ? createMaskedModel(broken, size) : createTokenModel(broken, size);
    await expect(model.sample(2, { random: createRandom(1) })).rejects.toThrow(
      'sample: `network` must return finite logits',
    );
  });
});

test('an autoregressive model takes a known beginning only, and neither model tokens after an end', async () => {
  const random = createRandom(1);
  const inOrder = createTokenModel(randomTransformer(size), { ...size, end: 3 });
  await expect(inOrder.sample(1, { random, known: asTensor([[-1, 2, 1]]) })).rejects.toThrow(
    'sample: `known` must hold the beginning of each sequence; got 2 at place 1 of row 0. A masked model fills in any places.',
  );
  const masked = createMaskedModel(randomTransformer({ ...size, causal: false }), { ...size, end: 3 });
  await expect(masked.sample(1, { random, known: asTensor([[-1, 3, 1]]) })).rejects.toThrow(
    'sample: `known` must hold -1 after the end of a sequence; got 1 at place 2 of row 0.',
  );
  await expect(inOrder.sample(1, { random, steps: 2 })).rejects.toThrow('sample: `steps` must be left out; got 2.');
});

test('a masked model reveals as many places in each call, or by a cosine first few and then many', async () => {
  const long = { tokens: 4, length: 8 };
  const model = createMaskedModel(randomTransformer({ ...long, causal: false }), long);
  // the first row lacks eight tokens, the second four
  const known = asTensor([Array<number>(8).fill(-1), [1, -1, 2, -1, 3, -1, 0, -1]]);
  const counts = async (steps: number, reveal?: 'equal' | 'cosine'): Promise<number[][]> => {
    const seen: number[][] = [];
    const onStep = async ({ indices }: { indices: tf.Tensor }): Promise<void> => {
      const rows = (await indices.array()) as number[][];
      seen.push(rows.map((row) => row.filter((token) => token >= 0).length));
    };
    await model.sample(2, { random: createRandom(1), known, steps, reveal, onStep });
    return seen;
  };
  const equal = [[2, 5], [4, 6], [6, 7], [8, 8]]; // prettier-ignore
  expect(await counts(4)).toEqual(equal);
  expect(await counts(4, 'equal')).toEqual(equal);
  // 8 (1 - cos(k pi / 8)) = 0.6, 2.3, 4.9 and 8, but at least k; and half of that for the second row
  expect(await counts(4, 'cosine')).toEqual([[1, 5], [2, 6], [5, 7], [8, 8]]); // prettier-ignore
  expect(await counts(8, 'cosine')).toHaveLength(8);
  await expect(model.sample(2, { random: createRandom(1), reveal: 'sine' as never })).rejects.toThrow(
    "sample: `reveal` must be 'equal' or 'cosine'",
  );
  const inOrder = createTokenModel(randomTransformer(size), size);
  await expect(inOrder.sample(1, { random: createRandom(1), reveal: 'equal' })).rejects.toThrow(
    'sample: `reveal` must be left out',
  );
});

test('a masked model fills in all places before an end that is known', async () => {
  const model = createMaskedModel(randomTransformer({ ...size, causal: false }), { ...size, end: 3 });
  const known = tf.tile(asTensor([[-1, -1, 3]]), [50, 1]);
  const drawn = await read(await model.sample(50, { random: createRandom(1), known }));
  for (let row = 0; row < 50; row++) expect(drawn.slice(3 * row, 3 * row + 3).indexOf(3)).toBe(2);
});

test('a network without `applyNext` gives the same samples', async () => {
  const network = randomTransformer(size, 5);
  const without = { ...network, applyNext: undefined as never };
  const draw = (one: typeof network) => createTokenModel(one, size).sample(20, { random: createRandom(1) });
  expect(await read(await draw(network))).toEqual(await read(await draw(without)));
});

test('top-p draws only from the most likely tokens', async () => {
  const logits = [0.5, 0.3, 0.15, 0.05].map(Math.log);
  const network = {
    apply: (input: tf.Tensor) => tf.tidy(() => tf.tile(tf.tensor3d(logits, [1, 1, 4]), [...input.shape, 1])),
    variables: [],
    dispose: () => undefined,
  };
  const model = createTokenModel(network, { tokens: 4, length: 1 });
  const counts = async (topP: number): Promise<number[]> => {
    const drawn = await read(await model.sample(1000, { random: createRandom(8), topP }));
    return allSequences(4, 1).map(([token]) => drawn.filter((one) => one === token).length);
  };
  const [a, b, c, d] = await counts(0.79);
  expect([c, d]).toEqual([0, 0]);
  // 5/8 of 1,000, within four standard deviations
  expect(Math.abs(a! - 625)).toBeLessThan(4 * Math.sqrt((1000 * 15) / 64));
  expect(a! + b!).toBe(1000);
  expect((await counts(0.81))[2]).toBeGreaterThan(0);
});

test('guidance moves the logits away from those without the condition', async () => {
  const [u, c] = [
    [0, 0.2, 0.1, 0],
    [0.5, 0, 0.3, 0.1],
  ];
  const network = {
    apply: (input: tf.Tensor, options: { condition?: tf.Tensor } = {}) =>
      tf.tidy(() => {
        const isNone = tf.cast(tf.less(options.condition!, 0), 'float32');
        const rows = tf.add(
          tf.mul(tf.reshape(isNone, [-1, 1]), tf.tensor2d([u])),
          tf.mul(tf.reshape(tf.sub(1, isNone), [-1, 1]), tf.tensor2d([c])),
        );
        return tf.tile(tf.expandDims(rows, 1), [1, input.shape[1]!, 1]);
      }),
    variables: [],
    dispose: () => undefined,
  };
  const model = createTokenModel(network, { tokens: 4, length: 1 });
  const n = 4000;
  const drawn = await read(
    await model.sample(n, { random: createRandom(9), condition: tf.zeros([n], 'int32'), guidance: 3 }),
  );
  const powers = u.map((one, i) => Math.exp(one + 3 * (c[i]! - one)));
  const total = powers.reduce((sum, one) => sum + one);
  powers.forEach((power, token) => {
    const p = power / total;
    const count = drawn.filter((one) => one === token).length;
    expect(Math.abs(count - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));
  });
});
