import * as tf from '@tensorflow/tfjs-core';
import type {
  Batch,
  ConsistencyTarget,
  GaussianEncoder,
  LatentPrior,
  Optimizer,
  Trainer,
  VaeEncoder,
} from '../../src/index.js';
import {
  bernoulli,
  concatLatents,
  consistencyDistillation,
  createConsistencyTrainer,
  shortcut,
  createAdam,
  createConditionalPrior,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createFlowPrior,
  createGaussianEncoder,
  createHierarchicalEncoder,
  createHierarchicalPrior,
  createVaeTrainer,
  embedding,
  tanh,
  withCondition,
  denoisingMlp,
  flowSchedule,
  logNormalTimesteps,
  minSnrWeighting,
  predictFlow,
  createMixturePrior,
  createPriorTrainer,
  createTrainer,
  createVampPrior,
  createRandom,
  dropout,
  mlp,
  sequential,
  batchNorm,
  dense,
  linearRamp,
  reshape,
} from '../../src/index.js';
import {
  createCodebook,
  createCodePrior,
  createMaskedModel,
  createQuantizedEncoder,
  createTokenModel,
  createTokenTrainer,
  finiteScalarQuantizer,
  transformer,
  type Quantizer,
  type TokenModel,
} from '../../src/tokens/index.js';
import { createTableTrainer, encodeTable } from '../../src/tables/index.js';
import { exactDenoiser } from '../diffusion/exact.js';
import { tinyDescription, tinyRows, tinyTableModel } from '../tables/tiny-table.js';
import { tinyParts, tinyVae } from '../training/sample.js';
import { tinyGan } from '../gan/tiny-gan.js';

/** Every trainer, with three batches for it: the laws of trainers.slow.test.ts hold for each. */
export interface TrainerEntry {
  readonly name: string;
  readonly make: () => Trainer;
  readonly batches: () => Batch[];
  /** On GPUs, where software ones compile for each shape, only one entry of each kind is checked. */
  readonly onGpu?: boolean;
}

const rows = (count: number, size: number, seed: number): tf.Tensor => createRandom(seed).uniform([count, size], 0, 1);
const three = (size: number) => (): Batch[] => [rows(4, size, 1), rows(4, size, 2), rows(3, size, 3)];
const adam = (learningRate = 0.02) => createAdam({ learningRate });

/** A denoising autoencoder with statistics and dropout, as a user would write it. */
function denoiser(optimizer: Optimizer | tf.Optimizer) {
  const random = createRandom(4);
  const make = () =>
    sequential([
      dense({ inputs: 3, units: 6, random: random.fork('1') }),
      batchNorm({ inputs: 6 }),
      dropout({ rate: 0.25 }),
      dense({ inputs: 6, units: 3, random: random.fork('2') }),
    ]);
  const [network, into] = [make(), make()];
  const size = linearRamp({ from: 0.3, to: 0, steps: 10 });
  return createTrainer({
    name: 'denoiser',
    parts: { network },
    optimizer,
    random,
    averages: { network: { into, decay: 0.9 } },
    clipNorm: 1,
    loss: ({ x, random: noise, step, options }) => {
      const noisy = tf.add(x, tf.mul(size(step), noise.normal(x.shape)));
      const errors = tf.mean(tf.square(tf.sub(network.apply(noisy, options), x)), 1);
      return { loss: tf.mean(errors), error: errors };
    },
  });
}

/** A small conditional diffusion model. */
function diffusion() {
  const random = createRandom(6);
  const schedule = flowSchedule({ steps: 10 });
  const make = () =>
    createDenoiser(denoisingMlp({ size: 2, width: 4, classes: 3, random }), { schedule, predicts: predictFlow });
  const [model, into] = [make(), make()];
  return createDiffusionTrainer({
    denoiser: model,
    optimizer: adam(),
    random,
    weighting: minSnrWeighting(),
    timesteps: logNormalTimesteps(schedule),
    dropCondition: 0.3,
    average: { into, decay: 0.9 },
    clipNorm: 1,
  });
}

