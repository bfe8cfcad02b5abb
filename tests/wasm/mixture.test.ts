import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { mixtureLogProb, mixtureResponsibilities } from '../../src/operations/mixture-log-prob.js';
import { createRandom } from '../../src/random/index.js';
import { MIXTURE_KERNEL } from '../../src/tensor/own-kernels.js';
import { heapOf, type Heap } from '../../src/wasm/heap/heap.js';
import { mixture } from '../../src/wasm/kernels/mixture.js';
import { dispatchedKernels } from '../support/count-kernels.js';
import { expectAgreement } from './agree.js';
import { relativeError } from './relative-error.js';

type Inputs = readonly [z: Tensor, means: Tensor, logVariances: Tensor, logits: Tensor];
const logProb = (...[z, means, logVariances, logits]: Tensor[]): Tensor =>
  tf.tidy(() => mixtureLogProb(z!, means!, logVariances!, logits!));
const shapesOf = (rows: number, size: number, components: number): number[][] => [
  [rows, size],
  [components, size],
  [components, size],
  [components],
];

beforeEach(async () => {
  await tf.setBackend('wasm');
});

describe('the log-density of a mixture on wasm', () => {
  it('is that of cpu with its gradients, for all sizes', async () => {
    const size = fc.integer({ min: 1, max: 19 });
    await fc.assert(
      fc.asyncProperty(size, size, size, async (rows, latents, components) => {
        await expectAgreement(logProb, shapesOf(rows, latents, components));
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it.each([
    [70, 13, 77],
    [9, 60, 130],
    [300, 2, 60],
  ])('of %d points of %d numbers and %d components is that of cpu where work is divided', async (...sizes) => {
    await expectAgreement(logProb, shapesOf(...sizes));
  });

  it('of no points is empty', async () => {
    await expectAgreement(logProb, shapesOf(0, 3, 5), { gradients: false });
  });

  it('takes few kernels', () => {
    const inputs = inputsOf(4, 3, 5, 0);
    const kernels = ['Softmax', 'Log', MIXTURE_KERNEL, 'Maximum', 'Softmax', 'Max', 'Max', 'Log', 'Sub'];
    expect(dispatchedKernels(() => logProb(...inputs))).toEqual(kernels);
  });
});

/** Points near the means, with log-variances from `lowest` to 2. */
function inputsOf(rows: number, size: number, components: number, lowest: number): Inputs {
  const random = createRandom(3);
  const means = random.normal([components, size]);
  const logVariances = random.uniform([components, size], lowest, 2);
  const chosen = random.integers([rows], 0, components);
  const [mean, logVariance] = [tf.gather(means, chosen), tf.gather(logVariances, chosen)];
  const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), random.normal([rows, size])));
  return [z, means, logVariances, random.normal([components])];
}

/** Value and gradients of the sum over all points, in float64. */
async function reference(
  inputs: Inputs,
): Promise<Record<'value' | 'dz' | 'dMeans' | 'dLogVariances' | 'dLogits', number[]>> {
  const [z, m, l, w] = (await Promise.all(inputs.map((x) => x.data()))) as [Float32Array, ...Float32Array[]];
  const size = inputs[0].shape[1]!;
  const components = w!.length;
  const value: number[] = [];
  const zeros = (n: number): number[] => new Array<number>(n).fill(0);
  const [dz, dMeans, dLogVariances, dLogits] = [zeros(z.length), zeros(m!.length), zeros(m!.length), zeros(components)];
  const logSumExp = (x: readonly number[]): number => {
    const largest = Math.max(...x);
    return largest + Math.log(x.reduce((sum, one) => sum + Math.exp(one - largest), 0));
  };
  const weights = [...w!].map((one) => one - logSumExp([...w!]));
  for (let n = 0; n < z.length / size; n++) {
    const joint = weights.map((weight, k) => {
      let sum = weight - (size / 2) * Math.log(2 * Math.PI);
      for (let j = 0; j < size; j++) {
        const at = k * size + j;
        sum -= 0.5 * (l![at]! + (z[n * size + j]! - m![at]!) ** 2 * Math.exp(-l![at]!));
      }
      return sum;
    });
    const total = logSumExp(joint);
    value.push(total);
    joint.forEach((log, k) => {
      const share = Math.exp(log - total);
      dLogits[k]! += share - Math.exp(weights[k]!);
      for (let j = 0; j < size; j++) {
        const at = k * size + j;
        const away = z[n * size + j]! - m![at]!;
        const pull = share * away * Math.exp(-l![at]!);
        dz[n * size + j]! -= pull;
        dMeans[at]! += pull;
        dLogVariances[at]! += 0.5 * (pull * away - share);
      }
    });
  }
  return { value, dz, dMeans, dLogVariances, dLogits };
}

describe('against float64', () => {
  it.each([
    ['log-variances down to -6, 500 components, 40 dimensions', 40, 40, 500, -6],
    ['log-variances down to -20', 30, 5, 20, -20],
    ['one component', 30, 40, 1, -6],
  ])('%s: it is right to 1e-4 nats', async (_, rows, size, components, lowest) => {
    const inputs = inputsOf(rows, size, components, lowest);
    const { value } = await reference(inputs);
    const received = await logProb(...inputs).data();
    expect(Math.max(...value.map((one, n) => Math.abs(one - received[n]!)))).toBeLessThan(1e-4);
  });

  it('its gradients are right at log-variances down to -6', async () => {
    const inputs = inputsOf(40, 40, 500, -6);
    const expected = await reference(inputs);
    const gradients = tf.grads((...x: Tensor[]) => logProb(...x))([...inputs], tf.ones([40]));
    const names = ['dz', 'dMeans', 'dLogVariances', 'dLogits'] as const;
    for (const [i, name] of names.entries()) {
      expect(relativeError(await gradients[i]!.data(), expected[name]), name).toBeLessThan(1e-4);
    }
  });

  it('a point far away, a component without weight and variances beyond the range of float32 are as they should be', async () => {
    const [means, logVariances] = [tf.tensor2d([[0], [3], [5]]), tf.tensor2d([[0], [0], [300]])];
    const logits = tf.tensor1d([0, -Infinity, -1e9]);
    const z = tf.tensor2d([[1e4], [3]]);
    const responsibilities = tf.tidy(() => mixtureResponsibilities(z, means, logVariances, logits));
    expect([...(await responsibilities.data())]).toEqual([1, 0, 0, 1, 0, 0]);
    const value = await logProb(z, means, logVariances, logits).data();
    expect(value[0]).toBeCloseTo(-5e7, -2);
    expect(value[1]).toBeCloseTo(-0.5 * Math.log(2 * Math.PI) - 4.5, 5);
    const gradients = tf.grads((...x: Tensor[]) => logProb(...x))([z, means, logVariances, logits], tf.ones([2]));
    expect([...(await gradients[0]!.data())]).toEqual([-1e4, -3]);
    for (const gradient of gradients) expect([...(await gradient.data())].every(Number.isFinite)).toBe(true);
  });

  const withOdd = (odd: number): tf.Tensor2D =>
    tf.tensor2d([
      [0, 1],
      [odd, 0],
      [1, 0],
    ]);

  it('NaN in a point makes its log-density NaN, and no other', async () => {
    const [, ...others] = inputsOf(3, 2, 5, 0);
    const z = withOdd(NaN);
    expect([...(await logProb(z, ...others).data())].map(Number.isNaN)).toEqual([false, true, false]);
    const [dz, dMeans] = tf.grads((...x: Tensor[]) => logProb(...x))([z, ...others]);
    expect([...(await dz!.data())].map(Number.isNaN)).toEqual([false, false, true, true, false, false]);
    expect([...(await dMeans!.data())].every(Number.isNaN)).toBe(true);
  });

  it.each([Infinity, -Infinity])('a point at %d has the log-density -Infinity, and no other has', async (odd) => {
    const [, ...others] = inputsOf(3, 2, 5, 0);
    const [before, at, after] = await logProb(withOdd(odd), ...others).data();
    expect(at).toBe(-Infinity);
    expect([before, after].every(Number.isFinite)).toBe(true);
  });

  it.each([1, 2, 3])('a NaN in parameter %d makes all log-densities NaN', async (parameter) => {
    const inputs = [...inputsOf(3, 2, 5, 0)];
    const shape = inputs[parameter]!.shape;
    inputs[parameter] = tf.tensor([NaN, ...new Array<number>(tf.util.sizeFromShape(shape) - 1).fill(0)], shape);
    expect([...(await logProb(...inputs).data())].every(Number.isNaN)).toBe(true);
  });
});

/** A backend whose heap divides work as among this many threads, and runs `watch` with each list of jobs. */
function backendOf(threads: number, more: Partial<Heap> = {}): Heap & object {
  const heap = heapOf(tf.backend());
  const watched: Heap = { ...heap, threads: () => threads, ...more };
  return { [Symbol.for('tfjs-generative: module on this backend')]: watched } as never;
}

/** The bits of what the kernel makes. */
function bitsOf([z, means, logVariances, logWeights]: Inputs, backend: object): readonly number[] {
  const heap = heapOf(tf.backend());
  const inputs = { z, means, logVariances, logWeights };
  const made = mixture.kernel({ inputs, backend, attrs: {} }) as tf.TensorInfo;
  const bits = Array.from(heap.backend.typedArrayFromHeap(made) as Float32Array);
  heap.backend.disposeData(made.dataId);
  return bits;
}

describe('the kernel of a mixture', () => {
  it('makes the same bits for any number of threads', () => {
    const inputs = inputsOf(101, 11, 67, -3);
    const jobs: number[] = [];
    const expected = bitsOf(inputs, backendOf(1));
    for (const threads of [2, 3, 4, 8]) {
      const runAll: Heap['runAll'] = (name, list) => {
        jobs.push(list.length);
        // the last first, as helpers may
        heapOf(tf.backend()).runAll(name, [...list].reverse());
      };
      expect(bitsOf(inputs, backendOf(threads, { runAll }))).toEqual(expected);
    }
    expect(jobs).toEqual([2, 3, 4, 4]);
  });

  it('writes neither beyond its scratch memory nor into its inputs', async () => {
    for (const [rows, size, components] of [
      [1, 1, 1],
      [7, 9, 13],
      [101, 11, 67],
      [33, 40, 50],
    ] as const) {
      const inputs = inputsOf(rows, size, components, -3);
      const before = await Promise.all(inputs.map((x) => x.data()));
      const heap = heapOf(tf.backend());
      const guards: [tf.TensorInfo, number][] = [];
      const scratch = (bytes: number): number => {
        const made = heap.make([bytes / 4 + 80]);
        (heap.backend.typedArrayFromHeap(made) as Float32Array).fill(7);
        guards.push([made, bytes / 4]);
        return heap.addressOf(made);
      };
      bitsOf(inputs, backendOf(2, { scratch }));
      expect(guards.length).toBe(1);
      for (const [made, used] of guards) {
        const numbers = heap.backend.typedArrayFromHeap(made) as Float32Array;
        expect([...numbers.subarray(used)].every((one) => one === 7)).toBe(true);
        heap.backend.disposeData(made.dataId);
      }
      expect(await Promise.all(inputs.map((x) => x.data()))).toEqual(before);
      tf.dispose([...inputs]);
    }
  });
});
