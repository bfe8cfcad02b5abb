import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeEach, describe, expect, it } from 'vitest';
import { swish } from '../../src/nets/index.js';
import { createAdamPieces } from '../../src/operations/adam.js';
import { countedUpdate } from '../operations/adam-steps.js';
import { mixtureLogProb } from '../../src/operations/mixture-log-prob.js';
import { normalize } from '../../src/operations/normalize.js';
import { softmax } from '../../src/operations/softmax.js';
import { numbers } from './agree.js';
import { nextNaN, NAN_PATTERNS } from './nan-patterns.js';

/** NaN as JavaScript writes it, and as arithmetic makes it on x86: with the sign bit. */
const NANS = [0x7fc00000, 0xffc00000];

/** Numbers from -1 to 1 with NaN at some places. */
function withNaN(shape: readonly number[], places: readonly number[], bits: number): Tensor {
  const values = numbers(tf.util.sizeFromShape([...shape]), 5);
  for (const place of places) new Uint32Array(values.buffer)[place] = bits;
  return tf.tensor(values, [...shape]);
}

/** What an operation gives on a backend. */
async function valuesOn(backend: string, operation: () => Tensor): Promise<number[]> {
  await tf.setBackend(backend);
  const y = tf.tidy(operation);
  const values = Array.from(await y.data());
  y.dispose();
  return values;
}

/** Expects NaN of various bits, at the first, the last and a middle place of x, where cpu has it, and cpu's numbers elsewhere. */
async function expectNaNKept(shape: readonly number[], operation: (x: Tensor) => Tensor): Promise<void> {
  const size = tf.util.sizeFromShape([...shape]);
  for (let round = 0; round < 2; round++) {
    for (const places of [[0], [size - 1], [size >> 1, 0]]) {
      const bits = nextNaN();
      const run = (): Tensor => operation(withNaN(shape, places, bits));
      const expected = await valuesOn('cpu', run);
      const received = await valuesOn('wasm', run);
      expect(expected.some(Number.isNaN)).toBe(true);
      const differs = (value: number, i: number): boolean =>
        Number.isNaN(value) ? !Number.isNaN(received[i]) : !(Math.abs(value - received[i]!) < 1e-5);
      const at = expected.findIndex(differs);
      const what = `NaN of bits ${bits.toString(16)} at ${places.join()} of [${shape.join()}]: result ${at}`;
      expect(at, `${what} is ${received[at]}, not ${expected[at]}`).toBe(-1);
    }
  }
}

const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 33, 2 ** 15 + 7];

/** Numbers with each kind of NaN in every third place from `first` on. */
function withEachNaN(length: number, first: number): Tensor {
  const values = numbers(length, 5);
  const bits = new Uint32Array(values.buffer);
  for (let i = first, k = 0; i < length; i += 3, k++) bits[i] = NAN_PATTERNS[k % NAN_PATTERNS.length]!;
  return tf.tensor1d(values);
}

