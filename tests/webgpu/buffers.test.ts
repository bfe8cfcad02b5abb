import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { createAdam, createRandom, createTrainer, mlp } from '../../src/index.js';
import { runKernel } from '../../src/tensor/own-kernels.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

interface Buffer {
  readonly size: number;
}

interface Backend {
  readonly device: { createBuffer(options: { readonly size: number; readonly usage: number }): Buffer };
  readonly queue: { writeBuffer(buffer: Buffer, offset: number, data: Float32Array): void };
  readonly bufferManager: { getNumUsedBuffers(): number };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const backend = tf.backend() as unknown as Backend;

function submit(): void {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
}

function line(average: boolean) {
  const [network, into] = [1, 2].map((seed) => mlp({ sizes: [2, 3, 2], random: createRandom(seed) })) as [
    ReturnType<typeof mlp>,
    ReturnType<typeof mlp>,
  ];
  const trainer = createTrainer({
    name: 'line',
    parts: { network },
    optimizer: createAdam({ learningRate: 0.1 }),
    random: createRandom(3),
    averages: average ? { network: { into, decay: 0.999 } } : {},
    loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
  });
  const x = tf.tensor2d([[1, -1]]);
  return { variables: network.variables, step: () => tf.dispose(Object.values(trainer.step(x))) };
}

test('reads of weights that begin before an update end with the numbers before it', async () => {
  const { variables, step } = line(false);
  step();
  const before = await Promise.all(variables.map((variable) => read(tf.add(variable, 0))));
  const reads = variables.map((variable) => variable.data());
  step();
  step();
  const found = await Promise.all(reads);
  expect(found.map((numbers) => Array.from(numbers))).toEqual(before);
});

test('the buffers in use stay the same while a running average warms up, whose share changes with each update', () => {
  const { step } = line(true);
  const used = (): number => {
    step();
    submit();
    return backend.bufferManager.getNumUsedBuffers();
  };
  const counts = Array.from({ length: 8 }, used);
  expect(counts.slice(3)).toEqual(counts.slice(2, -1));
});

test.each([false, true])(
  "a user's own buffer, larger than its tensor, keeps its numbers (others share them: %s)",
  async (isShared) => {
    // GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
    const buffer = backend.device.createBuffer({ size: 32, usage: 128 | 4 | 8 });
    backend.queue.writeBuffer(buffer, 0, Float32Array.of(1, 2, 3, 4));
    const options = { buffer, zeroCopy: true } as unknown as tf.WebGPUData;
    const x = tf.tensor(options, [4], 'float32');
    if (isShared) tf.clone(x);
    const [next] = runKernel<[Tensor]>(
      'GenerativeAverage',
      { a0: x, x0: tf.zeros([4]) },
      { share: 0.5, mayOverflow: false },
    );
    await expectClose(next, [0.5, 1, 1.5, 2]);
    // a read of the tensor itself would give all numbers of the buffer
    await expectClose(tf.add(tf.tensor(options, [4], 'float32'), 0), [1, 2, 3, 4]);
    next.dispose();
    expect(submit).not.toThrow();
  },
);

test('a group of buffers is made twice, and then kept: one that is never needed again is garbage at once', () => {
  const { prototype } = (
    globalThis as unknown as { GPUDevice: { prototype: { createBindGroup(options: object): object } } }
  ).GPUDevice;
  const make = vi.spyOn(prototype, 'createBindGroup');
  try {
    const x = tf.zeros([3, 5, 7]);
    const counts = Array.from({ length: 4 }, () => {
      runKernel<Tensor>('GenerativeSwish', { x }).dispose();
      submit();
      return make.mock.calls.length;
    });
    expect(counts).toEqual([1, 2, 2, 2]);
  } finally {
    make.mockRestore();
  }
});

test('sums and means of no numbers are those of cpu', async () => {
  const x = tf.zeros([0, 2]);
  expect(await read(tf.sum(x))).toEqual([0]);
  expect(await read(tf.sum(x, 0))).toEqual([0, 0]);
  expect(await read(tf.mean(x, 0, true))).toEqual([NaN, NaN]);
  expect(tf.sum(x, 1).shape).toEqual([0]);
});