/** A student of few calls with dropped conditions. */
function consistency(target: ConsistencyTarget | undefined, stepSizes?: number) {
  const random = createRandom(6);
  const schedule = flowSchedule({ steps: 10 });
  const make = () =>
    createDenoiser(denoisingMlp({ size: 2, width: 4, classes: 3, stepSizes, random }), {
      schedule,
      predicts: predictFlow,
    });
  const [student, into] = [make(), make()];
  return createConsistencyTrainer({
    student,
    ...(target && { target }),
    optimizer: adam(),
    random,
    dropCondition: 0.3,
    average: { into, decay: 0.9 },
  });
}

/** A teacher without variables. */
const teacherOf = () => exactDenoiser({ mean: 0.2, variance: 0.5 }, flowSchedule({ steps: 10 }), predictFlow, false);

const labelled = (): Batch[] =>
  three(2)().map((x) => ({
    x: x as tf.Tensor,
    condition: createRandom(7).integers([(x as tf.Tensor).shape[0]], 0, 3),
  }));

/** A conditional model of sequences of different lengths. */
function tokens(isMasked: boolean) {
  const random = createRandom(14);
  const size = { tokens: 4, length: 3, end: 3 };
  const make = () => {
    const options = { tokens: 4, length: 3, width: 4, heads: 2, layers: 1, classes: 3, dropout: 0.2, random };
    const network = transformer({ ...options, causal: !isMasked });
    return (isMasked ? createMaskedModel : createTokenModel)(network, size);
  };
  const average = { into: make(), decay: 0.9 };
  const optimizer = adam();
  return createTokenTrainer({ model: make(), optimizer, random, dropCondition: 0.3, average, clipNorm: 1 });
}

const sequences = (): Batch[] =>
  [4, 4, 3].map((count, seed) => ({
    x: tf.tensor2d([0, 3, -1, 1, 2, 0, 3, -1, -1, 2, 2, 3].slice(0, 3 * count), [count, 3], 'int32'),
    condition: createRandom(seed).integers([count], 0, 3),
  }));

/** A game of two parts and a third that is not trained. */
function duel() {
  const random = createRandom(5);
  const [left, right, frozen] = ['left', 'right', 'frozen'].map((name) =>
    mlp({ sizes: [2, 4, 2], random: random.fork(name) }),
  ) as [ReturnType<typeof mlp>, ReturnType<typeof mlp>, ReturnType<typeof mlp>];
  const distance = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(a, b)));
  return createTrainer({
    name: 'duel',
    parts: { left, right, frozen },
    optimizers: { left: adam(), right: adam() },
    random,
    play: ({ x, random: noise, options, update, pass }) => {
      const made = pass('left', () => left.apply(options.training ? tf.add(x, noise.normal(x.shape)) : x, options));
      const { loss: rightLoss } = update('right', () => ({
        loss: distance(right.apply(made.output, options), frozen.apply(x, options)),
      }));
      const { loss: leftLoss } = made.update(() => ({ loss: distance(right.apply(made.output, options), x) }));
      return { leftLoss, rightLoss };
    },
  });
}

/** A VAE of two levels, with a flow on top, an average and labels. */
function hierarchy() {
  const make = () => {
    const random = createRandom(8);
    const both = concatLatents(
      dense({ inputs: 6, units: 4, activation: tanh, random: random.fork('data') }),
      dense({ inputs: 2, units: 4, activation: tanh, random: random.fork('above') }),
    );
    const last = dense({ inputs: 8, units: 2 * 3, random: random.fork('last') });
    const latentSizes = [2, 3];
    const top = createFlowPrior({ latentSize: 2, layers: 2, width: 4, random: random.fork('flow') });
    return {
      encoder: createHierarchicalEncoder([mlp({ sizes: [6, 4, 4], random }), sequential([both, last])], {
        latentSizes,
      }),
      decoder: createDecoder(mlp({ sizes: [5, 8, 6], random: random.fork('decoder') }), { likelihood: bernoulli }),
      prior: createHierarchicalPrior([mlp({ sizes: [2, 4, 6], random: random.fork('prior') })], { latentSizes, top }),
    };
  };
  const average = { into: make(), decay: 0.9 };
  return createVaeTrainer({ ...make(), optimizer: adam(), random: createRandom(9), average, clipNorm: 1 });
}

