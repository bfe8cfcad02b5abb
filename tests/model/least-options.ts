import * as tf from '@tensorflow/tfjs-core';
import * as g from '../../src/index.js';
import { reduceOnPlateau } from '../../src/run/index.js';

/** A function of the library whose name and options are noted on what it makes. */
export interface Noted {
  /** Makes it with the fewest options, and perhaps a misspelt one more. */
  readonly make: (more?: object) => object;
  /** Options that are not noted, because they say only with which numbers the variables begin. */
  readonly initial?: readonly string[];
  /** Noted in place of them. */
  readonly instead?: readonly string[];
}

const random = g.createRandom(1);
const noted = <O extends object>(make: (options: O) => object, options: O, rest: Omit<Noted, 'make'> = {}): Noted => ({
  make: (more) => make({ ...options, ...more }),
  ...rest,
});
/** A function without options. */
const bare = (make: () => object): Noted => ({ make });

const layer = (units = 2) => g.dense({ inputs: 2, units, random });
const above = (units = 1) => g.dense({ inputs: 1, units, random: random.fork('above') });
const labels = (size: number) => g.embedding({ classes: 2, size, random });
const encoder = () => g.createGaussianEncoder(layer(), { latentSize: 1 });
const denoiser = () =>
  g.createDenoiser(layer(), { schedule: g.linearSchedule({ steps: 3 }), predicts: g.predictVelocity });
const shape = [8, 8, 1] as const;

/** What a model file can hold, by the name of the function that makes it. */
export const inFiles: Readonly<Record<string, Noted>> = {
  attention: noted(g.attention, { inputs: 2, random }),
  conv2d: noted(g.conv2d, { inputs: 1, filters: 1, kernelSize: 1, random }),
  conv2dTranspose: noted(g.conv2dTranspose, { inputs: 1, filters: 1, kernelSize: 1, random }),
  convDecoder: noted(g.convDecoder, { inputs: 2, shape, widths: [2], random }),
  convEncoder: noted(g.convEncoder, { shape, widths: [2], outputs: 2, random }),
  dcganDiscriminator: noted(g.dcganDiscriminator, { shape, random }),
  dcganGenerator: noted(g.dcganGenerator, { latentSize: 2, shape, random }),
  denoisingMlp: noted(g.denoisingMlp, { size: 2, random }),
  dense: noted(g.dense, { inputs: 2, units: 2, random }),
  embedding: noted(g.embedding, { classes: 2, size: 2, random }),
  mlp: noted(g.mlp, { sizes: [2, 2, 2], random }),
  residualBlock: noted(g.residualBlock, { inputs: 8, filters: 8, random }),
  unet: noted(g.unet, { channels: 1, random }),
  batchNorm: noted(g.batchNorm, { inputs: 2 }),
  dropout: noted(g.dropout, { rate: 0.5 }),
  gaussianNoise: noted(g.gaussianNoise, { standardDeviation: 1 }),
  groupNorm: noted(g.groupNorm, { inputs: 16 }),
  layerNorm: noted(g.layerNorm, { inputs: 2 }),
  minibatchStddev: noted(g.minibatchStddev, {}),
  reshape: noted(g.reshape, { shape: [2] }),
  timeEmbedding: noted(g.timeEmbedding, { size: 2 }),
  upsample: noted(g.upsample, {}),
  flatten: bare(() => g.flatten()),
  glu: bare(() => g.glu()),
  patchwise: noted((options: object) => g.patchwise(layer(), options), {}),
  spectralNorm: noted((options: object) => g.spectralNorm(layer(), options), {}),
  concatLatents: bare(() => g.concatLatents(layer(), above())),
  residual: bare(() => g.residual(layer())),
  sequential: bare(() => g.sequential([layer()])),
  withCondition: bare(() => g.withCondition(layer(), labels(1))),
  withProjection: bare(() => g.withProjection(layer(1), labels(2))),
  withScaleAndShift: bare(() => g.withScaleAndShift(layer(), labels(4))),
  withTimesteps: bare(() => g.withTimesteps(layer(), { time: g.timeEmbedding({ size: 2 }) })),
  createGaussianEncoder: noted((options: { latentSize: number }) => g.createGaussianEncoder(layer(), options), {
    latentSize: 1,
  }),
  createHierarchicalEncoder: noted(
    (options: { latentSizes: number[] }) => g.createHierarchicalEncoder([layer()], options),
    { latentSizes: [1] },
  ),
  createHierarchicalPrior: noted(
    (options: g.HierarchicalPriorOptions) => g.createHierarchicalPrior([above(2)], options),
    { latentSizes: [1, 1] },
  ),
  createConditionalPrior: noted((options: { latentSize: number }) => g.createConditionalPrior(labels(2), options), {
    latentSize: 1,
  }),
  createFlowPrior: noted(g.createFlowPrior, { latentSize: 2, random }),
  createMixturePrior: noted(
    g.createMixturePrior,
    { components: 2, latentSize: 1, random },
    { initial: ['means', 'logVariances', 'weights'] },
  ),
  createVampPrior: noted(
    (options: g.VampPriorOptions) => g.createVampPrior(encoder(), options),
    { inputs: tf.zeros([2, 2]) },
    { initial: ['inputs'], instead: ['shape'] },
  ),
  createDecoder: noted((options: { likelihood: g.Likelihood }) => g.createDecoder(layer(), options), {
    likelihood: g.bernoulli,
  }),
  createGenerator: noted((options: g.LatentOptions) => g.createGenerator(layer(), options), { latentSize: 2 }),
  createDiscriminator: bare(() => g.createDiscriminator(layer(1))),
  createDenoiser: noted((options: g.DenoiserOptions) => g.createDenoiser(layer(), options), {
    schedule: g.linearSchedule({ steps: 3 }),
    predicts: g.predictVelocity,
  }),
  withClip: noted((options: g.ClipOptions) => g.withClip(denoiser(), options), { clip: [-1, 1] as const }),
};

/** What else has options that files or checkpoints hold. */
export const others: Readonly<Record<string, Noted>> = {
  gaussian: noted(g.gaussian, { variance: 1 }),
  learnedGaussian: noted(g.learnedGaussian, {}),
  discretizedLogistic: noted(g.discretizedLogistic, { levels: 2 }),
  elboObjective: noted(g.elboObjective, {}),
  importanceWeightedObjective: noted(g.importanceWeightedObjective, { samples: 2 }),
  smoothedLoss: noted(g.smoothedLoss, { realTarget: 0.9 }),
  minSnrWeighting: noted(g.minSnrWeighting, {}),
  sigmoidWeighting: noted(g.sigmoidWeighting, {}),
  linearRamp: noted(g.linearRamp, { from: 0, to: 1, steps: 2 }),
  cosineDecay: noted(g.cosineDecay, { from: 1, to: 0, steps: 2 }),
  cyclical: noted(g.cyclical, { from: 0, to: 1, steps: 2 }),
  instanceNoise: noted(g.instanceNoise, { standardDeviation: 1 }),
  randomColor: noted(g.randomColor, {}),
  randomCutout: noted(g.randomCutout, {}),
  randomTranslation: noted(g.randomTranslation, {}),
  reduceOnPlateau: noted(reduceOnPlateau, { from: 1, metric: 'elbo', goal: 'max', patience: 2 }),
};
