import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as checks from '../../src/testing/index.js';
import * as run from '../../src/run/index.js';
import { memoryStore } from '../run/memory-store.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const random = g.createRandom(1);
const schedule = g.cosineSchedule({ steps: 4 });
const network = (inputs: number, units: number): g.Network => g.mlp({ sizes: [inputs, units], random });
const labelled = (): g.Network => g.withCondition(network(6, 4), g.embedding({ classes: 3, size: 2, random }));
const x = (): Tensor => tf.tensor2d([[0.5, -1, 0.2, 0.1], [0.3, 0.7, -0.5, 0], [0.1, 0.2, 0.9, 1]]); // prettier-ignore
const unit = (): Tensor => tf.fill([3, 4], 0.5);
const images = (): Tensor => tf.fill([2, 4, 4, 1], 0.5);
const condition = (): Tensor => tf.tensor1d([0, 1, 2], 'int32');
const encoder = () => g.createGaussianEncoder(network(4, 4), { latentSize: 2 });
const decoder = () => g.createDecoder(network(2, 4), { likelihood: g.bernoulli });
const generator = () => g.createGenerator(network(2, 4), { latentSize: 2 });
const discriminator = () => g.createDiscriminator(network(4, 1));
const denoiser = (of = network(4, 4)) => g.createDenoiser(of, { schedule, predicts: g.predictVelocity });
const adam = () => g.createAdam({ learningRate: 1e-3 });
const vae = () => g.createVaeTrainer({ encoder: encoder(), decoder: decoder(), optimizer: adam(), random });
const posterior = () => ({ mean: tf.ones([3, 2]), logVariance: tf.zeros([3, 2]) });
const mixture = () => g.createMixturePrior({ components: 2, latentSize: 2, random });
const conditional = () => g.createConditionalPrior(g.embedding({ classes: 3, size: 4, random }), { latentSize: 2 });
const sampling = () => ({
  shape: [3, 4],
  steps: 2,
  random,
  condition: condition(),
  guidance: 2,
  guide: denoiser(labelled()),
  clip: [-1, 1],
  signal: new AbortController().signal,
  onStep: () => undefined,
  yieldAfter: 5,
  allowNoClass: false,
});

/** A public function that takes options, as a function of them; and options that it accepts, with a value for each. */
type Call = readonly [call: (options: never) => unknown, options: () => object];

