import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { beforeEach, expect, test } from 'vitest';
import { freeTape } from '../../src/gradients/free-tape.js';
import { repairGradients } from '../../src/gradients/repair.js';
import { registeredKernels, restoreGradients, slopes } from './measure-derivatives.js';
import { numbers, operations, tensorOf } from './tfjs-operations.js';
import { checkGradients, checkSecondGradients } from '../support/checks.js';

const x = (): Tensor => tf.tensor1d([-0.9, -0.4, 0.7, 1.2]);
const second = (f: (x: Tensor) => Tensor) => (at: Tensor) => slopes(f, [at]);

/** The entries of the registry, without calling them. */
const registry = (): Map<string, GradConfig> =>
  new Map(registeredKernels().map((name) => [name, tf.getGradient(name)]));

beforeEach(() => {
  restoreGradients();
  repairGradients();
});

test('a second repair, also by another copy of the library, changes nothing', () => {
  const once = registry();
  repairGradients();
  expect([...registry()].every(([name, config]) => once.get(name) === config)).toBe(true);
  expect(registry().size).toBe(once.size);
});

test('the gradient that was registered before is kept under a mark that every copy knows', () => {
  restoreGradients();
  const stock = registry();
  repairGradients();
  const mark = Symbol.for('tfjs-generative.repaired');
  const cumsum = tf.getGradient('Cumsum') as GradConfig & Record<symbol, unknown>;
  expect(cumsum[mark]).toBe(stock.get('Cumsum'));
  expect(stock.has('Greater')).toBe(false);
});

test('a gradient that is registered again is repaired again', async () => {
  const mark = Symbol.for('tfjs-generative.repaired');
  const columns = (at: Tensor): Tensor =>
    tf.sum(
      tf.mul(tf.cumsum(tf.reshape(at, [2, 2]), 0), [
        [1, 2],
        [3, 4],
      ]),
    );
  const stock = (tf.getGradient('Cumsum') as GradConfig & Record<symbol, GradConfig>)[mark]!;
  tf.unregisterGradient('Cumsum');
  tf.registerGradient(stock);
  await expect(checkGradients(columns, [x()])).rejects.toThrow(/must have the derivative/);
  repairGradients();
  await checkGradients(columns, [x()]);
});

test.each([false, true])(
  'the gradient of a cumulative sum is right for every length: exclusive %s',
  async (exclusive) => {
    repairGradients();
    for (const length of [2, 3, 5]) {
      const weights = tf.range(1, length + 1);
      const [gradient] = tf.grads((x) => tf.sum(tf.mul(weights, tf.cumsum(x, 0, exclusive))))([tf.zeros([length])]);
      // what is after an element, weighted: of 1, 2, 3 that is 6, 5, 3, and exclusive 5, 3, 0
      const after = Array.from({ length }, (_, i) => {
        const from = exclusive ? i + 1 : i;
        return (length * (length + 1) - from * (from + 1)) / 2;
      });
      expect(Array.from(await gradient!.data())).toEqual(after);
    }
  },
);

test('a user’s gradient that saves the output is correct twice, though it is registered after the repair', async () => {
  const stock = tf.getGradient('Tanh');
  tf.unregisterGradient('Tanh');
  tf.registerGradient({
    kernelName: 'Tanh',
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => tf.mul(dy as Tensor, tf.sub(1, tf.square(saved[0]!))) }),
  });
  await checkSecondGradients(second(tf.tanh), [x()]);
  tf.unregisterGradient('Tanh');
  tf.registerGradient(stock);
});

test('a user’s gradient of a kernel without one in tfjs is left alone', () => {
  tf.unregisterGradient('Greater');
  const own: GradConfig = { kernelName: 'Greater', gradFunc: () => ({}) };
  tf.registerGradient(own);
  repairGradients();
  expect(tf.getGradient('Greater')).toBe(own);
  tf.unregisterGradient('Greater');
});

test('without gradients it says what to call', () => {
  const add = tf.getGradient('Add');
  tf.unregisterGradient('Add');
  try {
    expect(repairGradients).toThrow(
      'repairGradients: tfjs has no gradients registered; got tfjs-core alone. ' +
        "Call registerGradients() from 'tfjs-generative/gradients', or startBackend(...).",
    );
  } finally {
    tf.registerGradient(add);
  }
});

// tfjs counts the tensors of gradients, which no GPU changes.
const testOnce = test.runIf(['cpu', 'wasm'].includes(tf.getBackend()));
testOnce('derivatives of every operation leave no tensor behind, even where they are rejected', () => {
  for (const [name, { f, inputs, chained }] of Object.entries(operations)) {
    if (chained) continue;
    const tensors = inputs.map((shape, i) => tensorOf(shape, i + 1));
    const before = tf.memory().numTensors;
    for (const derivative of [f, (...xs: Tensor[]) => slopes(f, xs)]) {
      try {
        tf.dispose(tf.grads((...xs) => tf.add(tf.sum(derivative(...xs)), tf.mul(0, sumOf(xs))))(tensors));
      } catch (error) {
        expect(String(error), name).toMatch(/second derivative of|[Kk]ernel '|`backend` must not be/);
        freeTape();
      }
    }
    expect(tf.memory().numTensors, name).toBe(before);
    tf.dispose(tensors);
  }
});

test('third derivatives of elu, tanh and the pools are correct, too', async () => {
  const third = (f: (x: Tensor) => Tensor) => (at: Tensor) => tf.sum(tf.grad(second(f))(at));
  await checkSecondGradients(third(tf.tanh), [x()], { relative: 1e-2, absolute: 1e-2 });
  await checkSecondGradients(third(tf.elu), [x()], { relative: 1e-2, absolute: 1e-2 });
  const image = tensorOf(numbers([1, 3, 3, 1], -0.9, 1.3), 4);
  for (const pool of [tf.maxPool, tf.avgPool]) {
    const smooth = (at: Tensor): Tensor => pool(tf.mul<tf.Tensor4D>(at, tf.square(at)), 2, 1, 'same');
    await checkSecondGradients(third(smooth), [image], { relative: 1e-2, absolute: 1e-2 });
  }
});

// WebGL and WebGPU use the last of them for the first derivative: there is no derivative where numbers tie.
const takesTheFirst = ['cpu', 'wasm'].includes(tf.getBackend());
test.runIf(takesTheFirst)('if numbers tie for a window’s maximum, both derivatives use the same one', async () => {
  const flat = tf.zeros<tf.Rank.R4>([1, 3, 3, 1]);
  const pick = tf.reshape(tf.linspace(0.5, 2, 9), [1, 3, 3, 1]);
  const taken = (dy: Tensor): Tensor =>
    tf.sum(tf.mul(pick, tf.grad((at) => tf.sum(tf.mul(dy, tf.maxPool(at as tf.Tensor4D, 3, 2, 'same'))))(flat)));
  await checkGradients(taken, [tf.ones([1, 2, 2, 1])]);
});

function sumOf(tensors: Tensor[]): Tensor {
  return tensors.reduce((sum, tensor) => tf.add(sum, tf.sum(tensor)), tf.scalar(0) as Tensor);
}
