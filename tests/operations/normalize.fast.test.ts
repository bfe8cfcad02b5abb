import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { normalize } from '../../src/operations/normalize.js';
import { createRandom } from '../../src/random/index.js';
import { checkSecondGradients } from '../support/checks.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

interface View {
  readonly examples: number;
  readonly rows: number;
  readonly groups: number;
  readonly size: number;
}

const epsilon = 1e-3;

type Gradients = Record<'y' | 'dx' | 'dScale' | 'dOffset' | 'means' | 'variances', Float64Array>;

/** The definition in float64, with the gradients for the slopes `dy`. */
function reference(x: number[], scale: number[], offset: number[], dy: number[], view: View): Gradients {
  const { examples, rows, groups, size } = view;
  const channels = groups * size;
  const zeros = (n: number): Float64Array => new Float64Array(n);
  const [y, dx] = [zeros(x.length), zeros(x.length)];
  const [dScale, dOffset] = [zeros(channels), zeros(channels)];
  const [means, variances] = [zeros(examples * groups), zeros(examples * groups)];
  for (let unit = 0; unit < examples * groups; unit++) {
    const [example, group] = [Math.floor(unit / groups), unit % groups];
    const places = Array.from({ length: rows * size }, (_, k) => {
      const channel = group * size + (k % size);
      return { channel, at: (example * rows + Math.floor(k / size)) * channels + channel };
    });
    const meanOf = (f: (place: { channel: number; at: number }) => number): number =>
      places.reduce((sum, place) => sum + f(place), 0) / places.length;
    const mean = meanOf(({ at }) => x[at]!);
    const variance = meanOf(({ at }) => (x[at]! - mean) ** 2);
    const deviation = Math.sqrt(variance + epsilon);
    const normal = (at: number): number => (x[at]! - mean) / deviation;
    const shift = meanOf(({ channel, at }) => scale[channel]! * dy[at]!);
    const pull = meanOf(({ channel, at }) => scale[channel]! * dy[at]! * normal(at));
    for (const { channel, at } of places) {
      y[at] = scale[channel]! * normal(at) + offset[channel]!;
      dx[at] = (scale[channel]! * dy[at]! - shift - normal(at) * pull) / deviation;
      dScale[channel]! += dy[at]! * normal(at);
      dOffset[channel]! += dy[at]!;
    }
    [means[unit], variances[unit]] = [mean, variance];
  }
  return { y, dx, dScale, dOffset, means, variances };
}

/** Compares value, gradients and statistics with the definition; each error is relative to the largest number. */
async function compare(view: View, mean = 0, bound = 2e-5): Promise<void> {
  const { examples, rows, groups, size } = view;
  const random = createRandom(5);
  const shape = [examples, rows, groups * size];
  const x = tf.add(random.normal(shape), mean);
  const [scale, offset, dy] = [random.normal([groups * size]), random.normal([groups * size]), random.normal(shape)];
  const statistics: Tensor[] = [];
  const onStatistics = (...both: Tensor[]): void => void statistics.push(...both.map((one) => tf.keep(one)));
  const options = { examples, groups, epsilon };
  const y = normalize(x, scale, offset, { ...options, onStatistics });
  const run = (...inputs: Tensor[]): Tensor => normalize(inputs[0]!, inputs[1]!, inputs[2]!, options);
  const [dx, dScale, dOffset] = tf.grads(run)([x, scale, offset], dy) as [Tensor, Tensor, Tensor];
  const numbers = (await Promise.all([x, scale, offset, dy].map(read))) as [number[], number[], number[], number[]];
  const expected = reference(...numbers, view);
  const [means, variances] = statistics as [Tensor, Tensor];
  expect(means.shape).toEqual([examples, 1, groups, 1]);
  for (const [name, got] of Object.entries({ y, dx, dScale, dOffset, means, variances })) {
    const wanted = expected[name as keyof Gradients];
    const largest = wanted.reduce((most, one) => Math.max(most, Math.abs(one)), 1);
    await expectOracle(got, wanted, { relative: 0, absolute: bound * largest });
  }
  tf.dispose(statistics);
}

describe('value, gradients and statistics are those of float64', () => {
  test.each<[string, View]>([
    ['a group norm', { examples: 3, rows: 49, groups: 4, size: 4 }],
    ['groups of three channels', { examples: 2, rows: 17, groups: 5, size: 3 }],
    ['more rows than a workgroup has threads', { examples: 2, rows: 601, groups: 2, size: 5 }],
    ['more channels than a workgroup has threads', { examples: 3, rows: 2, groups: 1, size: 300 }],
    ['a batch norm', { examples: 1, rows: 999, groups: 7, size: 1 }],
    ['a batch norm of many channels', { examples: 1, rows: 33, groups: 613, size: 1 }],
    ['a batch norm of one channel', { examples: 1, rows: 10_007, groups: 1, size: 1 }],
    ['an instance norm', { examples: 31, rows: 25, groups: 9, size: 1 }],
    ['a layer norm', { examples: 1001, rows: 1, groups: 1, size: 24 }],
    ['a layer norm of two numbers', { examples: 5, rows: 1, groups: 1, size: 2 }],
    ['more groups than are computed at once', { examples: 2101, rows: 17, groups: 1, size: 5 }],
    ['one number in each group', { examples: 2, rows: 1, groups: 3, size: 1 }],
  ])('of %s', (_, view) => compare(view));

  test('of numbers far from 0', async () => {
    await compare({ examples: 1, rows: 5000, groups: 3, size: 1 }, 1e4, 2e-3);
    await compare({ examples: 2, rows: 100, groups: 2, size: 4 }, -1e4, 2e-3);
  });
});

