import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  dcganDiscriminator,
  dcganGenerator,
  hingeLoss,
  predictVelocity,
  unet,
  type Batch,
  type Trainer,
} from '../../src/index.js';
import { trainers } from '../contract/trainers.js';
import { drawOf } from './fuzz/draw.js';
import { tensorsOf } from './fuzz/fuzz-case.js';
import { operations } from './fuzz/operations.js';

/** More bytes than there are addresses: what a full heap refuses. */
const TOO_MANY = 2 ** 33;
const REFUSAL =
  /^wasm: `memory` must have room for 8192 MB more; got .+ in \d+ tensors, and a heap of \d+ MB\. Nothing/;

interface Backend extends tf.KernelBackend {
  readonly wasm: { _malloc: (bytes: number) => number };
}
const backend = tf.backend() as Backend;

/** The message of `f` when its n-th allocation, counted from 0, is refused; undefined if it has none or goes on. */
function refusedAt(n: number, f: () => void): string | undefined {
  const { _malloc: allocate } = backend.wasm;
  let calls = 0;
  backend.wasm._malloc = (bytes) => allocate(calls++ === n ? TOO_MANY : bytes);
  try {
    f();
    return calls > n ? 'nothing thrown' : undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    backend.wasm._malloc = allocate;
  }
}

/** Tensors, the backend's data, and how many own the data of each input. */
const counts = (inputs: readonly tf.Tensor[] = []): readonly number[] => [
  tf.memory().numTensors,
  backend.numDataIds(),
  ...inputs.map(({ dataId }) => backend.refCount(dataId)),
];

/** Refuses each allocation of `f` in turn; how many there are. Each time, nothing may be left behind. */
function refuseEach(f: () => void, inputs: readonly tf.Tensor[] = []): number {
  for (let n = 0; ; n++) {
    const before = counts(inputs);
    const message = refusedAt(n, f);
    if (message === undefined) return n;
    expect(message).toMatch(REFUSAL);
    expect(counts(inputs), `allocation ${n}`).toEqual(before);
  }
}

const others: Readonly<Record<string, (x: tf.Tensor) => unknown>> = {
  'stack along the first axis': (x) => tf.stack([x, x]),
  'stack along the last axis': (x) => tf.stack([x, x], 3),
  unstack: (x) => tf.unstack(x),
  gather: (x) => tf.gather(x, tf.tensor1d([1, 0], 'int32'), 1),
  'gather with batches': (x) => tf.gather(x, tf.tensor2d([[1], [0]], [2, 1], 'int32'), 1, 1),
  batchToSpaceND: (x) =>
    tf.batchToSpaceND(
      tf.reshape(x, [4, 2, 2, 2]),
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  spaceToBatchND: (x) =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  moments: (x) => tf.moments(x, [0, 1, 2]),
};

describe('an operation whose allocation is refused', () => {
  // dilation2d is refused as such
  it.each(Object.keys(operations).filter((name) => name !== 'dilation2d'))(
    'says so and leaves nothing behind: %s',
    (name) => {
      let allocations = 0;
      for (const seed of [1, 2, 3]) {
        const one = operations[name]!(drawOf(seed));
        const inputs = tensorsOf(one, seed);
        const run = (): void => tf.tidy(() => void one.run(...inputs));
        let isRefused = false;
        try {
          run();
        } catch {
          isRefused = true;
        }
        if (!isRefused) allocations += refuseEach(run, inputs);
        tf.dispose(inputs);
      }
      expect(allocations).toBeGreaterThan(0);
    },
  );

  it.each(Object.keys(others))('gives its inputs back: %s', (name) => {
    const x = createRandom(1).normal([2, 4, 2, 2]);
    expect(refuseEach(() => tf.tidy(() => void others[name]!(x)), [x])).toBeGreaterThan(0);
    x.dispose();
  });
});

const random = createRandom(9);
const adam = () => createAdam({ learningRate: 1e-3 });
const images = (): Batch[] => [1, 2].map((seed) => createRandom(seed).uniform([4, 8, 8, 1], -1, 1));
const convolutional: readonly { name: string; make: () => Trainer; batches: () => Batch[] }[] = [
  {
    name: 'a DCGAN',
    make: () =>
      createGanTrainer({
        generator: createGenerator(dcganGenerator({ latentSize: 2, shape: [8, 8, 1], width: 2, random }), {
          latentSize: 2,
        }),
        discriminator: createDiscriminator(dcganDiscriminator({ shape: [8, 8, 1], width: 2, random })),
        loss: hingeLoss,
        optimizers: { generator: adam(), discriminator: adam() },
        random: createRandom(3),
      }),
    batches: images,
  },
  {
    name: 'a U-Net',
    make: () =>
      createDiffusionTrainer({
        denoiser: createDenoiser(
          unet({ channels: 1, widths: [4, 8], groups: 2, timeSize: 4, attention: [1], random }),
          {
            schedule: cosineSchedule({ steps: 20 }),
            predicts: predictVelocity,
          },
        ),
        optimizer: adam(),
        random: createRandom(3),
      }),
    batches: images,
  },
];
const chosen = trainers.filter(({ name }) => /clipped|denoiser of a user/.test(name));

/** All that a trainer holds. */
async function contentsOf({ state }: Trainer): Promise<unknown> {
  const numbers = await Promise.all(
    Object.values(state.variables).map(async (variable) => [...(await variable.data())]),
  );
  return [state.plain, numbers];
}

describe('a step whose allocation is refused', () => {
  it.each([...chosen, ...convolutional])(
    'changes nothing and leaves nothing behind: $name',
    async ({ name, make, batches }) => {
      const trainer = make();
      const [first, second] = batches();
      const step = (batch: Batch): void => tf.dispose({ ...trainer.step(batch) });
      step(first!);
      const before = await contentsOf(trainer);
      let allocations = 0;
      // each of a large step would take too long
      const stride = name === 'a U-Net' ? 11 : 1;
      for (let isRefused = true; isRefused; allocations += stride) {
        const held = counts();
        const message = refusedAt(allocations, () => step(second!));
        isRefused = message !== undefined;
        if (!isRefused) break;
        expect(message).toMatch(REFUSAL);
        expect(counts(), `allocation ${allocations}`).toEqual(held);
        // reading all takes longer than a step
        if (allocations % 10 === 0) expect(await contentsOf(trainer), `allocation ${allocations}`).toEqual(before);
      }
      expect(allocations).toBeGreaterThan(50);
    },
  );
});