describe('results that are NaN on cpu are NaN on wasm', () => {
  const functions: Record<string, (x: Tensor) => Tensor> = {
    exp: tf.exp,
    expm1: tf.expm1,
    log1p: tf.log1p,
    softplus: tf.softplus,
    tanh: tf.tanh,
    sqrt: (x) => tf.sqrt(tf.abs(x)),
    rsqrt: (x) => tf.rsqrt(tf.abs(x)),
    sigmoid: tf.sigmoid,
    swish,
    softmax: (x) => softmax(tf.reshape(x, [1, -1])),
    elu: tf.elu,
    selu: tf.selu,
    'softmax of tfjs': (x) => tf.softmax(x),
    logSoftmax: (x) => tf.logSoftmax(x),
    logSumExp: (x) => tf.logSumExp(x),
    relu: tf.relu,
    relu6: tf.relu6,
    leakyRelu: (x) => tf.leakyRelu(x, 0.1),
    clipByValue: (x) => tf.clipByValue(x, -0.3, 0.6),
    sum: (x) => tf.sum(x),
    max: (x) => tf.max(x),
    'gradient of tanh': (x) => tf.grad(tf.tanh)(x),
    'gradient of softmax': (x) => tf.grad((of: Tensor) => tf.square(softmax(tf.reshape(of, [1, -1]))))(x),
    'gradient of swish': (x) => tf.grad(swish)(x),
    'gradient of relu': (x) => tf.grad(tf.relu)(x),
  };
  it.each(Object.keys(functions))(
    '%s, for each bit pattern of NaN, in each lane and in what is left over',
    async (name) => {
      for (const length of [1, 2, 3, 5, 8, 31, 100]) {
        for (const first of [0, 1, 2]) {
          const run = (): Tensor => functions[name]!(withEachNaN(length, first));
          const [expected, received] = [await valuesOn('cpu', run), await valuesOn('wasm', run)];
          expect(received.map(Number.isNaN), `${length} numbers, from ${first}`).toEqual(expected.map(Number.isNaN));
        }
      }
    },
  );

  it.each([1, 3, 4, 9])('normalisation of %i channels and the log-density of a mixture', async (channels) => {
    const row = (value: number): Tensor => tf.fill([channels], value);
    for (const examples of [1, 3]) {
      const options = { examples, groups: channels % 2 === 0 ? 2 : 1, epsilon: 1e-5 };
      await expectNaNKept([3, 4, channels], (x) => normalize(x, row(0.5), row(0.1), options));
      await expectNaNKept([channels], (scale) => normalize(tf.ones([3, 4, channels]), scale, row(0.1), options));
    }
    const log = (z: Tensor, logVariances: Tensor): Tensor =>
      mixtureLogProb(z, tf.zeros([5, channels]), logVariances, tf.zeros([5]));
    await expectNaNKept([2, channels], (z) => log(z, tf.zeros([5, channels])));
    await expectNaNKept([5, channels], (logVariances) => log(tf.ones([2, channels]), logVariances));
  });

  it('the update of Adam, from a moment or a variable that is NaN', async () => {
    const size = 7;
    const numbersOfAdam = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
    const updated = (moments: Tensor, values: Tensor): Tensor => {
      const variable = tf.variable(values);
      const [piece] = createAdamPieces([variable]);
      piece!.moments.assign(moments);
      countedUpdate([piece!], [tf.fill([size], 0.5)], [variable], numbersOfAdam);
      const results = tf.concat([tf.reshape(piece!.moments, [-1]), variable]);
      tf.dispose([variable, piece!.moments]);
      return results;
    };
    for (let place = 0; place < size; place++) {
      for (const row of [0, 1]) {
        const at = row * (size + 1) + place;
        const bits = nextNaN();
        const ofMoments = (): Tensor => updated(tf.abs(withNaN([2, size + 1], [at], bits)), tf.ones([size]));
        const ofVariable = (): Tensor => updated(tf.fill([2, size + 1], 0.5), withNaN([size], [place], bits));
        for (const run of [ofMoments, ofVariable]) {
          const [expected, received] = [await valuesOn('cpu', run), await valuesOn('wasm', run)];
          expect(expected.some(Number.isNaN)).toBe(true);
          expect(received.map(Number.isNaN), `${run.name}, ${at}`).toEqual(expected.map(Number.isNaN));
        }
      }
    }
  });

  const limits: Record<string, (x: Tensor) => Tensor> = {
    relu: tf.relu,
    relu6: tf.relu6,
    clipByValue: (x) => tf.clipByValue(x, -0.3, 0.6),
    maximum: (x) => tf.maximum(x, tf.mul(tf.onesLike(x), 0.2)),
    minimum: (x) => tf.minimum(x, tf.mul(tf.onesLike(x), 0.2)),
    'maximum, second': (x) => tf.maximum(tf.mul(tf.onesLike(x), 0.2), x),
    'minimum, second': (x) => tf.minimum(tf.mul(tf.onesLike(x), 0.2), x),
    'maximum with one number': (x) => tf.maximum(x, 0.2),
    'minimum of one number': (x) => tf.minimum(0.2, x),
  };
  it.each(Object.keys(limits))('%s, of each length', async (name) => {
    for (const length of LENGTHS) await expectNaNKept([length], limits[name]!);
  });

  it.each([tf.maximum, tf.minimum])('%o of tensors that broadcast', async (extreme) => {
    for (const other of [[5], [1], [3, 1], [2, 1, 1], [2, 3, 5], [4, 1, 1, 1]]) {
      const fixed = (): Tensor => tf.fill(other, 0.2);
      await expectNaNKept([2, 3, 5], (x) => extreme(x, fixed()));
      await expectNaNKept([2, 3, 5], (x) => extreme(fixed(), x));
    }
    await expectNaNKept([3, 1], (x) => extreme(x, tf.fill([1, 4], 0.2)));
  });

  it('a cast to bool is true for NaN, and for numbers whose last eight bits are 0', async () => {
    for (const bits of NANS) {
      const run = (): Tensor => tf.cast(tf.cast(withNaN([3], [1], bits), 'bool'), 'float32');
      expect(await valuesOn('wasm', run)).toEqual([1, 1, 1]);
    }
    const of = (x: Tensor) => valuesOn('wasm', () => tf.cast(tf.cast(x, 'bool'), 'int32'));
    await tf.setBackend('wasm');
    expect(await of(tf.tensor1d([256, 0, -1, 0.5]))).toEqual([1, 0, 1, 1]);
    expect(await of(tf.tensor1d([256, 0, -1], 'int32'))).toEqual([1, 0, 1]);
  });

  const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
  const sizes = [1, 2, 4, 9];
  it.each(activations)('fused operations with the activation %s', async (activation) => {
    for (const units of sizes) {
      const slopes = (): { preluActivationWeights?: Tensor } =>
        activation === 'prelu' ? { preluActivationWeights: tf.fill([units], 0.3) } : {};
      const rest = { activation, leakyreluAlpha: 0.3 } as const;
      for (const bias of [false, true]) {
        const more = (): object => ({ ...rest, ...slopes(), ...(bias ? { bias: tf.fill([units], 0.1) } : {}) });
        await expectNaNKept([6, 3], (a) => tf.fused.matMul({ a, b: tf.fill([3, units], 0.5), ...more() }));
        for (const taps of [1, 2]) {
          const images = { strides: 1, pad: 'valid' } as const;
          await expectNaNKept([1, 4, 4, 1], (x) => {
            const filter = tf.fill<tf.Rank.R4>([taps, taps, 1, units], 0.5);
            return tf.fused.conv2d({ x: x as Tensor4D, filter, ...images, ...more() });
          });
          await expectNaNKept([1, 4, 4, units], (x) => {
            const filter = tf.fill<tf.Rank.R4>([taps, taps, units, 1], 0.5);
            return tf.fused.depthwiseConv2d({ x: x as Tensor4D, filter, ...images, ...more() });
          });
        }
      }
    }
  });

  it.each(['filter', 'bias', 'infinities'] as const)('fused operations with NaN from their %s', async (source) => {
    const ones = (shape: number[]): Tensor => tf.fill(shape, 0.5);
    // an infinity in each of two places: their difference is NaN
    const infinite = (shape: number[]): Tensor => tf.mul(tf.sign(tf.tensor(numbers(16 * 4, 3), shape)), Infinity);
    for (const bits of NANS) {
      for (const activation of ['relu', 'relu6'] as const) {
        const run = (): Tensor => {
          const x = source === 'infinities' ? infinite([1, 4, 4, 4]) : ones([1, 4, 4, 4]);
          const filter = source === 'filter' ? withNaN([2, 2, 4, 1], [5], bits) : ones([2, 2, 4, 1]);
          const options = {
            x: x as Tensor4D,
            filter: filter as Tensor4D,
            strides: 1,
            pad: 'valid',
            activation,
          } as const;
          const bias = (size: number): Tensor => (source === 'bias' ? withNaN([size], [0], bits) : ones([size]));
          const plain = tf.fused.conv2d({ ...options, bias: bias(1) });
          return tf.concat([plain, tf.fused.depthwiseConv2d({ ...options, bias: bias(4) })], 3);
        };
        const [expected, received] = [await valuesOn('cpu', run), await valuesOn('wasm', run)];
        expect(expected.some(Number.isNaN)).toBe(true);
        expect(received.map(Number.isNaN)).toEqual(expected.map(Number.isNaN));
      }
    }
  });

  it.each([1, 3, 4, 6])('dilated and depthwise convolutions of %i channels', async (channels) => {
    await expectNaNKept([1, 5, 5, channels], (x) =>
      tf.conv2d(x as Tensor4D, tf.fill<tf.Rank.R4>([2, 2, channels, 1], 0.5), 1, 'valid', 'NHWC', 2),
    );
    for (const taps of [1, 2, 3, 5]) {
      await expectNaNKept([1, 5, 5, channels], (x) =>
        tf.depthwiseConv2d(x as Tensor4D, tf.fill<tf.Rank.R4>([taps, taps, channels, 1], 0.5), 1, 'same'),
      );
    }
  });

  it.each([1, 3, 4, 6])('averages of windows of %i channels', async (channels) => {
    for (const pad of ['same', 'valid', 1] as const) {
      await expectNaNKept([2, 5, 6, channels], (x) => tf.avgPool(x as Tensor4D, 3, 1, pad));
    }
  });
});

