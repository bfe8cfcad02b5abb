import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  batchNorm,
  clipByGlobalNorm,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  createTrainer,
  dense,
  hingeLoss,
  mlp,
  saveCheckpoint,
  sequential,
  spectralNorm,
  train,
  type Network,
  type Optimizer,
  type Trainer,
} from '../../../src/index.js';
import { expectClose } from '../../support/close.js';
import { bitsOf } from '../sample.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const scales = [1, 1e8, 1e16, 1e20, 1e28, 1e38];
const batch = (scale: number): tf.Tensor => tf.mul(createRandom(5).uniform([6, 2], -3, 3), scale);

const layers = {
  batchNorm: (random = createRandom(1)): Network =>
    sequential([
      dense({ inputs: 2, units: 4, random }),
      batchNorm({ inputs: 4 }),
      dense({ inputs: 4, units: 2, random: random.fork('2') }),
    ]),
  'batchNorm of the data': (random = createRandom(1)): Network =>
    sequential([batchNorm({ inputs: 2 }), dense({ inputs: 2, units: 2, random })]),
  spectralNorm: (random = createRandom(1)): Network =>
    sequential([
      spectralNorm(dense({ inputs: 2, units: 4, random })),
      dense({ inputs: 4, units: 2, random: random.fork('2') }),
    ]),
};

const optimizers = {
  'Adam at 1e-3': () => createAdam({ learningRate: 1e-3 }),
  'Adam at 1e30': () => createAdam({ learningRate: 1e30 }),
  'Adam with a huge decay': () => createAdam({ learningRate: 1e10, weightDecay: 1e25 }),
  'SGD at 1e30': () => tf.train.sgd(1e30),
};