/** A conditional VAE whose prior is a Gaussian for each label. */
function conditionalVae() {
  const random = createRandom(10);
  const labels = (size: number) => embedding({ classes: 3, size, random: random.fork(`labels ${size}`) });
  const encoder = withCondition(dense({ inputs: 2 + 1, units: 4, random: random.fork('encoder') }), labels(1));
  return createVaeTrainer({
    encoder: createGaussianEncoder(encoder, { latentSize: 2 }),
    decoder: createDecoder(dense({ inputs: 2, units: 2, random: random.fork('decoder') }), { likelihood: bernoulli }),
    prior: createConditionalPrior(labels(4), { latentSize: 2 }),
    optimizer: adam(),
    random,
  });
}

/** A VAE whose prior is trained with it, and averaged. */
function vaeWithPrior(make: (encoder: GaussianEncoder, seed: number) => LatentPrior) {
  const [parts, into] = [tinyParts(1), tinyParts(101)];
  return createVaeTrainer({
    ...parts,
    prior: make(parts.encoder, 1),
    optimizer: adam(),
    random: createRandom(1),
    average: { into: { ...into, prior: make(into.encoder, 101) }, decay: 0.9 },
  });
}

const mixture = (_: unknown, seed: number) =>
  createMixturePrior({ components: 3, latentSize: 2, random: createRandom(seed) });
function vamp(encoder: GaussianEncoder, seed: number): LatentPrior {
  const inputs = createRandom(seed).uniform([3, 6]);
  const prior = createVampPrior(encoder, { inputs, range: [0, 1] });
  inputs.dispose();
  return prior;
}

/** The second stage of a VAE: a mixture for latents of an encoder without variables. */
function secondStage() {
  const encoder: VaeEncoder = {
    latentSize: 2,
    encode: (x) => tf.tidy(() => ({ mean: tf.slice(x, [0, 0], [-1, 2]), logVariance: tf.slice(x, [0, 2], [-1, 2]) })),
    variables: [],
    dispose: () => undefined,
  };
  return createPriorTrainer({
    prior: mixture(encoder, 1),
    encoder,
    optimizer: adam(),
    random: createRandom(1),
    average: { into: mixture(encoder, 101), decay: 0.9 },
    clipNorm: 1,
  });
}

/** A VAE of two codes, with an average. */
function vaeOfCodes(quantizer: (seed: number) => Quantizer) {
  const make = (seed: number) => {
    const random = createRandom(seed);
    const layers = [mlp({ sizes: [6, 8, 4], random }), dropout({ rate: 0.25 }), reshape({ shape: [2, 2] })];
    const back = mlp({ sizes: [4, 8, 6], random: random.fork('decoder') });
    return {
      encoder: createQuantizedEncoder(sequential(layers), { quantizer: quantizer(seed) }),
      decoder: createDecoder(back, { likelihood: bernoulli }),
    };
  };
  const average = { into: make(101), decay: 0.9 };
  return createVaeTrainer({ ...make(1), optimizer: adam(), random: createRandom(1), average });
}

const codebook = (seed: number) => createCodebook({ codes: 4, size: 2, random: createRandom(seed), restartBelow: 0.5 });

/** The second stage of a VAE of codes, for an encoder without variables. */
function codePrior(make: typeof createTokenModel, causal: boolean) {
  const quantizer = finiteScalarQuantizer({ levels: [4] });
  const network = { apply: (x: tf.Tensor) => tf.reshape(x, [-1, 6, 1]), variables: [], dispose: () => undefined };
  const prior = (seed: number) => {
    const size = { tokens: 4, length: 6 };
    const shape = { width: 4, heads: 2, layers: 1, causal, dropout: 0.1 };
    const model: TokenModel = make(transformer({ ...size, ...shape, random: createRandom(seed) }), size);
    return createCodePrior(model, { quantizer, shape: [6, 1] });
  };
  return createPriorTrainer({
    prior: prior(1),
    encoder: createQuantizedEncoder(network, { quantizer }),
    optimizer: adam(),
    random: createRandom(1),
    average: { into: prior(101), decay: 0.9 },
    clipNorm: 1,
  });
}