describe('on wasm', () => {
  beforeEach(async () => void (await tf.setBackend('wasm')));

  const pools: Record<string, (x: Tensor) => Tensor> = {
    maxPool: (x) => tf.maxPool(x as Tensor4D, 2, 2, 'valid'),
  };
  it.each(Object.keys(pools))('%s: the largest number of a window with NaN is NaN', async (name) => {
    for (const channels of [1, 3, 4, 6]) {
      for (const bits of NANS) {
        // in the first or in the last pixel of one of two windows
        for (const place of [0, 6 * channels - 1]) {
          const run = (): Tensor => pools[name]!(withNaN([1, 2, 4, channels], [place], bits));
          const places = (await valuesOn('wasm', run)).flatMap((value, i) => (Number.isNaN(value) ? [i] : []));
          expect(places, `${channels} channels, place ${place}`).toEqual([place === 0 ? 0 : channels - 1]);
        }
      }
    }
  });

  it('max pooling has the numbers of cpu, with padding and where rows are divided among threads', async () => {
    for (const [shape, filter, strides, pad] of [
      [[2, 7, 6, 5], [3, 2], [2, 1], 'same'],
      [[2, 7, 6, 4], [2, 3], [3, 3], 'valid'],
      [[1, 6, 6, 1], [3, 3], [1, 1], 1],
      [[8, 40, 41, 17], [2, 2], [2, 2], 'same'],
    ] as const) {
      const run = (): Tensor => tf.maxPool(withNaN(shape, [], 0) as Tensor4D, [...filter], [...strides], pad);
      expect(await valuesOn('wasm', run)).toEqual(await valuesOn('cpu', run));
    }
  });

  it('max pooling has NaN and infinities where the definition has them, for each size of windows', async () => {
    const pad = 'same';
    for (const channels of [1, 2, 3, 4, 7, 8]) {
      for (const [filter, stride] of [
        [[1, 1], 1],
        [[2, 2], 2],
        [[3, 3], 1],
        [[3, 3], 2],
        [[2, 4], 1],
      ] as const) {
        const shape = [2, 5, 6, channels];
        const size = 2 * 5 * 6 * channels;
        for (const places of [[0], [size - 1], [size >> 1, 7], []]) {
          const x = (): Tensor => {
            const odd = withNaN(shape, places, NANS[places.length % 2]!);
            return tf.where(tf.greater(odd, 0.8), Infinity, tf.where(tf.less(odd, -0.8), -Infinity, odd));
          };
          const own = await valuesOn('wasm', () => tf.maxPool(x() as Tensor4D, [...filter], stride, pad));
          const expected = maximaOf(await valuesOn('wasm', x), shape, filter, stride);
          expect(own, `${channels} channels, windows of ${filter.join()}`).toEqual(expected);
        }
      }
    }
  });

  it('refuses indices out of range, which tfjs reads and writes beyond the tensor', () => {
    tf.tidy(() => {
      const x = tf.ones([3, 2]);
      const beyond = tf.tensor2d([[1], [3]], [2, 1], 'int32');
      const below = tf.tensor2d([[1, -1]], [1, 2], 'int32');
      expect(() => tf.gatherND(x, beyond)).toThrow(
        'GatherNd: `indices` must be from 0 to 2; got 3. Axis 0 has 3 places.',
      );
      expect(() => tf.gatherND(x, below)).toThrow('GatherNd: `indices` must be from 0 to 1; got -1.');
      expect(() => tf.gatherND(x, tf.tensor1d([0, 2], 'int32'))).toThrow(
        'GatherNd: `indices` must be from 0 to 1; got 2.',
      );
      expect(() => tf.scatterND(beyond, tf.ones([2, 2]), [3, 2])).toThrow('ScatterNd: `indices` must be from 0 to 2');
      expect(() => tf.tensorScatterUpdate(x, beyond, tf.ones([2, 2]))).toThrow(
        'TensorScatterUpdate: `indices` must be from 0 to 2; got 3.',
      );
      expect(() => tf.sparseToDense(tf.tensor1d([0, 3], 'int32'), tf.ones([2]), [3], tf.scalar(0))).toThrow(
        'SparseToDense: `sparseIndices` must be from 0 to 2; got 3.',
      );
      const boxes = tf.tensor2d([[0, 0, 1, 1]]);
      const image = tf.ones<tf.Rank.R4>([2, 3, 3, 1]);
      expect(() => tf.image.cropAndResize(image, boxes, tf.tensor1d([2], 'int32'), [2, 2])).toThrow(
        'CropAndResize: `boxInd` must be from 0 to 1; got 2.',
      );
    });
  });
});

/** The maximum of each window by the definition, with the padding 'same': NaN if there is one. */
function maximaOf(x: readonly number[], shape: readonly number[], filter: readonly number[], stride: number): number[] {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const starts = (size: number, taps: number): number[] => {
    const outputs = Math.ceil(size / stride);
    const before = Math.floor(Math.max(0, (outputs - 1) * stride + taps - size) / 2);
    return Array.from({ length: outputs }, (_, i) => i * stride - before);
  };
  const inside = (start: number, taps: number, size: number): number[] =>
    Array.from({ length: taps }, (_, i) => start + i).filter((at) => at >= 0 && at < size);
  const [tall, wide] = filter as [number, number];
  const maxima: number[] = [];
  for (let image = 0; image < batch; image++)
    for (const top of starts(height, tall))
      for (const left of starts(width, wide))
        for (let channel = 0; channel < channels; channel++) {
          const window = inside(top, tall, height).flatMap((row) =>
            inside(left, wide, width).map(
              (column) => x[((image * height + row) * width + column) * channels + channel]!,
            ),
          );
          maxima.push(Math.max(...window));
        }
  return maxima;
}
