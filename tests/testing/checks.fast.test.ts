import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { mlp, tanh, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { checkClose, checkGradients, checkNetwork, checkNoLeaks } from '../../src/testing/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('checkClose', () => {
  const actual = () =>
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);

  test('passes numbers and tensors within the tolerance', async () => {
    await checkClose(actual(), [1, 2, 3, 4.0003]);
    await checkClose(actual(), tf.add(actual(), 0.01), { absolute: 0.011 });
    await checkClose(tf.tensor1d([0, Infinity]), [9e-7, Infinity]);
  });

  test('names the worst index and both values', async () => {
    const sentence = 'checkClose: `actual` must be 9 at [1, 0], up to 0.0001 relative + 0.000001 absolute; got 3.';
    await expect(checkClose(actual(), [1, 2.1, 9, 4])).rejects.toThrow(sentence);
  });

  test('treats NaN and a missed infinity as too far', async () => {
    const sentence = (expected: string, at: number, got: string): string =>
      `must be ${expected} at [${at}], up to 0.0001 relative + 0.000001 absolute; got ${got}.`;
    await expect(checkClose(tf.tensor1d([1, NaN]), [1, NaN])).rejects.toThrow(sentence('NaN', 1, 'NaN'));
    await expect(checkClose(tf.tensor1d([1, 2]), [Infinity, 2])).rejects.toThrow(sentence('Infinity', 0, '1'));
    await expect(checkClose(tf.tensor1d([1, Infinity]), [1, 2])).rejects.toThrow(sentence('2', 1, 'Infinity'));
  });

  test('rejects another shape', async () => {
    await expect(checkClose(actual(), [1, 2, 3])).rejects.toBeInstanceOf(ShapeError);
    await expect(checkClose(actual(), tf.zeros([4]))).rejects.toMatchObject({ expected: [4], received: [2, 2] });
    await expect(checkClose(tf.zeros([0]), [])).resolves.toBeUndefined();
  });
});

