import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  createAdam,
  createRandom,
  createTrainer,
  linearRamp,
  mlp,
  type Observer,
  type RandomStream,
  type Trainer,
} from '../../src/index.js';
import { countKernels, failAt } from '../../src/testing/failing-kernel.js';
import { watchOptimizer } from '../../src/logs/index.js';
import { replay } from '../../src/wasm/index.js';
import { bitsOf, tinyVae, withoutLeak } from '../training/sample.js';

interface Backend extends tf.KernelBackend {
  readonly wasm: { _malloc: (bytes: number) => number };
}
const backend = tf.backend() as Backend;
const x = createRandom(3).uniform([4, 6]);
const make = (): Trainer => tinyVae(createAdam({ learningRate: 0.02 }), { averaged: true }).trainer;

/** Makes steps of both, and compares all bits. */
async function compare(usual: Trainer, replayed: Trainer, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) tf.dispose([{ ...usual.step(x) }, { ...replayed.step(x) }]);
  const all = ({ state }: Trainer) => bitsOf(Object.values(state.variables));
  expect(await all(replayed)).toEqual(await all(usual));
  expect(replayed.state.plain).toEqual(usual.state.plain);
}

function dispose(...trainers: readonly Trainer[]): void {
  for (const trainer of trainers) {
    const variables = Object.values(trainer.state.variables);
    trainer.dispose();
    tf.dispose(variables);
  }
}

const isReplayed = (trainer: Trainer): boolean => countKernels(() => tf.dispose({ ...trainer.step(x) })) === 0;

async function verdictsOf(trainer: Trainer): Promise<unknown> {
  const { report } = trainer.observers!.find(({ name }) => name === 'replay')!;
  return report!({} as Parameters<NonNullable<Observer['report']>>[0]);
}

it('makes a step as usual if a kernel fails while it is planned', async () => {
  const probe = replay(make());
  tf.dispose({ ...probe.step(x) });
  const kernels = countKernels(() => tf.dispose({ ...probe.step(x) }));
  dispose(probe);
  for (const share of [0.1, 0.85]) {
    await withoutLeak(async () => {
      const [usual, replayed] = [make(), replay(make())];
      await compare(usual, replayed, 1);
      failAt(Math.floor(share * kernels), new Error('a kernel fails'), () => tf.dispose({ ...replayed.step(x) }));
      tf.dispose({ ...usual.step(x) });
      expect(await verdictsOf(replayed)).toEqual([
        { kind: 'not replayed', message: 'Steps are made as usual, because a kernel fails.' },
      ]);
      await compare(usual, replayed, 6);
      expect(isReplayed(replayed)).toBe(true);
      dispose(usual, replayed);
    });
  }
});

it('makes steps as usual if the heap has no room for a plan', async () => {
  await withoutLeak(async () => {
    const [usual, replayed] = [make(), replay(make())];
    await compare(usual, replayed, 1);
    const ids = backend.numDataIds();
    const { _malloc: allocate } = backend.wasm;
    // steps of this network ask for no such piece; a plan does, since all its tensors are in one
    backend.wasm._malloc = (bytes) => allocate(bytes > 4096 ? 2 ** 33 : bytes);
    try {
      tf.dispose({ ...replayed.step(x) });
    } finally {
      backend.wasm._malloc = allocate;
    }
    expect(backend.numDataIds()).toBe(ids);
    const message = expect.stringContaining('because wasm: `memory` must have room for') as string;
    expect(await verdictsOf(replayed)).toEqual([{ kind: 'not replayed', message }]);
    tf.dispose({ ...usual.step(x) });
    await compare(usual, replayed, 3);
    dispose(usual, replayed);
  });
});

it('frees the memory of its plans', async () => {
  const before = backend.numDataIds();
  await withoutLeak(() => {
    const trainer = replay(make());
    for (let i = 0; i < 4; i++) tf.dispose({ ...trainer.step(x) });
    expect(isReplayed(trainer)).toBe(true);
    const tensors = tf.memory().numTensors;
    tf.dispose({ ...trainer.step(x) });
    expect(tf.memory().numTensors).toBe(tensors);
    dispose(trainer);
  });
  expect(backend.numDataIds()).toBe(before);
});

