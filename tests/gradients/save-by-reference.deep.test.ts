import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { tanh, valueAndGradients } from '../../src/index.js';

/** The kernels that a function calls. */
async function kernelsOf(f: () => void): Promise<string[]> {
  const { kernels } = await tf.profile(f);
  return kernels.map(({ name }) => name);
}

// of d/dw sum(tanh(w)^2) = 2 tanh(w) (1 - tanh(w)^2)
const slope = (w: number): number => 2 * Math.tanh(w) * (1 - Math.tanh(w) ** 2);

test('saved tensors survive until the backward pass although the loss disposes them, and none is left', async () => {
  const w = tf.variable(tf.tensor1d([0.5, -1]));
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  const { value, gradients } = valueAndGradients(() => {
    const y = tanh(w);
    const loss = tf.sum(tf.mul(y, y));
    y.dispose();
    return loss;
  }, [w]);
  const [first, second] = await gradients[0]!.data();
  expect(first).toBeCloseTo(slope(0.5), 5);
  expect(second).toBeCloseTo(slope(-1), 5);
  tf.dispose([value, ...gradients]);
  expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  w.dispose();
});

test('saving calls no kernel, and only while a gradient of ours is recorded', async () => {
  const w = tf.variable(tf.tensor1d([0.5, -1]));
  const loss = (): Tensor => tf.sum(tf.mul(tf.exp(w), w));
  // one copy is of the value
  const ours = await kernelsOf(() => {
    const { value, gradients } = valueAndGradients(loss, [w]);
    tf.dispose([value, ...gradients]);
  });
  const tfjs = await kernelsOf(() => {
    const { value, grads } = tf.variableGrads(loss as () => tf.Scalar, [w]);
    tf.dispose([value, ...Object.values(grads)]);
  });
  const copies = (kernels: readonly string[]): number => kernels.filter((name) => name === 'Identity').length;
  expect(copies(ours)).toBeLessThanOrEqual(1);
  expect(copies(tfjs)).toBeGreaterThan(2);
  w.dispose();
});

test('a gradient of a gradient still leads back through what was saved', async () => {
  const w = tf.variable(tf.scalar(0.5));
  const { value, gradients } = valueAndGradients(() => {
    // x^3 saves x: its derivative is 3 x^2, and the derivative of that 6 x
    const inner = tf.grad((x) => tf.mul(tf.mul(x, x), x));
    return inner(w);
  }, [w]);
  expect((await value.data())[0]).toBeCloseTo(0.75, 6);
  expect((await gradients[0]!.data())[0]).toBeCloseTo(3, 6);
  tf.dispose([value, ...gradients]);
  w.dispose();
});
