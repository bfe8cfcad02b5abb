import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as g from '../../src/index.js';
import * as logs from '../../src/logs/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as run from '../../src/run/index.js';
import * as checks from '../../src/testing/index.js';
import { layers } from '../nets/layers/registry.js';
import { compositions } from '../nets/networks/registry.js';
import { noteOf } from '../../src/tensor/made-by.js';
import { augmentationCases } from '../gan/augmentation-references.js';
import { memoryStore } from '../run/memory-store.js';
import { adversarialLosses } from './adversarial-losses.js';
import type { Call } from './call.js';
import { likelihoods } from './likelihoods.js';
import { noiseSchedules } from './noise-schedules.js';
import { priors } from './priors.js';
import { samplers } from './samplers.js';

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
  batchSize: 2,
  clip: [-1, 1],
  signal: new AbortController().signal,
  onStep: () => undefined,
  yieldAfter: 5,
  allowNoClass: false,
});

/** The functions that made some values, with the options in their notes: those that take options and nothing else. */
function fromNotes(values: readonly object[]): Record<string, Call> {
  const found: Record<string, Call> = {};
  for (const value of values) {
    const { kind = '', options } = noteOf(value) ?? {};
    const make = (g as Readonly<Record<string, unknown>>)[kind] as Call[0] | undefined;
    if (make === undefined || options === undefined || Object.keys(options).length === 0) continue;
    const call = [{ ...options, random }, options].find((all) => isAccepted(make, all));
    if (call !== undefined) found[kind] ??= [make, () => call];
  }
  return found;
}

function isAccepted(make: Call[0], options: object): boolean {
  try {
    make(options as never);
    return true;
  } catch {
    return false;
  }
}

/** Every public function that takes options. A part that has an entry in the list of its kind needs none here. */
export const factories = (): Readonly<Record<string, Call>> => ({
  ...fromNotes([
    ...[...layers, ...compositions].map(({ make }) => make(g.createRandom(1))),
    ...likelihoods.map(({ likelihood }) => likelihood),
    ...adversarialLosses.map(({ loss }) => loss),
    ...augmentationCases.map(({ augment }) => augment),
  ]),
  ...Object.fromEntries(priors.flatMap(({ name, call }) => (call === undefined ? [] : [[name, call]]))),
  ...Object.fromEntries(noiseSchedules.map(({ name, make }): [string, Call] => [name, [make, () => ({ steps: 10 })]])),
  ...Object.fromEntries(
    samplers.map(({ name, sample, options = () => ({}) }): [string, Call] => [
      name,
      [(all) => sample(denoiser(labelled()), all), () => ({ ...sampling(), ...options() })],
    ]),
  ),
  mlp: [g.mlp, () => ({ sizes: [2, 3], activation: g.relu, random })],
  denoisingMlp: [g.denoisingMlp, () => ({ size: 2, width: 4, classes: 2, random })], // prettier-ignore
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
  unet1d: [g.unet1d, () => ({ channels: 1, widths: [8], classes: 2, random })],
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
  withGradient: [(options) => g.withGradient(denoiser(), options), () => ({ loss: (estimate: tf.Tensor) => tf.sum(estimate, 1), scale: 2, estimateOnly: true })], // prettier-ignore
  withGuidance: [(options) => g.withGuidance(denoiser(), options), () => ({ guidance: 2, guide: denoiser() })],
  createDiffusionTrainer: [(options) => (g.createDiffusionTrainer(options) as g.Trainer).step({ x: x(), condition: condition() }), () => ({ denoiser: denoiser(labelled()), optimizer: adam(), random, average: { into: denoiser(labelled()), decay: 0.9 }, clipNorm: 1, dropCondition: 0.1, weighting: undefined, timesteps: undefined })], // prettier-ignore
  'sampleDdim, known': [(known) => g.sampleDdim(denoiser(), { shape: [3, 4], random, known }), () => ({ x: x(), mask: tf.ones([3, 4]), repeats: 1 })], // prettier-ignore
  'sampleDdim, from': [(from) => g.sampleDdim(denoiser(), { random, from }), () => ({ x: x(), timestep: 2 })],
  invertDdim: [(options) => g.invertDdim(denoiser(), x(), options), () => ({ steps: 2, iterations: 1, clip: [-1, 1] })],
  logDensity: [(options) => g.logDensity(denoiser(), x(), options), () => ({ random, steps: 2, probes: 1, exact: false, dequantize: 'none', levels: 3, range: [-1, 1], clip: [-1, 1], yieldAfter: 3 })], // prettier-ignore
  variationalBound: [(options) => g.variationalBound(denoiser(), x(), options), () => ({ random, calls: 2, levels: 3, range: [-1, 1], clip: [-1, 1], yieldAfter: 3 })], // prettier-ignore
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
  imageGrid: [(options) => g.imageGrid(images(), options), () => ({ columns: 1, gap: 0, background: 0 })],
  alarmThreshold: [(options) => metrics.alarmThreshold([1, 2, 3], options), () => ({ falseAlarms: 0.5 })],
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
  withPicture: [(options) => g.withPicture(network(4, 4), options), () => ({ channels: 2, name: 'more' })],
  withNamedCondition: [(options) => g.withNamedCondition(network(4, 4), options), () => ({ name: 'kind' })],
  patchwise: [(options) => g.patchwise(network(4, 4), options), () => ({ size: 2 })],
  sigmoidWeighting: [g.sigmoidWeighting, () => ({ bias: 1 })],
  gradientPenalty: [(options) => g.gradientPenalty(discriminator(), x(), x(), options), () => ({ mix: random, target: 1 })], // prettier-ignore
  reduceOnPlateau: [run.reduceOnPlateau, () => ({ metric: 'elbo', goal: 'max', patience: 1, from: 1, factor: 0.5, least: 0.1, cooldown: 1 })], // prettier-ignore
  decayOverTime: [run.decayOverTime, () => ({ minutes: 1, now: () => 0, from: 1, to: 0.5, warmUp: 2 })],
  stopAfter: [run.stopAfter, () => ({ minutes: 1, now: () => 0 })],
  accumulateGradients: [(options) => run.accumulateGradients(adam(), options), () => ({ batches: 2, clipNorm: 1 })],
  createPace: [run.createPace, () => ({ total: 3 })],
  createLog: [logs.createLog, () => ({ writers: [() => 0] })],
  csvWriter: [(options) => logs.csvWriter(logs.memoryFile(), options), () => ({ columns: ['loss'] })],
  saveWeights: [(options) => g.saveWeights(network(2, 2), options), () => ({ dtype: 'F16' })],
  precisionRecall: [(options) => metrics.precisionRecall(x(), x(), options), () => ({ neighbours: 1, seed: 1 })],
  densityCoverage: [(options) => metrics.densityCoverage(x(), x(), options), () => ({ neighbours: 1, seed: 1 })],
  checkNetwork: [(options) => checks.checkNetwork(network(4, 4), options), () => ({ input: x(), output: [3, 4] })],
  checkLikelihood: [(options) => checks.checkLikelihood(g.bernoulli, options), () => ({ x: tf.ones([1, 1]), parameters: tf.zeros([1, 1]), random })], // prettier-ignore
  checkClose: [(options) => checks.checkClose(x(), x(), options), () => ({ relative: 1e-3, absolute: 1e-3 })],
});
