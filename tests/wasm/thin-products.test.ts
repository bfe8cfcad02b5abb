import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createRandom } from '../../src/index.js';
import { DENSE_KERNEL, runKernel } from '../../src/tensor/own-kernels.js';

const activations = {
  linear: (x: number) => x,
  relu: (x: number) => (x > 0 ? x : x === x ? 0 : x),
  leakyrelu: (x: number) => (x < 0 ? Math.fround(x * Math.fround(0.2)) : x),
};

/** The sums in float32, in order, from the bias on. */
function sumsOf(a: Float32Array, b: Float32Array, bias: Float32Array, inner: number): number[] {
  const columns = bias.length;
  return Array.from({ length: (a.length / inner) * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = bias[column]!;
    for (let k = 0; k < inner; k++)
      sum = Math.fround(sum + Math.fround(a[row * inner + k]! * b[k * columns + column]!));
    return sum;
  });
}

it.each([1, 2, 3])('products with %i numbers per sum have the bits of their definition', (inner) => {
  const random = createRandom(inner);
  for (const [rows, columns] of [
    [256, 128],
    [1000, 12],
    [1000, 13],
  ] as const)
    for (const [activation, f] of Object.entries(activations)) {
      const [a, b, bias] = [random.normal([rows, inner]), random.normal([inner, columns]), random.normal([columns])];
      const attributes = { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0.2 };
      const own = runKernel<tf.Tensor>(DENSE_KERNEL, { a, b, bias }, attributes);
      const [x, y, z] = [a, b, bias].map((one) => one.dataSync() as Float32Array);
      expect(Array.from(own.dataSync()), activation).toEqual(sumsOf(x!, y!, z!, inner).map(f));
      tf.dispose([a, b, bias, own]);
    }
});
