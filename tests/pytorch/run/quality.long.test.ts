import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  batches,
  bernoulli,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  createGenerator,
  createRandom,
  createVaeTrainer,
  dit,
  leakyRelu,
  mlp,
  nonSaturatingLoss,
  predictVelocity,
  r1Penalty,
  unet,
  type BatchSource,
  type HostTensor,
  type Network,
  type RandomStream,
  type Trainer,
} from '../../../src/index.js';
import { folderStore } from '../../../src/node/index.js';
import { exportRun, importRun } from '../../../src/pytorch/index.js';
import { hasTorch } from '../source/run-source.js';
import { apart, lossesOf, trainThere } from './train-there.js';

const PART = 100;
const BATCH = 32;
const SEEDS = [1, 2, 3, 4];

/** Blobs of light on 8 by 8 pixels. */
const picture = (low: number): HostTensor => {
  const numbers = Float32Array.from({ length: 256 * 64 });
  for (let i = 0; i < 256; i++) {
    const [x, y, width] = [0.618, 0.755, 0.57].map(
      (step, k) => (k < 2 ? 2 : 1) + (k < 2 ? 4 : 1) * ((i * step) % 1),
    ) as [number, number, number];
    for (let k = 0; k < 64; k++)
      numbers[64 * i + k] =
        low + (1 - low) * Math.exp(-(((k % 8) - x) ** 2 + (Math.floor(k / 8) - y) ** 2) / width ** 2);
  }
  return { data: numbers, shape: [256, 8, 8, 1] };
};
const flat = (): HostTensor => ({
  data: Float32Array.from(picture(0).data, (one) => Number(one > 0.5)),
  shape: [256, 64],
});
/** Points on a ring. */
const ring = (): HostTensor => {
  const angles = Array.from({ length: 256 }, (_, i) => (2 * Math.PI * i) / 256);
  return { data: Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])), shape: [256, 2] };
};

interface Model {
  readonly trainer: Trainer;
  /** Lower is better: a loss, or a distance to the data. */
  readonly quality: (losses: readonly number[]) => Promise<number>;
}

const last = (losses: readonly number[]): Promise<number> =>
  Promise.resolve(losses.slice(-PART / 2).reduce((sum, loss) => sum + loss, 0) / (PART / 2));

const adam = (learningRate = 2e-3) => createAdam({ learningRate });
const diffusion = (network: Network, random: RandomStream): Model => {
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 100 }), predicts: predictVelocity });
  return { trainer: createDiffusionTrainer({ denoiser, optimizer: adam(), random }), quality: last };
};

const families: Record<string, { data: () => HostTensor; make: (random: RandomStream) => Model }> = {
  VAE: {
    data: flat,
    make: (random) => {
      const encoder = createGaussianEncoder(mlp({ sizes: [64, 64, 8], random: random.fork('e') }), { latentSize: 4 });
      const decoder = createDecoder(mlp({ sizes: [4, 64, 64], random: random.fork('d') }), { likelihood: bernoulli });
      return { trainer: createVaeTrainer({ encoder, decoder, optimizer: adam(), random }), quality: last };
    },
  },
  'U-Net': {
    data: () => picture(-1),
    make: (random) => diffusion(unet({ channels: 1, widths: [8, 16], random: random.fork('u') }), random),
  },
  DiT: {
    data: () => picture(-1),
    make: (random) =>
      diffusion(dit({ size: [8, 8], channels: 1, width: 32, depth: 2, random: random.fork('dit') }), random),
  },
  GAN: {
    data: ring,
    make: (random) => {
      const sizes = (name: string, all: number[]) =>
        mlp({ sizes: all, activation: leakyRelu, random: random.fork(name) });
      const generator = createGenerator(sizes('g', [2, 64, 64, 2]), { latentSize: 2 });
      const trainer = createGanTrainer({
        generator,
        discriminator: createDiscriminator(sizes('d', [2, 64, 64, 1])),
        loss: nonSaturatingLoss,
        optimizers: { generator: adam(1e-3), discriminator: adam(2e-3) },
        random,
        penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
      });
      return { trainer, quality: () => energyDistance(generator.sample(256, createRandom(9)), ring()) };
    },
  },
};

