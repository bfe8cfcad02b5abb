import * as tf from '@tensorflow/tfjs-core';
import * as g from '../../src/index.js';
import { snapshot } from '../training/sample.js';

/** A small run of one family. */
export interface FamilyRun {
  readonly trainer: g.Trainer;
  readonly data: g.BatchSource;
  /** Disposes everything that the trainer was made of. */
  dispose(): void;
}

/** The settings of a run besides its optimizer. */
export interface Additions {
  /** Batches in another order each epoch, with the source's own noise. */
  readonly shuffled?: boolean;
  /** A running average, and gradients that are clipped. */
  readonly averaged?: boolean;
  /** Labels, batch norm and dropout in the networks. */
  readonly layers?: boolean;
  /** Features of this family only: a ramp of beta; a penalty, augmentation, three updates to one; dropped labels, drawn timesteps. */
  readonly own?: boolean;
  /** Networks and batches so large that each product is divided between two threads. */
  readonly wide?: boolean;
}

/** Four ways to make a run, from the plainest to one with all. */
export const additions: Readonly<Record<string, Additions>> = {
  plain: {},
  'shuffled, averaged and clipped': { shuffled: true, averaged: true },
  'with labels, batch norm and dropout': { shuffled: true, layers: true },
  'with all': { shuffled: true, averaged: true, layers: true, own: true },
};

/** One optimizer of ours with a schedule, and two of tfjs. */
export const optimizers: Readonly<Record<string, () => g.Optimizer | tf.Optimizer>> = {
  'Adam with a schedule': () =>
    g.createAdam({ learningRate: g.cosineDecay({ from: 0.02, to: 0.001, steps: 20 }), weightDecay: 0.01 }),
  momentum: () => tf.train.momentum(0.01, 0.9),
  SGD: () => tf.train.sgd(0.02),
};

type MakeOptimizer = () => g.Optimizer | tf.Optimizer;

/** 10 rows of 4 numbers in [0, 1], in batches of 4, 4 and 2; or 16 times as many. */
function dataOf({ shuffled = false, layers = false, wide = false }: Additions): g.BatchSource {
  const rows = wide ? 160 : 10;
  const x = { data: Float32Array.from({ length: 4 * rows }, (_, i) => ((i * 7) % 11) / 10), shape: [rows, 4] };
  const labels = { data: Int32Array.from({ length: rows }, (_, i) => i % 3), shape: [rows] };
  const noisy = (batch: tf.Tensor, noise: g.RandomStream): tf.Tensor =>
    tf.clipByValue(tf.add(batch, tf.mul(0.05, noise.normal(batch.shape))), 0, 1);
  const order = { batchSize: wide ? 64 : 4, ...(shuffled && { random: g.createRandom(1) }) };
  if (!layers) return g.batches(x, { ...order, ...(shuffled && { transform: noisy }) });
  return g.batches(
    { x, condition: labels },
    { ...order, transform: (batch, noise) => ({ ...batch, x: noisy(batch.x, noise) }) },
  );
}

/** A network of two layers, with labels as additional input, batch norm and dropout if these are requested. */
function network(inputs: number, outputs: number, extra: Additions, random: g.RandomStream): g.Network {
  const { layers = false, wide = false } = extra;
  const units = wide ? 1024 : 6;
  const body = g.sequential([
    g.dense({ inputs: inputs + (layers ? 2 : 0), units, activation: g.leakyRelu, random: random.fork('1') }),
    ...(layers ? [g.batchNorm({ inputs: units }), g.dropout({ rate: 0.25 })] : []),
    g.dense({ inputs: units, units: outputs, random: random.fork('2') }),
  ]);
  return layers ? g.withCondition(body, g.embedding({ classes: 3, size: 2, random: random.fork('labels') })) : body;
}

function vae(optimizer: MakeOptimizer, extra: Additions, seed: number): FamilyRun {
  const parts = (of: number) => {
    const random = g.createRandom(of);
    return {
      encoder: g.createGaussianEncoder(network(4, 4, extra, random.fork('e')), { latentSize: 2 }),
      decoder: g.createDecoder(network(2, 4, extra, random.fork('d')), { likelihood: g.bernoulli }),
    };
  };
  const own = parts(seed);
  const into = extra.averaged ? parts(seed + 100) : undefined;
  const trainer = g.createVaeTrainer({
    ...own,
    optimizer: optimizer(),
    random: g.createRandom(seed),
    ...(into && { average: { into, decay: 0.9 }, clipNorm: 1 }),
    ...(extra.own && {
      objective: g.elboObjective({ beta: g.linearRamp({ from: 0, to: 1, steps: 10 }), freeNats: 0.05 }),
    }),
  });
  const owners = [trainer, ...Object.values(own), ...Object.values(into ?? {})];
  return { trainer, data: dataOf(extra), dispose: () => owners.forEach((owner) => owner.dispose()) };
}