/** A loss that also reads a variable of others, scaled by a schedule among its settings or outside of them. */
function scaled(outside: tf.Variable, scale: (step: number) => number, settings: object): Trainer {
  const random = createRandom(4);
  const network = mlp({ sizes: [6, 4, 2], random });
  return createTrainer({
    name: 'scaled',
    parts: { network },
    optimizer: createAdam({ learningRate: linearRamp({ from: 0.1, to: 0, steps: 100 }), weightDecay: 0.1 }),
    random,
    settings: { ...settings },
    loss: ({ x, step, options }) => {
      const errors = tf.square(tf.sub(network.apply(x, options), outside));
      return { loss: tf.mul(tf.mean(errors), tf.scalar(scale(step))) };
    },
  });
}

it('follows schedules among the options, and variables of others', async () => {
  await withoutLeak(async () => {
    const outside = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const beta = linearRamp({ from: 1, to: 3, steps: 40 });
    const [usual, replayed] = [scaled(outside, beta, { beta }), replay(scaled(outside, beta, { beta }))];
    await compare(usual, replayed, 6);
    expect(isReplayed(replayed)).toBe(true);
    tf.dispose({ ...usual.step(x) });
    tf.tidy(() => outside.assign(tf.tensor1d([3, -1])));
    await compare(usual, replayed, 50);
    expect(isReplayed(replayed)).toBe(true);
    dispose(usual, replayed);
    outside.dispose();
  });
});

it('draws from a stream of others as before', async () => {
  const noisy = (stream: RandomStream): Trainer => {
    const network = mlp({ sizes: [6, 4, 6], random: createRandom(4) });
    return createTrainer({
      name: 'noisy',
      parts: { network },
      optimizer: createAdam({ learningRate: 0.1 }),
      random: createRandom(5),
      loss: ({ x, options }) => {
        const seen = tf.add(x, stream.normal(x.shape));
        return { loss: tf.mean(tf.square(tf.sub(network.apply(seen, options), x))) };
      },
    });
  };
  await withoutLeak(async () => {
    const [one, other] = [createRandom(8), createRandom(8)];
    const [usual, replayed] = [noisy(one), replay(noisy(other))];
    await compare(usual, replayed, 8);
    expect(other.state()).toEqual(one.state());
    expect(isReplayed(replayed)).toBe(true);
    dispose(usual, replayed);
  });
});

it('leaves what watches an optimizer as it is', async () => {
  await withoutLeak(async () => {
    const [one, other] = [1, 2].map(() => watchOptimizer(createAdam({ learningRate: 0.1 })));
    const [usual, replayed] = [tinyVae(one!).trainer, replay(tinyVae(other!).trainer)];
    await compare(usual, replayed, 9);
    expect(await other!.readNumbers()).toEqual(await one!.readNumbers());
    const message = 'Steps are made as usual, because it keeps tensors of its own.';
    expect(await verdictsOf(replayed)).toEqual([{ kind: 'not replayed', message }]);
    dispose(usual, replayed);
  });
});

it('is not used for a loss that depends on steps in its own way', async () => {
  await withoutLeak(async () => {
    const outside = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const own = (step: number): number => 1 / (step + 1);
    const [usual, replayed] = [scaled(outside, own, {}), replay(scaled(outside, own, {}))];
    await compare(usual, replayed, 8);
    expect(isReplayed(replayed)).toBe(false);
    const message = 'Steps are made as usual, because the host gives it other numbers.';
    expect(await verdictsOf(replayed)).toEqual([{ kind: 'not replayed', message }]);
    expect(await verdictsOf(replayed)).toEqual([]);
    dispose(usual, replayed);
    outside.dispose();
  });
});

it('throws what a trainer throws, and changes nothing', async () => {
  await withoutLeak(async () => {
    const [usual, replayed] = [make(), replay(make())];
    await compare(usual, replayed, 5);
    const wide = tf.zeros([4, 7]);
    for (const bad of [wide, tf.tidy(() => tf.cast(x, 'int32'))]) {
      expect(() => replayed.step(bad)).toThrow('step: `');
      bad.dispose();
    }
    expect(() => replayed.step(null as never)).toThrow('step: `batch`');
    expect(() => tf.variableGrads(() => tf.sum<tf.Scalar>(replayed.step(x)['loss']!))).toThrow('outside');
    await compare(usual, replayed, 2);
    dispose(usual, replayed);
    expect(() => replayed.step(x)).toThrow('step: `');
  });
});