const calls: Readonly<Record<string, Call>> = {
  mlp: [g.mlp, () => ({ sizes: [2, 3], activation: g.relu, random })],
  denoisingMlp: [g.denoisingMlp, () => ({ size: 2, width: 4, classes: 2, random })], // prettier-ignore
  dense: [g.dense, () => ({ inputs: 2, units: 3, activation: g.relu, random })],
  conv2d: [
    g.conv2d,
    () => ({ inputs: 1, filters: 2, kernelSize: 3, strides: 1, padding: 'same', activation: g.relu, random }),
  ],
  conv2dTranspose: [g.conv2dTranspose, () => ({ inputs: 1, filters: 2, kernelSize: 4, strides: 2, padding: 'same', activation: g.relu, random, outputSize: undefined })], // prettier-ignore
  embedding: [g.embedding, () => ({ classes: 3, size: 2, random })],
  groupNorm: [g.groupNorm, () => ({ inputs: 4, groups: 2, epsilon: 1e-5 })],
  layerNorm: [g.layerNorm, () => ({ inputs: 4, epsilon: 1e-5 })],
  batchNorm: [g.batchNorm, () => ({ inputs: 4, activation: g.relu, momentum: 0.9, epsilon: 1e-5 })],
  dropout: [g.dropout, () => ({ rate: 0.5 })],
  gaussianNoise: [g.gaussianNoise, () => ({ standardDeviation: 0.5 })],
  attention: [g.attention, () => ({ inputs: 4, heads: 2, random })],
  timeEmbedding: [g.timeEmbedding, () => ({ size: 4 })],
  upsample: [g.upsample, () => ({ factor: 2 })],
  minibatchStddev: [g.minibatchStddev, () => ({ groupSize: 2 })],
  spectralNorm: [
    (options) => g.spectralNorm(g.dense({ inputs: 2, units: 2, random }), options),
    () => ({ iterations: 1 }),
  ],
  convEncoder: [g.convEncoder, () => ({ shape: [4, 4, 1], widths: [2], outputs: 2, activation: g.relu, random })],
  convDecoder: [g.convDecoder, () => ({ inputs: 2, shape: [4, 4, 1], widths: [2], activation: g.relu, random })],
  dcganGenerator: [g.dcganGenerator, () => ({ latentSize: 2, shape: [8, 8, 1], width: 2, classes: 2, random })], // prettier-ignore
  dcganDiscriminator: [
    g.dcganDiscriminator,
    () => ({ shape: [8, 8, 1], width: 2, classes: 2, norm: undefined, random }),
  ],
  unet: [g.unet, () => ({ channels: 1, widths: [8], classes: 2, random })],
  createGaussianEncoder: [(options) => g.createGaussianEncoder(network(4, 4), options), () => ({ latentSize: 2 })],
  createHierarchicalEncoder: [(options) => g.createHierarchicalEncoder([network(4, 4)], options), () => ({ latentSizes: [2] })], // prettier-ignore
  createDecoder: [(options) => g.createDecoder(network(2, 4), options), () => ({ likelihood: g.bernoulli })],
  createPriorSampler: [(options) => g.createPriorSampler(decoder(), options).draw(2, random), () => ({ latentSize: 2, prior: g.gaussianPrior })], // prettier-ignore
  elbo: [g.elbo, () => ({ x: unit(), parameters: tf.zeros([3, 4]), likelihood: g.bernoulli, posterior: posterior(), prior: posterior() })], // prettier-ignore
  elboObjective: [g.elboObjective, () => ({ beta: 1, freeNats: 0.1 })],
  importanceWeightedObjective: [g.importanceWeightedObjective, () => ({ samples: 2 })],
  estimateLogLikelihood: [(options) => g.estimateLogLikelihood({ encoder: encoder(), decoder: decoder() }, unit(), options), () => ({ samples: 2, random, condition: undefined })], // prettier-ignore
  activeUnits: [(options) => g.activeUnits(x(), options), () => ({ threshold: 0.1 })],
  latentGrid: [g.latentGrid, () => ({ columns: 2, rows: 2, extent: 1 })],
  traverse: [(options) => g.traverse(tf.ones([3]), options), () => ({ dimension: 1, steps: 2, extent: 1 })],
  createMixturePrior: [g.createMixturePrior, () => ({ components: 2, latentSize: 1, random, means: [[0], [1]], logVariances: [[0], [1]], weights: [1, 2] })], // prettier-ignore
  createVampPrior: [(options) => g.createVampPrior(encoder(), options), () => ({ inputs: x(), range: [0, 1] })],
  createFlowPrior: [g.createFlowPrior, () => ({ latentSize: 2, layers: 2, width: 3, random })],
  createConditionalPrior: [(options) => g.createConditionalPrior(network(2, 4), options), () => ({ latentSize: 2 })],
  createHierarchicalPrior: [(options) => g.createHierarchicalPrior([network(1, 2)], options), () => ({ latentSizes: [1, 1], top: g.gaussianPrior })], // prettier-ignore
  gaussian: [g.gaussian, () => ({ variance: 1 })],
  learnedGaussian: [g.learnedGaussian, () => ({ minLogVariance: -4 })],
  discretizedLogistic: [g.discretizedLogistic, () => ({ levels: 4, start: { mean: 0, logScale: 0 } })],
  'discretizedLogistic, start': [
    (start) => g.discretizedLogistic({ levels: 4, start }),
    () => ({ mean: 0, logScale: 0 }),
  ],
  createVaeTrainer: [(options) => (g.createVaeTrainer(options) as g.Trainer).step(unit()), () => ({ encoder: encoder(), decoder: decoder(), optimizer: adam(), random, objective: g.elboObjective(), clipNorm: 1, average: { into: { encoder: encoder(), decoder: decoder() }, decay: 0.9 }, prior: g.gaussianPrior })], // prettier-ignore
  'createVaeTrainer, average': [(average) => g.createVaeTrainer({ encoder: encoder(), decoder: decoder(), optimizer: adam(), random, average }), () => ({ into: { encoder: encoder(), decoder: decoder() }, decay: 0.9 })], // prettier-ignore
  vaeModel: [g.vaeModel, () => ({ encoder: encoder(), decoder: decoder(), optimizer: adam(), random, objective: g.elboObjective(), clipNorm: 1, average: undefined, prior: g.gaussianPrior })], // prettier-ignore
  createPriorTrainer: [(options) => (g.createPriorTrainer(options) as g.Trainer).step(x()), () => ({ prior: mixture(), encoder: encoder(), optimizer: adam(), random, average: { into: mixture(), decay: 0.9 }, clipNorm: 1 })], // prettier-ignore
  createGenerator: [(options) => g.createGenerator(network(2, 4), options).draw(2, random), () => ({ latentSize: 2, prior: g.gaussianPrior })], // prettier-ignore
  createGanTrainer: [(options) => (g.createGanTrainer(options) as g.Trainer).step(x()), () => ({ generator: generator(), discriminator: discriminator(), loss: g.hingeLoss, optimizers: { generator: adam(), discriminator: adam() }, random, discriminatorSteps: 1, regularization: undefined, augment: undefined, average: { into: generator(), decay: 0.9 }, clipNorm: undefined })], // prettier-ignore
  'createGanTrainer, optimizers': [(optimizers) => g.createGanTrainer({ generator: generator(), discriminator: discriminator(), loss: g.hingeLoss, optimizers, random }), () => ({ generator: adam(), discriminator: adam() })], // prettier-ignore
  createDenoiser: [
    (options) => g.createDenoiser(network(4, 4), options),
    () => ({ schedule, predicts: g.predictNoise }),
  ],
  withClip: [(options) => g.withClip(denoiser(), options), () => ({ clip: [-1, 1] })],
  withGuidance: [(options) => g.withGuidance(denoiser(), options), () => ({ guidance: 2, guide: denoiser() })],
  createDiffusionTrainer: [(options) => (g.createDiffusionTrainer(options) as g.Trainer).step({ x: x(), condition: condition() }), () => ({ denoiser: denoiser(labelled()), optimizer: adam(), random, average: { into: denoiser(labelled()), decay: 0.9 }, clipNorm: 1, dropCondition: 0.1, weighting: undefined, timesteps: undefined })], // prettier-ignore
  sampleDdim: [(options) => g.sampleDdim(denoiser(labelled()), options), () => ({ ...sampling(), eta: 0.5 })],
  sampleDdpm: [
    (options) => g.sampleDdpm(denoiser(labelled()), options),
    () => ({ ...sampling(), variance: g.smallVariance }),
  ],
  sampleHeun: [(options) => g.sampleHeun(denoiser(labelled()), options), sampling],
  sampleDpmSolver: [(options) => g.sampleDpmSolver(denoiser(labelled()), options), sampling],
  'sampleDdim, known': [(known) => g.sampleDdim(denoiser(), { shape: [3, 4], random, known }), () => ({ x: x(), mask: tf.ones([3, 4]), repeats: 1 })], // prettier-ignore
  'sampleDdim, from': [(from) => g.sampleDdim(denoiser(), { random, from }), () => ({ x: x(), timestep: 2 })],
  invertDdim: [(options) => g.invertDdim(denoiser(), x(), options), () => ({ steps: 2, iterations: 1, clip: [-1, 1] })],
  variationalBound: [(options) => g.variationalBound(denoiser(), x(), options), () => ({ random, calls: 2, levels: 3, range: [-1, 1], clip: [-1, 1], yieldAfter: 3 })], // prettier-ignore
  cosineSchedule: [g.cosineSchedule, () => ({ steps: 10 })],
  linearSchedule: [g.linearSchedule, () => ({ steps: 10 })],
  flowSchedule: [g.flowSchedule, () => ({ steps: 10 })],
  logSnrTimesteps: [(options) => g.logSnrTimesteps(schedule, options), () => ({ steps: 2, low: -3, high: 3 })],
  minSnrWeighting: [g.minSnrWeighting, () => ({ limit: 5 })],
  ddimStep: [g.ddimStep, () => ({ xt: x(), estimate: x(), from: 2, to: 1, schedule, eta: 0, noise: undefined })],
  dpmSolverStep: [g.dpmSolverStep, () => ({ xt: x(), estimate: x(), from: 2, to: 1, schedule, previous: { estimate: x(), timestep: 3 } })], // prettier-ignore
  ddpmPosterior: [g.ddpmPosterior, () => ({ xt: x(), estimate: x(), t: 2, schedule, variance: g.smallVariance })],
  createAdam: [g.createAdam, () => ({ learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 })],
  linearRamp: [g.linearRamp, () => ({ from: 0, to: 1, steps: 4 })],
  cosineDecay: [g.cosineDecay, () => ({ from: 1, to: 0, steps: 4, after: 1 })],
  cyclical: [g.cyclical, () => ({ from: 0, to: 1, steps: 4, rise: 0.5 })],
  batches: [(options) => g.batches(x(), options), () => ({ batchSize: 2, random, dropLast: false, transform: (batch: g.Batch) => batch })], // prettier-ignore
  fit: [(options) => g.fit(vae(), [unit()], options), () => ({ epochs: 1, validation: [unit()], signal: new AbortController().signal, reportEvery: 1, yieldEvery: 5 })], // prettier-ignore
  saveCheckpoint: [(options) => g.saveCheckpoint(vae(), options), () => ({ data: g.batches(x(), { batchSize: 2 }), metadata: { a: 1 } })], // prettier-ignore
  randomCutout: [g.randomCutout, () => ({ fraction: 0.5 })],
  randomTranslation: [g.randomTranslation, () => ({ fraction: 0.1 })],
  imageGrid: [(options) => g.imageGrid(images(), options), () => ({ columns: 1, gap: 0, background: 0 })],
  modeCoverage: [(options) => metrics.modeCoverage(x(), options), () => ({ centers: x(), standardDeviation: 0.1 })],
  kernelDistance: [(options) => (metrics.kernelDistance as never as (...given: unknown[]) => unknown)(x(), x(), options), () => ({})], // prettier-ignore
  checkPrior: [(options) => checks.checkPrior(g.gaussianPrior, options), () => ({ z: tf.ones([2, 1]), random, range: undefined, samples: undefined, step: 0.01, relative: 1e-2, absolute: 1e-2 })], // prettier-ignore
  stopEarly: [
    run.stopEarly,
    () => ({ metric: 'elbo', goal: 'max', patience: 1, minChange: 0, minRelativeChange: undefined }),
  ],
  keepCheckpoints: [run.keepCheckpoints, () => ({ store: memoryStore().store, every: 1, best: undefined })],
  'prior.sample': [(options) => conditional().sample([3, 2], random, options), () => ({ condition: condition() })],
  'prior.logProb': [(options) => conditional().logProb(tf.ones([3, 2]), options), () => ({ condition: condition() })],
  'encoder.encode': [(options) => encoder().encode(x(), options), () => ({ training: false, random })],
  'encoder.draw': [(options) => encoder().draw(x(), random, options), () => ({ samples: 2, training: false })],
  'decoder.mean': [(options) => decoder().mean(tf.ones([3, 2]), options), () => ({ training: false, random })],
  'generator.draw': [(options) => generator().draw(3, random, options), () => ({ training: false, random })],
  'denoiser.predict': [(options) => denoiser(labelled()).predict(x(), tf.tensor1d([0, 1, 2], 'int32'), options), () => ({ condition: condition() })], // prettier-ignore
  'denoiser.estimate': [(options) => denoiser(labelled()).estimate(x(), tf.tensor1d([0, 1, 2], 'int32'), options), () => ({ condition: condition() })], // prettier-ignore
  'network.apply': [(options) => labelled().apply(x(), options), () => ({ condition: condition() })],
};

