import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { hasKernel, runKernel } from '../../src/tensor/own-kernels.js';
import { expectClose, expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { kernelCases, type Given, type KernelCase } from './kernel-cases.js';

inScope();

/** Float32 numbers from -2 to 2, for any number of names. */
function drawn(one: KernelCase, n: number): Given {
  let state = n + 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 30 - 2;
  };
  return Object.fromEntries(
    Object.entries(one.shapes(n)).map(([name, shape]) => {
      const become = one.draw?.[name] ?? ((u: number) => u);
      return [name, Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => Math.fround(become(next())))];
    }),
  );
}

const floats = ({ shapes, integers = [] }: KernelCase): string[] =>
  Object.keys(shapes(7)).filter((name) => !integers.includes(name));

type Tensors = Record<string, Tensor>;
type Make = (numbers: readonly number[], shape: number[]) => Tensor;
const asIntegers: Make = (numbers, shape) => tf.tensor(Int32Array.from(numbers), shape, 'int32');
const asFloats: Make = (numbers, shape) => tf.tensor(Float32Array.from(numbers), shape, 'float32');

function tensorsOf(one: KernelCase, n: number, given: Given, make = asFloats): Tensors {
  return Object.fromEntries(
    Object.entries(one.shapes(n)).map(([name, shape]) => {
      const makeOne = one.integers?.includes(name) ? asIntegers : make;
      return [name, makeOne(given[name]!, [...shape])];
    }),
  );
}