describe('checkGradients', () => {
  const x = () => tf.tensor2d([[0.5, -1.5, 2]]);

  test('passes correct gradients of scalars and tensors, in several inputs', async () => {
    await checkGradients((a, b) => tf.matMul(tf.tanh(a), b), [x(), createRandom(1).normal([3, 2])]);
    await checkGradients((a) => tf.mean(tf.exp(a)), [x()]);
    await checkGradients((a) => tf.mul(1000, tf.mul(a, tf.square(a))), [x()]);
  });

  test('finds a gradient that is off by one percent, and says where', async () => {
    const wrong = tf.customGrad((a) => ({
      value: tf.square(a as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.mul(a as tf.Tensor, tf.tensor2d([[2, 2.02, 2]]))),
    }));
    await expect(checkGradients((a) => wrong(a), [x()])).rejects.toThrow(
      /^checkGradients: `f` must have the derivative \S+ in inputs\[0\] at \[0, 1\]; got \S+\.$/,
    );
  });

  test('finds two errors that cancel in a plain sum', async () => {
    const swapped = tf.customGrad((a) => ({
      value: tf.mul(a as tf.Tensor, tf.tensor1d([1, 2])),
      gradFunc: (dy: tf.Tensor) => tf.mul(tf.reverse(dy, 0), tf.tensor1d([1, 2])),
    }));
    await expect(checkGradients((a) => swapped(a), [tf.tensor1d([1, 1])])).rejects.toThrow('must have the derivative');
  });

  test('finds a wrong second derivative, and passes ours', async () => {
    const at = [tf.tensor1d([1])];
    // its derivative, 1 - tanh(a)^2, is right, but does not depend on a as far as tfjs knows
    const frozen = tf.customGrad((x) => ({
      value: tf.clone(x as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
    }));
    const wrong = tf.customGrad((a, save) => {
      (save as unknown as (kept: tf.Tensor[]) => void)([a as tf.Tensor]);
      const slope = (x: tf.Tensor): tf.Tensor => tf.sub(1, tf.square(tf.tanh(frozen(x))));
      return { value: tf.tanh(a as tf.Tensor), gradFunc: (dy, [kept]) => tf.mul(dy, slope(kept!)) };
    });
    await expect(checkGradients((a) => tf.grad((b) => wrong(b))(a), at)).rejects.toThrow('must have the derivative');
    await checkGradients((a) => tf.grad((b) => tanh(b))(a), at);
  });

  test('leaves no tensor behind, and rejects what it cannot check', async () => {
    const input = x();
    await checkNoLeaks(() => checkGradients((a) => tf.square(a), [input]));
    await checkNoLeaks(() => checkGradients(() => tf.ones([]), [input]));
    await expect(checkGradients((a) => a, [tf.tensor1d([1], 'int32')])).rejects.toThrow('inputs[0]` must be float32');
    await expect(checkGradients((a) => a, input as never)).rejects.toThrow('`inputs` must be an array');
    await expect(checkGradients((a) => a, [input], { step: 0 })).rejects.toThrow('`step` must be finite and above 0');
  });
});

describe('checkNoLeaks', () => {
  test('passes a function that returns what it makes, directly or in a promise', async () => {
    await checkNoLeaks(() => [tf.zeros([2]), { x: tf.ones([]) }]);
    await checkNoLeaks(() => Promise.resolve(tf.zeros([2])));
    await checkNoLeaks(() => [3, expect]);
    await checkNoLeaks(() => ({ part: mlp({ sizes: [2, 3], random: createRandom(1) }) }));
  });

  test('finds a tensor left behind and one disposed too many, and passes an error on', async () => {
    await expect(checkNoLeaks(() => void tf.zeros([2]))).rejects.toThrow(
      /^checkNoLeaks: `f` must leave numTensors at \d+; got \d+\. Wrap its body in tf\.tidy\.$/,
    );
    const mine = tf.zeros([1]);
    await expect(checkNoLeaks(() => mine.dispose())).rejects.toThrow('must leave numTensors');
    await expect(checkNoLeaks(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  });
});

describe('checkNetwork', () => {
  const network = (): Network => mlp({ sizes: [2, 3, 2], activation: tanh, random: createRandom(1) });
  const input = () => createRandom(2).normal([3, 2]);

  test('passes a network of ours and leaves its variables unchanged', async () => {
    const own = network();
    const before = await Promise.all(own.variables.map((variable) => variable.data()));
    const at = input();
    await checkNoLeaks(() => checkNetwork(own, { input: at, output: [3, 2] }));
    expect(await Promise.all(own.variables.map((variable) => variable.data()))).toEqual(before);
  });

  test('finds a variable that gets no gradient', async () => {
    const own = network();
    const cut: Network = {
      ...own,
      apply: (x) =>
        tf.customGrad((y) => ({
          value: own.apply(y as tf.Tensor),
          gradFunc: (dy: tf.Tensor) => dy,
        }))(x),
    };
    await expect(checkNetwork(cut, { input: input() })).rejects.toThrow(
      /must have the derivative \S+ in network\.variables\[0\] at \[\d, \d\]; got 0\./,
    );
  });

  test('finds a wrong shape, a leak and an input that is returned', async () => {
    const own = network();
    const another = input();
    const before = tf.memory().numTensors;
    await expect(checkNetwork(own, { input: another, output: [3, 5] })).rejects.toBeInstanceOf(ShapeError);
    expect(tf.memory().numTensors).toBe(before);
    const leaky: Network = { ...own, apply: (x) => tf.mul(1, own.apply(x)) };
    await expect(checkNetwork(leaky, { input: input() })).rejects.toThrow('must leave numTensors');
    const same: Network = { variables: [], apply: (x) => x, dispose: () => undefined };
    await expect(checkNetwork(same, { input: input() })).rejects.toThrow('must return a new tensor');
    const flat: Network = { variables: [], apply: (x) => tf.tidy(() => tf.sum(x)), dispose: () => undefined };
    await expect(checkNetwork(flat, { input: input() })).rejects.toBeInstanceOf(ShapeError);
  });
});
