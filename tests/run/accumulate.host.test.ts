import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  clipByGlobalNorm,
  createAdam,
  createRandom,
  createTrainer,
  loadCheckpoint,
  mlp,
  saveCheckpoint,
  type Optimizer,
} from '../../src/index.js';
import { accumulateGradients } from '../../src/run/index.js';
import { count } from '../support/counts.js';
import { bitsOf, numbersOf, snapshot, tinyVae, variableOf, withoutLeak } from '../training/sample.js';

afterEach(() => tf.disposeVariables());

const optimizers: [string, () => Optimizer | tf.Optimizer][] = [
  ['Adam', () => createAdam({ learningRate: 0.05, weightDecay: 0.1 })],
  ['tf.train.momentum', () => tf.train.momentum(0.1, 0.9)],
  ['tf.train.sgd', () => tf.train.sgd(0.1)],
];

/** A regression without noise: 12 examples, in batches. */
function regression(optimizer: Optimizer | tf.Optimizer, clipNorm?: number) {
  const network = mlp({ sizes: [3, 4, 2], random: createRandom(3) });
  const trainer = createTrainer({
    name: 'regression',
    parts: { network },
    optimizer,
    random: createRandom(4),
    clipNorm,
    loss: ({ x, options }) => ({
      loss: tf.mean(tf.square(tf.sub(network.apply(x, options), tf.slice(x, [0, 0], [-1, 2])))),
    }),
  });
  return { network, trainer };
}

const examples = (): tf.Tensor2D => createRandom(5).uniform([12, 3]) as tf.Tensor2D;

function steps({ trainer }: ReturnType<typeof regression>, batches: readonly tf.Tensor[]): void {
  for (const batch of batches) tf.dispose({ ...trainer.step(batch) });
}

describe.each(optimizers)('%s', (_, make) => {
  test.each([2, 3, 4])('with the gradients of %i batches makes the update of all their examples', async (n) => {
    const x = examples();
    const [large, small] = [regression(make()), regression(accumulateGradients(make(), { batches: n }))];
    const start = await numbersOf(small.network.variables);
    for (let update = 0; update < 3; update++) {
      steps(large, [x]);
      const parts = tf.split(x, n);
      steps(small, parts.slice(0, -1));
      if (update === 0) expect(await numbersOf(small.network.variables)).toEqual(start);
      steps(small, parts.slice(-1));
      tf.dispose(parts);
    }
    const [expected, seen] = await Promise.all([large, small].map(({ network }) => numbersOf(network.variables)));
    expected!.forEach((value, i) => expect(seen![i]).toBeCloseTo(value, 5));
    expect(Math.max(...expected!.map((value, i) => Math.abs(value - start[i]!)))).toBeGreaterThan(0.01);
    x.dispose();
  });
});

test('the update is that of float64 by hand, with the mean clipped', async () => {
  const w = variableOf([1, -2]);
  const optimizer = accumulateGradients(tf.train.sgd(0.1), { batches: 3, clipNorm: 0.5 });
  const gradients = [
    [0.1, 0.7],
    [-0.3, 0.9],
    [0.5, 2.3],
  ];
  for (const gradient of gradients) optimizer.apply([tf.tensor1d(gradient)], [w]);
  const mean = [0, 1].map((i) => gradients.reduce((sum, gradient) => sum + gradient[i]! / 3, 0));
  const scale = 0.5 / Math.max(0.5, Math.hypot(...mean));
  const expected = [1, -2].map((value, i) => value - 0.1 * scale * mean[i]!);
  (await numbersOf([w])).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
  count('numbers compared with float64, PyTorch or a closed form', 2);
});

test("a trainer's own clipNorm scales the gradients of each batch", async () => {
  const gradients = [tf.tensor1d([3, 4]), tf.tensor1d([0, -0.5])];
  const clipped = gradients.map((gradient) => clipByGlobalNorm([gradient], 1)[0]!);
  const w = variableOf([0, 0]);
  const optimizer = accumulateGradients(tf.train.sgd(1), { batches: 2 });
  for (const gradient of clipped) optimizer.apply([gradient], [w]);
  const [x, y] = await numbersOf([w]);
  expect(x).toBeCloseTo(-0.3, 6);
  expect(y).toBeCloseTo(-0.15, 6);
});