/** A model of a table, with an average. */
function tableModel() {
  return createTableTrainer({
    model: tinyTableModel(1),
    optimizer: adam(),
    random: createRandom(1),
    average: { into: tinyTableModel(101), decay: 0.9 },
    clipNorm: 1,
  });
}

const encodedRows = (): Batch[] =>
  [4, 4, 3].map((count, i) => {
    const { data, shape } = encodeTable(tinyDescription, tinyRows.slice(4 * i, 4 * i + count));
    return tf.tensor2d(data as Float32Array, [count, shape[1]!]);
  });

export const trainers: readonly TrainerEntry[] = [
  { name: 'VAE', make: () => tinyVae(adam()).trainer, batches: three(6) },
  {
    name: 'VAE with an average, clipped',
    make: () => tinyVae(adam(), { averaged: true, clipNorm: 1 }).trainer,
    batches: three(6),
    onGpu: true,
  },
  { name: 'VAE with a mixture as its prior', make: () => vaeWithPrior(mixture), batches: three(6) },
  { name: 'VAE with a VampPrior', make: () => vaeWithPrior(vamp), batches: three(6) },
  { name: 'a prior of a second stage', make: secondStage, batches: three(6) },
  { name: "VAE with tfjs's momentum", make: () => tinyVae(tf.train.momentum(0.1, 0.9)).trainer, batches: three(6) },
  {
    name: 'GAN with statistics, R1 and an average',
    make: () => tinyGan({ averaged: true }).trainer,
    batches: three(2),
    onGpu: true,
  },
  { name: 'GAN of three updates to one', make: () => tinyGan({ discriminatorSteps: 3 }).trainer, batches: three(2) },
  {
    name: 'GAN of a schedule of updates',
    make: () => tinyGan({ discriminatorSteps: linearRamp({ from: 3, to: 1, steps: 4 }) }).trainer,
    batches: three(2),
  },
  { name: 'a diffusion model with dropped conditions and an average', make: diffusion, batches: labelled, onGpu: true },
  { name: 'a consistency model', make: () => consistency(undefined), batches: labelled },
  {
    name: 'a consistency model with a teacher',
    make: () => consistency(consistencyDistillation({ teacher: teacherOf() })),
    batches: labelled,
  },
  { name: 'a model of shortcuts', make: () => consistency(shortcut(), 3), batches: labelled },
  { name: 'an autoregressive model of tokens', make: () => tokens(false), batches: sequences, onGpu: true },
  { name: 'a masked model of tokens', make: () => tokens(true), batches: sequences, onGpu: true },
  { name: 'a VAE of two levels with a flow on top and an average', make: hierarchy, batches: three(6) },
  { name: 'a VAE with a Gaussian for each label', make: conditionalVae, batches: labelled },
  {
    name: 'a VAE of codes of levels',
    make: () => vaeOfCodes(() => finiteScalarQuantizer({ levels: [3, 4] })),
    batches: three(6),
  },
  { name: 'a VAE of codes that are learned', make: () => vaeOfCodes(codebook), batches: three(6), onGpu: true },
  { name: 'a prior of codes from left to right', make: () => codePrior(createTokenModel, true), batches: three(6) },
  { name: 'a prior of codes in any order', make: () => codePrior(createMaskedModel, false), batches: three(6) },
  { name: 'a model of a table', make: tableModel, batches: encodedRows, onGpu: true },
  { name: 'a denoiser of a user', make: () => denoiser(adam()), batches: three(3) },
  { name: "a denoiser with tfjs's Adam", make: () => denoiser(tf.train.adam(0.01)), batches: three(3) },
  { name: 'a game of a user', make: duel, batches: three(2), onGpu: true },
];
