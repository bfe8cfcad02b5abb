import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAdam, loadCheckpoint, readMetrics, saveCheckpoint, type Optimizer } from '../../../src/index.js';
import { batchOfPixels, poisonedBatch, bitsOf, numbersOf, tinyVae, withoutLeak } from '../sample.js';

const optimizers: [string, () => tf.Optimizer][] = [
  ['sgd', () => tf.train.sgd(0.1)],
  ['momentum', () => tf.train.momentum(0.05, 0.9)],
  ['adagrad', () => tf.train.adagrad(0.1)],
  ['adadelta', () => tf.train.adadelta(0.5)],
  ['rmsprop', () => tf.train.rmsprop(0.01, 0.9, 0.5)],
  ['adam', () => tf.train.adam(0.01)],
  ['adamax', () => tf.train.adamax(0.01)],
];

let x: Tensor;
let poison: Tensor;

beforeEach(() => {
  [x, poison] = [batchOfPixels(), poisonedBatch()];
});
afterEach(() => {
  tf.dispose([x, poison]);
  tf.disposeVariables();
});

/** All variables but the last, which counts the updates left out. */
const learned = (variables: Readonly<Record<string, Variable>>) => Object.values(variables).slice(0, -1);

describe.each(optimizers)('tf.train.%s in a trainer', (_, make) => {
  test('moves the variables, and not at all when the trainer is made', async () => {
    const { encoder, decoder, trainer } = tinyVae(make());
    const fresh = tinyVae(createAdam({ learningRate: 1 }));
    const variables = [...encoder.variables, ...decoder.variables];
    const start = await bitsOf([...fresh.encoder.variables, ...fresh.decoder.variables]);
    expect(await bitsOf(variables)).toEqual(start);
    tf.dispose({ ...trainer.step(x) });
    expect(await bitsOf(variables)).not.toEqual(start);
  });

  test('skips an update with NaN: no variable and no moment changes, and the next updates are made', async () => {
    const { trainer } = tinyVae(make());
    for (let i = 0; i < 2; i++) tf.dispose({ ...trainer.step(x) });
    const before = await bitsOf(learned(trainer.state.variables));
    tf.dispose({ ...trainer.step(poison) });
    expect(await bitsOf(learned(trainer.state.variables))).toEqual(before);
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([1]);
    const { loss } = await readMetrics(trainer.step(x));
    expect(loss).toBeGreaterThan(0);
    expect(await bitsOf(learned(trainer.state.variables))).not.toEqual(before);
    expect((await numbersOf(Object.values(trainer.state.variables))).every(Number.isFinite)).toBe(true);
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([1]);
  });

  test('holds no tensor after dispose', async () => {
    await withoutLeak(() => {
      const vae = tinyVae(make());
      tf.dispose({ ...vae.trainer.step(x) });
      vae.dispose();
    });
  });

  test('accepts only one list of variables', () => {
    const optimizer = make();
    const first = tinyVae(optimizer);
    expect(() => tinyVae(optimizer, { seed: 2 })).toThrow(/optimizer: `variables` must be those of the first trainer/);
    first.dispose();
  });
});

describe.each(optimizers)('a checkpoint with tf.train.%s', (name, make) => {
  const exact = !name.startsWith('adam');

  test(exact ? 'is resumed bit for bit' : 'is refused by name', async () => {
    const straight = tinyVae(make());
    for (let i = 0; i < 3; i++) tf.dispose({ ...straight.trainer.step(x) });
    if (!exact) {
      const className = name === 'adam' ? 'Adam' : 'Adamax';
      await expect(saveCheckpoint(straight.trainer)).rejects.toThrow(`tf.train's ${className} optimizer`);
      return;
    }
    const file = await saveCheckpoint(straight.trainer);
    const resumed = tinyVae(make());
    tf.dispose({ ...resumed.trainer.step(x) });
    await loadCheckpoint(resumed.trainer, file);
    for (const { trainer } of [straight, resumed]) {
      for (let i = 0; i < 3; i++) tf.dispose({ ...trainer.step(x) });
    }
    const [a, b] = [straight, resumed].map(({ trainer }) => Object.values(trainer.state.variables));
    expect(await bitsOf(b!)).toEqual(await bitsOf(a!));
  });
});