// The kernel on WebGPU subtracts what a float32 of the mean leaves out.
test('far from 0, only the rounding of the mean costs digits, and on WebGPU not even that', async () => {
  const x = tf.add(createRandom(5).normal([5000, 1]), 1e4);
  const y = normalize(x, tf.ones([1]), tf.zeros([1]), { examples: 1, groups: 1, epsilon });
  const { y: expected } = reference(await read(x), [1], [0], new Array<number>(5000).fill(0), {
    examples: 1,
    rows: 5000,
    groups: 1,
    size: 1,
  });
  await expectOracle(y, expected, { relative: 0, absolute: tf.getBackend() === 'webgpu' ? 1e-5 : 6e-4 });
});

test('second derivatives are those of finite differences', async () => {
  const random = createRandom(6);
  const inputs = [random.normal([2, 3, 4]), random.normal([4]), random.normal([4])];
  const run = (x: Tensor, scale: Tensor, offset: Tensor): Tensor =>
    normalize(x, scale, offset, { examples: 2, groups: 2, epsilon: 0.1 });
  const penalty = (x: Tensor, scale: Tensor, offset: Tensor): Tensor =>
    tf.sum(tf.square(tf.grad((x) => tf.sum(tf.pow(run(x, scale, offset), 3)))(x)));
  await checkSecondGradients(penalty, inputs, { relative: 2e-2, absolute: 2e-2 });
});

test.each([NaN, Infinity, -Infinity])('%d makes its own group NaN, and its gradient, and no other', async (odd) => {
  const x = tf.tensor3d([1, 2, 3, 4, odd, 6, 7, 9], [2, 2, 2]);
  const ones = tf.ones([2]);
  const run = (x: Tensor): Tensor => normalize(x, ones, ones, { examples: 2, groups: 2, epsilon });
  const isNan = [false, false, false, false, true, false, true, false];
  expect((await read(run(x))).map(Number.isNaN)).toEqual(isNan);
  expect((await read(tf.grad((x) => tf.square(run(x)))(x))).map(Number.isNaN)).toEqual(isNan);
});

test('NaN in a slope reaches the gradients of its group and its channel, and no other', async () => {
  const slopes = new Float32Array(2 * 300 * 4).fill(1);
  slopes[4 * 299 + 1] = NaN;
  const [x, dy] = [createRandom(7).normal([2, 300, 4]), tf.tensor3d(slopes, [2, 300, 4])];
  const run = (...[x, scale, offset]: Tensor[]): Tensor =>
    normalize(x!, scale!, offset!, { examples: 2, groups: 2, epsilon });
  const gradients = tf.grads(run)([x, tf.ones([4]), tf.zeros([4])], dy);
  const [dx, dScale, dOffset] = (await Promise.all(gradients.map(read))) as [number[], number[], number[]];
  expect(dx.map(Number.isNaN)).toEqual(dx.map((_, at) => at < 1200 && at % 4 < 2));
  for (const slope of [dScale, dOffset]) expect(slope.map(Number.isNaN)).toEqual([false, true, false, false]);
});

// WebGL's reshape divides by the size
test.skipIf(tf.getBackend() === 'webgl')('no examples have no value, and gradients of 0', async () => {
  const inputs = [tf.zeros([0, 3, 4]), tf.ones([4]), tf.ones([4])];
  const run = (...[x, scale, offset]: Tensor[]): Tensor =>
    normalize(x!, scale!, offset!, { examples: 0, groups: 2, epsilon });
  expect(run(...inputs).shape).toEqual([0, 3, 4]);
  const [dx, ...others] = tf.grads(run)(inputs);
  expect(dx!.shape).toEqual([0, 3, 4]);
  for (const slope of others) expect(await read(slope)).toEqual([0, 0, 0, 0]);
});

test('leaves nothing on the backend', () => {
  const inputs = [tf.ones([3, 2, 4]), tf.ones([4]), tf.ones([4])];
  const run = (...[x, scale, offset]: Tensor[]): Tensor =>
    normalize(x!, scale!, offset!, { examples: 3, groups: 2, epsilon });
  const counts = (): number[] => [tf.memory().numTensors, tf.backend().numDataIds()];
  const before = counts();
  tf.dispose(run(...inputs));
  tf.dispose(tf.grads(run)(inputs));
  expect(counts()).toEqual(before);
});