test('a schedule counts updates, not batches', async () => {
  const seen: number[] = [];
  const learningRate = (step: number): number => (seen.push(step), 0.1);
  const optimizer = accumulateGradients(createAdam({ learningRate }), { batches: 3 });
  const w = variableOf([1]);
  for (let i = 0; i < 7; i++) optimizer.apply([tf.tensor1d([1])], [w]);
  expect(seen).toEqual([0, 1]);
});

describe('a batch with a number that is not finite', () => {
  const sgd = () => accumulateGradients(tf.train.sgd(1), { batches: 3 });
  const applyAll = (optimizer: Optimizer, w: tf.Variable, gradients: readonly number[]): void => {
    for (const gradient of gradients) tf.tidy(() => optimizer.apply([tf.tensor1d([gradient])], [w]));
  };

  test.each([
    ['the first', [NaN, 1, 3], -2, 1],
    ['the last', [1, 3, Infinity], -2, 1],
    ['two of them', [NaN, 3, -Infinity], -3, 2],
    ['none', [1, 2, 3], -2, 0],
  ])('is left out of sum and mean, and counted: %s', async (_, gradients, moved, skipped) => {
    const [optimizer, w] = [sgd(), variableOf([0])];
    applyAll(optimizer, w, gradients);
    expect([await numbersOf([w]), await numbersOf([optimizer.skipped!])]).toEqual([[moved], [skipped]]);
    applyAll(optimizer, w, [1, 1, 1]);
    expect(await numbersOf([w])).toEqual([moved - 1]);
  });

  test('makes no update if all are such, each counted once', async () => {
    const w = variableOf([5]);
    const optimizer = accumulateGradients(createAdam({ learningRate: 0.1 }), { batches: 2 });
    applyAll(optimizer, w, [1, 1]);
    const before = await bitsOf([w, ...optimizer.state().tensors.slice(0, 1)]);
    applyAll(optimizer, w, [NaN, NaN]);
    expect(await bitsOf([w, ...optimizer.state().tensors.slice(0, 1)])).toEqual(before);
    expect(await numbersOf([optimizer.skipped!])).toEqual([2]);
  });

  test('counts an update that the optimizer leaves out itself', async () => {
    const w = variableOf([5]);
    const optimizer = accumulateGradients(createAdam({ learningRate: 0.1 }), { batches: 2 });
    // the square overflows
    applyAll(optimizer, w, [1e30, 1e30]);
    expect([await numbersOf([w]), await numbersOf([optimizer.skipped!])]).toEqual([[5], [1]]);
  });
});

test.each(optimizers)('%s continues from a checkpoint in the middle of the sums, bit for bit', async (_, make) => {
  const x = tf.tensor2d(
    Array.from({ length: 24 }, (_, i) => (i % 5) / 4),
    [4, 6],
  );
  const vae = (seed: number) => tinyVae(accumulateGradients(make(), { batches: 3 }), { seed, averaged: true });
  const straight = vae(1);
  for (let i = 0; i < 7; i++) tf.dispose({ ...straight.trainer.step(x) });
  for (const cut of [1, 3, 5]) {
    const [first, second] = [vae(1), vae(2)];
    for (let i = 0; i < cut; i++) tf.dispose({ ...first.trainer.step(x) });
    await loadCheckpoint(second.trainer, await saveCheckpoint(first.trainer));
    for (let i = cut; i < 7; i++) tf.dispose({ ...second.trainer.step(x) });
    expect(await snapshot(second.trainer)).toEqual(await snapshot(straight.trainer));
  }
});

test('a checkpoint of other numbers of batches is refused by name', async () => {
  const vae = (batches: number) => tinyVae(accumulateGradients(createAdam({ learningRate: 0.1 }), { batches }));
  const bytes = await saveCheckpoint(vae(2).trainer);
  await expect(loadCheckpoint(vae(3).trainer, bytes)).rejects.toThrow('got optimizer.batches 3 where the file has 2');
});

test('a step that throws leaves the sums as they were, and dispose frees everything', async () => {
  await withoutLeak(async () => {
    const { network, trainer } = regression(accumulateGradients(createAdam({ learningRate: 0.1 }), { batches: 2 }));
    const x = examples();
    tf.dispose({ ...trainer.step(x) });
    const before = await snapshot(trainer);
    const wrong = tf.zeros([2, 5]);
    expect(() => trainer.step(wrong)).toThrow();
    expect(await snapshot(trainer)).toEqual(before);
    tf.dispose([x, wrong]);
    trainer.dispose();
    network.dispose();
  });
});