test('the centered RMSProp of tfjs starts without NaN', async () => {
  const { trainer } = tinyVae(tf.train.rmsprop(0.01, 0.9, 0.5, undefined, true));
  expect((await numbersOf(Object.values(trainer.state.variables))).every(Number.isFinite)).toBe(true);
});

describe('momentum that has already moved', () => {
  test('moves nothing when the trainer is made', async () => {
    const { encoder, decoder } = tinyVae(createAdam({ learningRate: 1 }));
    const variables = [...encoder.variables, ...decoder.variables];
    const optimizer = tf.train.momentum(0.1, 0.9);
    const gradients = variables.map((variable) => ({ name: variable.name, tensor: tf.onesLike(variable) }));
    optimizer.applyGradients(gradients);
    const before = await bitsOf(variables);
    tinyVae(optimizer, { encoder, decoder });
    expect(await bitsOf(variables)).toEqual(before);
    tf.dispose(gradients.map(({ tensor }) => tensor));
    optimizer.dispose();
  });
});

describe('an optimizer record of the user', () => {
  const descent = (rate: number, apply?: Optimizer['apply']): Optimizer => ({
    prepare: () => undefined,
    apply:
      apply ??
      ((gradients, variables) => {
        tf.tidy(() => variables.forEach((v, i) => v.assign(tf.sub(v, tf.mul(rate, gradients[i]!)))));
      }),
    state: () => ({ tensors: [], plain: { rate } }),
    restore: () => undefined,
    dispose: () => undefined,
  });

  test('is guarded as well', async () => {
    const { trainer } = tinyVae(descent(0.1));
    const before = await bitsOf(learned(trainer.state.variables));
    tf.dispose({ ...trainer.step(poison) });
    expect(await bitsOf(learned(trainer.state.variables))).toEqual(before);
    tf.dispose({ ...trainer.step(x) });
    expect(await bitsOf(learned(trainer.state.variables))).not.toEqual(before);
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([1]);
    expect(Object.values(trainer.skipped!).map(({ trainable }) => trainable)).toEqual([false]);
  });

  test('gets its plain state back on restore', async () => {
    const restored: unknown[] = [];
    const optimizer: Optimizer = { ...descent(0.25), restore: (plain) => restored.push(plain) };
    const { trainer } = tinyVae(optimizer);
    await loadCheckpoint(trainer, await saveCheckpoint(trainer));
    expect(restored).toEqual([{ rate: 0.25 }]);
  });

  test('changes nothing if it throws', async () => {
    const { trainer } = tinyVae(
      descent(0.1, (gradients, variables) => {
        variables[0]!.assign(gradients[0]!);
        throw new Error('half way');
      }),
    );
    const before = await bitsOf(Object.values(trainer.state.variables));
    await withoutLeak(() => expect(() => trainer.step(x)).toThrow('half way'));
    expect(await bitsOf(Object.values(trainer.state.variables))).toEqual(before);
  });
});

test('one createAdam for two trainers is an error', () => {
  const adam = createAdam({ learningRate: 0.1 });
  tinyVae(adam);
  expect(() => tinyVae(adam, { seed: 2 })).toThrow(/one optimizer for each list of variables/);
});

test.each(optimizers.filter(([name]) => !['adagrad', 'adadelta', 'rmsprop'].includes(name)))(
  'tf.train.%s that was disposed is named with the function that got it, and in a step',
  (_, make) => {
    const disposed = make();
    disposed.dispose();
    expect(() => tinyVae(disposed)).toThrow('createVaeTrainer: `optimizer` must not be disposed; got one that was.');
    const optimizer = make();
    const { trainer } = tinyVae(optimizer);
    optimizer.dispose();
    expect(() => trainer.step(x)).toThrow('step: `optimizer` must not be disposed; got one that was.');
  },
);