/** 2 E|x - y| - E|x - x'| - E|y - y'| of two sets of points. */
async function energyDistance(x: tf.Tensor, { data }: HostTensor): Promise<number> {
  const [a, b] = [await x.data(), data];
  x.dispose();
  const mean = (p: ArrayLike<number>, q: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < p.length; i += 2)
      for (let k = 0; k < q.length; k += 2) sum += Math.hypot(p[i]! - q[k]!, p[i + 1]! - q[k + 1]!);
    return (4 * sum) / (p.length * q.length);
  };
  return 2 * mean(a, b) - mean(a, a) - mean(b, b);
}

/** The first metric of so many steps. */
async function trainOn({ trainer }: Model, source: BatchSource, steps: number): Promise<number[]> {
  const losses: number[] = [];
  while (losses.length < steps)
    for await (const batch of source) {
      const metrics = { ...trainer.step(batch) } as Record<string, tf.Tensor>;
      losses.push((await Object.values(metrics)[0]!.data())[0]!);
      tf.dispose([metrics, batch] as never);
      if (losses.length === steps) break;
    }
  return losses;
}

/** A third here, a third in two processes of PyTorch, a third here; and all here. */
async function bothWays(name: string, seed: number, storedDraws: number) {
  const { data: dataOf, make } = families[name]!;
  const begin = () => {
    const [random, data] = [createRandom(seed), dataOf()];
    return { model: make(random), data, random, source: batches(data, { batchSize: BATCH, random }) };
  };
  const folder = mkdtempSync(join(tmpdir(), 'quality-'));
  const { model, data, random, source } = begin();
  const first = await trainOn(model, source, PART);
  await exportRun(model.trainer, { data, batchSize: BATCH, random, source, folder: folderStore(folder), steps: PART, storedDraws, seed }); // prettier-ignore
  const ended = await trainThere([folder], [], 2);
  expect([ended.status, ended.status ? ended.stderr : '']).toEqual([0, '']);
  await importRun(model.trainer, folderStore(folder), { source });
  // the first column is the step
  const [, there] = Object.values(lossesOf(folder)) as [number[], number[]];
  const abroad = [...first, ...there, ...(await trainOn(model, source, PART))];
  rmSync(folder, { recursive: true });
  const home = begin();
  const alone = await trainOn(home.model, home.source, 3 * PART);
  return { abroad, alone, qualities: [await model.quality(abroad), await home.model.quality(alone)] as const };
}

test.skipIf(!hasTorch).each(Object.keys(families))(
  '%s: with the same draws no loss jumps where a run leaves and comes back',
  async (name) => {
    const { abroad, alone } = await bothWays(name, 1, PART);
    const differences = alone.map((loss, i) => apart([loss], [abroad[i]!]));
    const most = (from: number, to: number): string => Math.max(...differences.slice(from, to)).toExponential(1);
    console.log(
      `${name}: apart ${most(PART, PART + 5)} after it left, ${most(2 * PART, 2 * PART + 5)} after it came back, ${most(0, 3 * PART)} anywhere`,
    );
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  },
  300_000,
);

test.skipIf(!hasTorch).each(['VAE', 'U-Net', 'GAN'])(
  '%s: with draws of its own it ends as good, within the noise of seeds',
  async (name) => {
    const [abroad, alone]: [number[], number[]] = [[], []];
    for (const seed of SEEDS) {
      const [a, b] = (await bothWays(name, seed, 0)).qualities;
      abroad.push(a);
      alone.push(b);
    }
    const mean = (all: number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;
    const variance = (all: number[]): number =>
      all.reduce((sum, one) => sum + (one - mean(all)) ** 2, 0) / (all.length - 1);
    const error = Math.sqrt((variance(abroad) + variance(alone)) / SEEDS.length);
    console.log(
      `${name}: ${mean(abroad).toPrecision(4)} with a third in PyTorch, ${mean(alone).toPrecision(4)} here, standard error ${error.toPrecision(2)}`,
    );
    expect(Math.abs(mean(abroad) - mean(alone))).toBeLessThan(3 * error);
  },
  600_000,
);