function autoencoder(make: () => Network, optimizer: tf.Optimizer | Optimizer): Trainer {
  const [network, into] = [make(), make()];
  return createTrainer({
    name: 'autoencoder',
    parts: { network },
    optimizer,
    random: createRandom(2),
    averages: { network: { into, decay: 0.9 } },
    loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
  });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The numbers of a trainer's state that are not finite, by the name of their variable. */
async function flaws(trainer: Trainer): Promise<string[]> {
  const entries = Object.entries(trainer.state.variables);
  const values = await Promise.all(entries.map(([, variable]) => variable.data()));
  return entries.filter((_, i) => !values[i]!.every(Number.isFinite)).map(([name]) => name);
}

describe.each(Object.keys(layers) as (keyof typeof layers)[])('a network with %s', (layer) => {
  test.each(Object.entries(optimizers))(
    'has finite variables, moments, statistics and averages whatever the batch, by %s',
    async (_, make) => {
      const trainer = autoencoder(() => layers[layer](), make());
      for (const scale of scales) {
        tf.tidy(() => void trainer.step(batch(scale)));
        expect({ scale, flaws: await flaws(trainer) }).toEqual({ scale, flaws: [] });
      }
      // Adamax and Adam of tfjs aside, any of them can be saved
      expect((await saveCheckpoint(trainer)).length).toBeGreaterThan(0);
    },
  );
});

test('a batch whose variance overflows is skipped completely, counted, and reported with its step', async () => {
  const trainer = autoencoder(layers['batchNorm of the data'], createAdam({ learningRate: 1e-3 }));
  tf.tidy(() => void trainer.step(batch(1)));
  const isMoved = ([name, variable]: [string, tf.Variable]): boolean =>
    Object.values(trainer.skipped!).includes(variable) || name.startsWith('average');
  const variables = Object.entries(trainer.state.variables)
    .filter((entry) => !isMoved(entry))
    .map(([, variable]) => variable);
  const before = await bitsOf(variables);
  const [report] = await collect(train(trainer, [batch(1e20)], { steps: 1 }));
  expect(await bitsOf(variables)).toEqual(before);
  expect(report!.skipped).toBe(1);
  expect(report!.verdicts[0]!.message).toContain('1 of 1 updates were skipped, the first in step 2,');
});

test('the step of the first skipped update counts over the trainer’s life, wherever it lies between two reports', async () => {
  const trainer = autoencoder(layers.batchNorm, createAdam({ learningRate: 1e-3 }));
  const [good, bad] = [batch(1), batch(1e30)];
  const data = [good, good, good, bad, good, good, bad, bad];
  const reports = await collect(train(trainer, data, { epochs: 1, reportEvery: 5 }));
  expect(reports.map(({ skipped }) => skipped)).toEqual([1, 2]);
  const messages = reports.map(({ standing }) => standing!.find(({ kind }) => kind === 'skipped updates')!.message);
  expect(messages[0]).toContain('the first in step 4,');
  expect(messages[1]).toContain('the first in step 7,');
});

test('a game is still observed, and can be saved, after its observed numbers overflow', async () => {
  const random = createRandom(3);
  const generator = createGenerator(mlp({ sizes: [2, 4, 2], random }), { latentSize: 2 });
  const discriminator = createDiscriminator(mlp({ sizes: [2, 4, 1], random: random.fork('d') }));
  const adam = () => createAdam({ learningRate: 1e-3 });
  const trainer = createGanTrainer({
    generator,
    discriminator,
    loss: hingeLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random,
  });
  for (let step = 0; step < 11; step++) tf.tidy(() => void trainer.step(batch(1e-18)));
  expect(await flaws(trainer)).toEqual([]);
  for (const scale of scales) for (let step = 0; step < 10; step++) tf.tidy(() => void trainer.step(batch(scale)));
  expect(await flaws(trainer)).toEqual([]);
  expect((await saveCheckpoint(trainer)).length).toBeGreaterThan(0);
});

test('statistics that changed in a pass without an update are restored if they overflow', async () => {
  const part = layers['batchNorm of the data']();
  const other = mlp({ sizes: [2, 2], random: createRandom(4) });
  const loss = (y: tf.Tensor) => ({ loss: tf.mean(y) });
  const trainer = createTrainer({
    name: 'game',
    parts: { part, other },
    optimizers: { part: tf.train.sgd(0.1), other: tf.train.sgd(0.1) },
    random: createRandom(2),
    play: ({ x, update, pass }) => {
      pass('part', () => part.apply(x, { training: true }));
      return update('other', () => loss(other.apply(tf.mul(x, 0))));
    },
  });
  const before = await bitsOf(part.buffers!);
  tf.tidy(() => void trainer.step(batch(1e20)));
  expect(await bitsOf(part.buffers!)).toEqual(before);
  tf.tidy(() => void trainer.step(batch(1)));
  expect(await bitsOf(part.buffers!)).not.toEqual(before);
});

test('statistics of several variables are restored together, whichever of them overflows', async () => {
  const counter = tf.tidy(() => tf.variable(tf.scalar(7, 'int32'), false));
  const means = [1, 2].map((value) => tf.tidy(() => tf.variable(tf.tensor1d([value]), false)));
  const network = { ...mlp({ sizes: [2, 2], random: createRandom(1) }), buffers: [counter, ...means] };
  const trainer = createTrainer({
    name: 'own',
    parts: { network },
    optimizer: createAdam({ learningRate: 1e-3 }),
    random: createRandom(2),
    loss: ({ x, options }) => {
      means.forEach((mean, i) => mean.assign(tf.mul(tf.reshape(tf.slice(x, [0, i], [1, 1]), [1]), 1e20)));
      return { loss: tf.mean(network.apply(tf.clipByValue(x, -1, 1), options)) };
    },
  });
  const numbers = () => Promise.all([counter, ...means].map(async (variable) => (await variable.data())[0]));
  for (const rows of [[[1e20, 1]], [[1, 1e20]]]) {
    tf.tidy(() => void trainer.step(tf.tensor2d(rows)));
    expect(await numbers()).toEqual([7, 1, 2]);
  }
  expect([...(await Object.values(trainer.skipped!)[0]!.data())]).toEqual([2]);
  tf.tidy(() => void trainer.step(tf.tensor2d([[1, 0]])));
  expect(await numbers()).toEqual([7, Math.fround(1e20), 0]);
});

test('an average does not change if its distance from the weights is beyond float32', async () => {
  const [network, into] = [1, 2].map((seed) => mlp({ sizes: [1, 1], random: createRandom(seed) }));
  const far = (part: Network, value: number): void => {
    for (const variable of part.variables) variable.assign(tf.fill(variable.shape, value));
  };
  far(into!, -3e38);
  const leap: Optimizer = {
    prepare: () => undefined,
    apply: () => tf.tidy(() => far(network!, 3e38)),
    state: () => ({ tensors: [], plain: null }),
    restore: () => undefined,
    dispose: () => undefined,
  };
  const trainer = createTrainer({
    name: 'own',
    parts: { network: network! },
    averages: { network: { into: into!, decay: 0.5 } },
    optimizer: leap,
    random: createRandom(3),
    loss: ({ x, options }) => ({ loss: tf.mean(network!.apply(x, options)) }),
  });
  tf.tidy(() => void trainer.step(tf.ones([1, 1])));
  expect(await network!.variables[0]!.data()).toEqual(Float32Array.of(3e38));
  expect(await into!.variables[0]!.data()).toEqual(Float32Array.of(-3e38));
});

test('a global norm may be larger than the root of the largest float32', async () => {
  const norms = async (...rows: number[][]): Promise<number[]> => {
    const clipped = clipByGlobalNorm(
      rows.map((row) => tf.tensor1d(row)),
      1,
    );
    return [...(await tf.concat(clipped).data())];
  };
  await expectClose(await norms([3e20, 4e20]), [0.6, 0.8], { relative: 1e-6 });
  await expectClose(await norms([3e30], [-4e30]), [0.6, -0.8], { relative: 1e-6 });
  await expectClose(await norms([3e36, 0], [4e36, 1e30]), [0.6, 0, 0.8, 2e-7], { relative: 1e-5 });
  await expectClose(await norms([3e-20, 4e-20]), [3e-20, 4e-20], { relative: 1e-6, absolute: 0 });
});