function run({ kernel, attributes }: KernelCase, inputs: Tensors, n: number): Tensor[] {
  const outputs = runKernel<Tensor | Tensor[]>(kernel, inputs, attributes?.(n));
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** Fails unless outputs are those of the formula, also where these are not finite. */
async function expectFormula(outputs: readonly Tensor[], one: KernelCase, given: Given, n: number): Promise<void> {
  const expected = one.formula(given, n);
  expect(outputs.length).toBe(expected.length);
  const all = await Promise.all(outputs.map(read));
  for (const [k, wanted] of expected.entries()) {
    const got = all[k]!;
    expect(got.length, `numbers of output ${k}`).toBe(wanted.length);
    const other = got.findIndex((x, i) => Number.isFinite(x) !== Number.isFinite(wanted[i]));
    if (other >= 0) expect.fail(`number ${other} of output ${k} is ${got[other]}, not ${wanted[other]}`);
    const finite = (list: readonly number[]): number[] => list.filter((_, i) => Number.isFinite(wanted[i]));
    await expectOracle(finite(got), finite(wanted), { relative: 2e-6, absolute: 2e-6, ...one.tolerance });
  }
}

/** What the backend holds. */
function held(): object {
  const { bufferManager } = tf.backend() as unknown as { bufferManager: { getNumUsedBuffers(): number } };
  const { numTensors, numDataBuffers } = tf.memory();
  return { numTensors, numDataBuffers, ids: tf.backend().numDataIds(), buffers: bufferManager.getNumUsedBuffers() };
}

test('each kernel of this library has cases', () => {
  const kernels = tf.getKernelsForBackend('webgpu').map(({ kernelName }) => kernelName);
  const own = kernels.filter((name) => name.startsWith('Generative'));
  const known = kernelCases.map(({ kernel }) => kernel);
  expect(own.filter((name) => !known.includes(name))).toEqual([]);
});

const cases = kernelCases.filter(({ kernel }) => hasKernel(kernel));

describe.each(cases.map((one, i) => [`${one.kernel}, case ${i}`, one] as const))('%s', (_, one) => {
  test.each([0, 1, 7, 1025].filter((n) => n >= (one.least ?? 0)))(
    'computes the formula for a size of %i',
    async (n) => {
      const given = drawn(one, n);
      await expectFormula(run(one, tensorsOf(one, n, given), n), one, given, n);
    },
  );

  test('lets numbers that are not finite through where the formula does', async () => {
    const checks = floats(one).flatMap((name) =>
      [NaN, Infinity, -Infinity].map(async (value) => {
        const usual = drawn(one, 7);
        const given = { ...usual, [name]: usual[name]!.map((x, i, { length }) => (i === length - 1 ? value : x)) };
        await expectFormula(run(one, tensorsOf(one, 7, given), 7), one, given, 7);
      }),
    );
    await Promise.all(checks);
  });

  test('takes integers that were cast to float32, whose buffer tfjs shares', async () => {
    const given = Object.fromEntries(
      Object.entries(drawn(one, 9)).map(([name, x]) => [name, x.map((u) => Math.ceil(u))]),
    );
    const make: Make = (numbers, shape) => tf.cast(asIntegers(numbers, shape), 'float32');
    await expectFormula(run(one, tensorsOf(one, 9, given, make), 9), one, given, 9);
  });

  test('changes no clone of an input, and no read of one that has begun', async () => {
    const given = drawn(one, 33);
    const [inputs, others] = [tensorsOf(one, 33, given), tensorsOf(one, 33, given)];
    const clones = Object.entries(inputs).map(([name, x]) => [name, tf.clone(x)] as const);
    const reads = Object.entries(others).map(([name, x]) => [name, x.data()] as const);
    await expectFormula(run(one, inputs, 33), one, given, 33);
    await expectFormula(run(one, others, 33), one, given, 33);
    for (const [name, clone] of clones) expect(await read(clone), name).toEqual(given[name]);
    for (const [name, data] of reads) expect(Array.from(await data), name).toEqual(given[name]);
  });

  test('takes the same numbers for all inputs of a shape', async () => {
    const shapes = Object.entries(one.shapes(5)).map(([name, shape]) => [name, shape.join()] as const);
    const first = (shape: string): string => shapes.find(([, other]) => other === shape)![0];
    const usual = drawn(one, 5);
    const given = Object.fromEntries(shapes.map(([name, shape]) => [name, usual[first(shape)]!]));
    const tensors = tensorsOf(one, 5, usual);
    const inputs = Object.fromEntries(shapes.map(([name, shape]) => [name, tf.clone(tensors[first(shape)]!)]));
    await expectFormula(run(one, inputs, 5), one, given, 5);
  });

  test('leaves nothing behind', async () => {
    const once = async (): Promise<object> => {
      const inputs = tensorsOf(one, 17, drawn(one, 17));
      const outputs = run(one, inputs, 17);
      await Promise.all(outputs.map((output) => output.data()));
      tf.dispose([inputs, outputs]);
      // what commands still need is freed when they are submitted
      (
        tf.backend() as unknown as { submitQueue(): void; ensureCommandEncoderReady(): void }
      ).ensureCommandEncoderReady();
      (tf.backend() as unknown as { submitQueue(): void }).submitQueue();
      return held();
    };
    expect(await once()).toEqual(await once());
  });
});

test('a size beyond one dispatch is computed to its end', async () => {
  const n = 65_535 * 256 + 3;
  const inputs = { a0: tf.fill([n], 1), x0: tf.fill([n], 3) };
  const [next] = runKernel<[Tensor]>('GenerativeAverage', inputs, { share: 0.5, mayOverflow: false });
  await expectClose(tf.min(next), 2);
  await expectClose(tf.max(next), 2);
  await expectClose(tf.slice(next, [n - 3], [3]), [2, 2, 2]);
});

test.each([
  // one buffer is that of the flaw; the others are checked
  ['GenerativeFlaw', 1, [1]],
  // both scalars are read
  ['GenerativeChoose', 2, [2]],
  ['GenerativeAverage', 0, [2]],
  // the sums of squares are written, then read
  ['GenerativeClip', 1, [1, 2]],
] as const)('%s takes as many tensors in a dispatch as bindings allow', (kernel, common, each) => {
  const one = kernelCases.filter((entry) => entry.kernel === kernel).at(-1)!;
  const { device } = tf.backend() as unknown as { device: { limits: { maxStorageBuffersPerShaderStage: number } } };
  const room = device.limits.maxStorageBuffersPerShaderStage - common;
  const { prototype } = (globalThis as unknown as { GPUComputePassEncoder: { prototype: Pass } }).GPUComputePassEncoder;
  const dispatch = vi.spyOn(prototype, 'dispatchWorkgroups');
  try {
    run(one, tensorsOf(one, 6, drawn(one, 6)), 6);
    const needed = each.map((buffers) => Math.ceil(9 / Math.floor(room / buffers)));
    expect(dispatch).toHaveBeenCalledTimes(needed.reduce((sum, count) => sum + count, 0));
  } finally {
    dispatch.mockRestore();
  }
});

interface Pass {
  dispatchWorkgroups(...counts: number[]): void;
}
