import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { swish } from '../../src/nets/index.js';
import { bernoulliLogLikelihood } from '../../src/operations/bernoulli-log-likelihood.js';
import { mixtureLogProb } from '../../src/operations/mixture-log-prob.js';
import { normalize } from '../../src/operations/normalize.js';
import { softmax } from '../../src/operations/softmax.js';
import { drawNormals } from '../../src/random/normal.js';
import { drawUniforms } from '../../src/random/uniform.js';
import { createRandom } from '../../src/random/index.js';
import * as ownKernels from '../../src/tensor/own-kernels.js';
import { expectAgreement, tensorOf } from './agree.js';

const { hasKernel, runKernel } = ownKernels;
const kernels = Object.values(ownKernels).filter((value) => typeof value === 'string');

it('all of them exist', async () => {
  await tf.setBackend('wasm');
  expect(kernels.length).toBe(15);
  for (const kernelName of kernels) expect(hasKernel(kernelName), kernelName).toBe(true);
});

it('operations are composed of others where they are missing', async () => {
  await tf.setBackend('wasm');
  const registered = kernels.map((kernelName) => tf.getKernel(kernelName, 'wasm'));
  for (const kernelName of kernels) tf.unregisterKernel(kernelName, 'wasm');
  try {
    for (const kernelName of kernels) expect(hasKernel(kernelName), kernelName).toBe(false);
    const all = (x: Tensor, scale: Tensor, offset: Tensor): Tensor => {
      const normal = normalize(x, scale, offset, { examples: 2, groups: 3, epsilon: 1e-3 });
      const likelihood = bernoulliLogLikelihood(tf.softplus(x), tf.tanh(normal), [1, 2]);
      return tf.add(likelihood, tf.concat([softmax(swish(normal)), tf.mul(tf.exp(x), scale)], -1));
    };
    await expectAgreement(all, [[2, 30, 6], [6], [6]]);
    const mixture = (...[z, means, logVariances, logits]: Tensor[]): Tensor =>
      mixtureLogProb(z!, means!, logVariances!, logits!);
    await expectAgreement(mixture, [[3, 2], [4, 2], [4, 2], [4]]);
    expect(createRandom(1).normal([20]).dataSync()).toEqual(
      drawNormals(Int32Array.from(createRandom(1).state().words), 20),
    );
  } finally {
    for (const kernel of registered) tf.registerKernel(kernel);
  }
});