/** Values of the wrong kind for almost everything. */
const wrongs: readonly unknown[] = [null, 'text', '3', true, NaN, -1.5, [], [null], {}, () => undefined, [0, 1]];

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Whether an error is one clear sentence: function: `argument` rule; got value. */
const isClear = (error: unknown): boolean =>
  error === undefined || (error instanceof Error && /^[\w.]+: `[^`]+` [^;]+; got [^\n]+\.$/.test(error.message));
const show = (value: unknown): string =>
  typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));

describe.each(Object.entries(calls))('%s', (_, [call, make]) => {
  test('accepts the options of this table', async () => {
    expect(await errorOf(() => call(make() as never))).toBeUndefined();
  });

  test('answers null and other options, and an option that is null or of another kind, with one clear sentence', async () => {
    const raw: string[] = [];
    for (const options of [null, 3, 'text', () => undefined]) {
      const error = await errorOf(() => call(options as never));
      if (!isClear(error)) raw.push(`${show(options)}: ${String(error)}`);
    }
    for (const name of Object.keys(make()))
      for (const wrong of wrongs) {
        const error = await errorOf(() => call({ ...make(), [name]: wrong } as never));
        if (!isClear(error)) raw.push(`${name}: ${show(wrong)}: ${String(error).slice(0, 200)}`);
      }
    expect(raw).toEqual([]);
  });
});