function gan(optimizer: MakeOptimizer, extra: Additions, seed: number): FamilyRun {
  const generator = (of: number) =>
    g.createGenerator(network(3, 4, extra, g.createRandom(of).fork('g')), { latentSize: 3 });
  const own = {
    generator: generator(seed),
    discriminator: g.createDiscriminator(network(4, 1, extra, g.createRandom(seed).fork('d'))),
  };
  const into = extra.averaged ? generator(seed + 100) : undefined;
  const trainer = g.createGanTrainer({
    ...own,
    loss: g.nonSaturatingLoss,
    optimizers: { generator: optimizer(), discriminator: optimizer() },
    random: g.createRandom(seed),
    ...(into && { average: { into, decay: 0.9 }, clipNorm: 1 }),
    ...(extra.own && {
      discriminatorSteps: 3,
      penalty: (critic, real) => tf.mul(0.1, g.r1Penalty(critic, real)),
      augment: (x, random) => tf.add(x, tf.mul(0.01, random.normal(x.shape))),
    }),
  });
  const owners = [trainer, ...Object.values(own), ...(into ? [into] : [])];
  return { trainer, data: dataOf(extra), dispose: () => owners.forEach((owner) => owner.dispose()) };
}

function diffusion(optimizer: MakeOptimizer, extra: Additions, seed: number): FamilyRun {
  const schedule = g.cosineSchedule({ steps: 10 });
  const denoiser = (of: number) => {
    const random = g.createRandom(of);
    const mlp = g.denoisingMlp({ size: 4, width: extra.wide ? 256 : 6, random, ...(extra.layers && { classes: 3 }) });
    const net = extra.layers ? g.sequential([mlp, g.batchNorm({ inputs: 4 }), g.dropout({ rate: 0.1 })]) : mlp;
    return g.createDenoiser(net, { schedule, predicts: g.predictVelocity });
  };
  const own = denoiser(seed);
  const into = extra.averaged ? denoiser(seed + 100) : undefined;
  const trainer = g.createDiffusionTrainer({
    denoiser: own,
    optimizer: optimizer(),
    random: g.createRandom(seed),
    ...(into && { average: { into, decay: 0.9 }, clipNorm: 1 }),
    ...(extra.own && {
      dropCondition: 0.3,
      weighting: g.minSnrWeighting(),
      timesteps: g.logNormalTimesteps(g.flowSchedule({ steps: 10 })),
    }),
  });
  const owners = [trainer, own, ...(into ? [into] : [])];
  return { trainer, data: dataOf(extra), dispose: () => owners.forEach((owner) => owner.dispose()) };
}

/** The three families, each made from an optimizer, additions and a seed. */
export const families: Readonly<
  Record<string, (optimizer: MakeOptimizer, extra: Additions, seed: number) => FamilyRun>
> = { VAE: vae, GAN: gan, 'diffusion model': diffusion };

/** Every family with every optimizer in every way. */
export const familyRuns = runsOf({});

/** The same with sizes that two threads share. */
export const wideFamilyRuns = runsOf({ wide: true });

function runsOf(size: Additions): readonly { readonly name: string; readonly make: (seed?: number) => FamilyRun }[] {
  return Object.entries(families).flatMap(([family, make]) =>
    Object.entries(optimizers).flatMap(([optimizer, makeOptimizer]) =>
      Object.entries(additions).map(([addition, extra]) => ({
        name: `${family}, ${optimizer}, ${addition}`,
        make: (seed = 1): FamilyRun => make(makeOptimizer, { ...extra, ...size }, seed),
      })),
    ),
  );
}

/** The run of a family with all additions, with Adam. */
export const fullRun = (family: string, seed = 1): FamilyRun =>
  families[family]!(optimizers['Adam with a schedule']!, additions['with all']!, seed);

/** Trains for this many steps. */
export async function trainFor({ trainer, data }: FamilyRun, steps: number): Promise<void> {
  for await (const report of g.train(trainer, data, { steps })) void report;
}

/** Everything that a run changes: its trainer's state, and the position in its data. */
export async function stateOf({ trainer, data }: FamilyRun): Promise<unknown> {
  return { trainer: await snapshot(trainer), place: structuredClone(data.state()) };
}