describe('normalisation on wasm', () => {
  const normalized = (examples: number, groups: number) => (x: Tensor, scale: Tensor, offset: Tensor) =>
    normalize(x, scale, offset, { examples, groups, epsilon: 1e-3 });

  it('is that of cpu with its gradients, for all views', async () => {
    const size = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(size, size, size, size, async (examples, rows, groups, perGroup) => {
        // a group of one number has no variance, and what is left of it is rounding
        const inGroup = rows * perGroup > 1 ? rows : 2;
        const channels = groups * perGroup;
        await expectAgreement(normalized(examples, groups), [[examples, inGroup, channels], [channels], [channels]]);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it.each([
    ['batch', 1, 30],
    ['group', 12, 5],
    ['instance', 12, 30],
    ['layer', 12 * 144, 1],
  ])('by %s is that of cpu where work is divided', async (_, examples, groups) => {
    await expectAgreement(normalized(examples, groups), [[12, 12, 12, 30], [30], [30]]);
  });

  it('keeps its digits far from 0', async () => {
    const far = (x: Tensor, scale: Tensor, offset: Tensor): Tensor =>
      normalized(1, 8)(tf.add(tf.round(tf.mul(x, 64)), 5000), scale, offset);
    await expectAgreement(far, [[500, 8], [8], [8]], { gradients: false });
  });
});

describe('softmax on wasm', () => {
  it.each([[[5]], [[3, 1]], [[4, 10]], [[2, 3, 33]], [[64, 600]]])('of [%s] has the gradient of cpu', async (shape) => {
    await expectAgreement((x) => softmax(tf.mul(x, 5)), [shape]);
  });
});

describe('the slope of relu and leakyRelu on wasm', () => {
  it.each([0, 0.2])('is dy times 1 or %d, bit for bit, for all numbers', async (alpha) => {
    const odd = [0, -0, 1e-45, -1e-45, Infinity, -Infinity, NaN, 3, -3];
    const pairs = odd.flatMap((dy) => odd.map((y) => [dy, y] as const));
    // more than one job's worth, and a count that is no multiple of four
    const many = Array.from({ length: 40_001 }, (_, i) => pairs[i % pairs.length]!);
    const [dy, y] = [0, 1].map((k) => tf.tensor1d(many.map((pair) => pair[k]!))) as [Tensor, Tensor];
    const own = runKernel<Tensor>(ownKernels.SLOPE_KERNEL, { dy, y }, { alpha });
    const composed = tf.tidy(() => tf.mul(dy, tf.step(y, alpha)));
    expect(await own.data()).toEqual(await composed.data());
    tf.dispose([dy, y, own, composed]);
  });
});

describe('normals on wasm', () => {
  it('are the bits of the stream for any count, and leave it where it leaves it', async () => {
    for (const count of [0, 1, 5, 7, 8, 9, 15, 16, 17, 1000, 100003]) {
      const random = createRandom(count);
      const words = Int32Array.from(random.state().words);
      const expected = new Int32Array(drawNormals(words, count).slice().buffer);
      const before = [tf.memory().numTensors, tf.backend().numDataIds()];
      const drawn = random.normal([count]);
      expect(new Int32Array((await drawn.data()).slice().buffer)).toEqual(expected);
      expect(Int32Array.from(random.state().words)).toEqual(words);
      drawn.dispose();
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
    }
  });

  it('and uniform numbers too, in any interval', async () => {
    for (const [count, low, high] of [
      [0, 0, 1],
      [1, -3, 5],
      [3, 0, 1],
      [4, 1, 2],
      [1001, -1, 0],
      [100_003, 1, 2],
      [50_000, 3e38, 3.1e38],
    ] as const) {
      const random = createRandom(count);
      const words = Int32Array.from(random.state().words);
      const expected = drawUniforms(words, count, Math.fround(low), Math.fround(high));
      const drawn = random.uniform([count], low, high);
      expect(await drawn.data()).toEqual(expected);
      expect(Int32Array.from(random.state().words)).toEqual(words);
      drawn.dispose();
    }
  });

  it('are those of the smallest and the largest words', async () => {
    const random = createRandom(0);
    const first = [0, 1, 2 ** 31, 2 ** 32 - 1];
    for (const word of [
      0,
      1,
      2,
      255,
      256,
      257,
      2 ** 24 - 1,
      2 ** 24,
      2 ** 24 + 1,
      2 ** 25 - 1,
      2 ** 31 + 128,
      2 ** 32 - 128,
    ]) {
      const last = [word, ...first.slice(1)].map((w) => (2 ** 32 - w) % 2 ** 32);
      const words = [[word, ...first.slice(1)], [1, 1, 1, 1], [2, 3, 4, 5], last].flat();
      random.restore({ ...random.state(), words });
      const expected = drawNormals(Int32Array.from(words), 8);
      const drawn = random.normal([8]);
      expect(await drawn.data()).toEqual(expected);
      drawn.dispose();
    }
  });
});

describe('copies on wasm', () => {
  it('of tensors side by side are those of cpu', async () => {
    const size = fc.integer({ min: 1, max: 6 });
    const asked = fc.tuple(
      fc.array(size, { minLength: 1, maxLength: 4 }),
      fc.array(size, { minLength: 2, maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(asked, fc.nat(), async ([shape, sizes], any) => {
        const axis = any % shape.length;
        const shapes = sizes.map((along) => shape.map((all, i) => (i === axis ? along : all)));
        await expectAgreement((...parts) => tf.concat(parts, axis), shapes);
      }),
      { seed: 5, numRuns: 60 },
    );
    await expectAgreement(
      (a, b) => tf.concat([a, b], -1),
      [
        [40, 30, 33],
        [40, 30, 7],
      ],
    );
  });

  it('of no rows, of bits and of words are those of tfjs', async () => {
    await expectAgreement(
      (a, b) => tf.concat([a, b]),
      [
        [0, 3],
        [2, 3],
      ],
      { gradients: false },
    );
    await expectAgreement((a, b) => tf.concat([tf.greater(a, 0), tf.greater(b, 0)]), [[3], [2]], { gradients: false });
    const words = tf.tidy(() => tf.concat([tf.tensor1d(['a']), tf.tensor1d(['b', 'c'])]));
    expect(await words.data()).toEqual(['a', 'b', 'c']);
    words.dispose();
    expect(() => tf.concat([tensorOf([2, 3], 1), tensorOf([3, 2], 1)], 0)).toThrow();
  });

  it('by clone share the numbers until the last tensor is disposed', async () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    const x = tensorOf([5], 1);
    const values = [...(await x.data())];
    const copy = tf.clone(x);
    const same = tf.cast(copy, 'float32');
    x.dispose();
    copy.dispose();
    tensorOf([5], 2).dispose();
    expect([...(await same.data())]).toEqual(values);
    same.dispose();
    const words = tf.clone(tf.tensor1d(['a', 'b']));
    expect(await words.data()).toEqual(['a', 'b']);
    words.dispose();
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual([before[0]! + 1, before[1]! + 1]);
  });
});
