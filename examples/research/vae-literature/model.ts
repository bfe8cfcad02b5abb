import * as tf from '@tensorflow/tfjs';
import {
  batches,
  bernoulli,
  concatLatents,
  cosineDecay,
  countParameters,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createHierarchicalEncoder,
  createHierarchicalPrior,
  createMixturePrior,
  createVaeTrainer,
  createVampPrior,
  dense,
  elboObjective,
  linearRamp,
  sequential,
  type BatchSource,
  type Decoder,
  type GaussianEncoder,
  type LatentEncoder,
  type LatentPrior,
  type MixtureDensity,
  type Network,
  type Part,
  type RandomStream,
  type Trainer,
  type VaeMetric,
} from 'tfjs-generative';
import { binaryPixels } from '../../shared/flat-images.js';
import type { LiteratureData } from './data.js';
import { cutOff, gatedConvDecoder, gatedConvEncoder, gatedDense, gatedMlp, ofBlocks, withinRange } from './networks.js';

/** The rows of the table. */
export const ROWS = ['standard', 'mixture', 'vamp', 'two-levels', 'conv'] as const;
export type Row = (typeof ROWS)[number];

const PIXELS = 784;
const LATENT_SIZE = 40;
const WIDTH = 300;
/** Gaussians of a mixture, and inputs of a VampPrior. */
const COMPONENTS = 500;
export const BATCH_SIZE = 100;
/** The share of the updates over which the KL term gains its weight. */
export const WARM_UP = 1 / 10;

/** What {@link createModel} takes. */
export interface ModelOptions {
  readonly row: Row;
  /** Whether the top of two levels, or of the convolutional model, has a mixture as its prior. */
  readonly mixture: boolean;
  readonly train: LiteratureData['train'];
  /** Updates in the whole run, over which the learning rate decays from `rate` to 0. */
  readonly steps: number;
  readonly rate: number;
  readonly random: RandomStream;
}

/** The parts of a VAE. */
export interface Slots {
  readonly encoder: LatentEncoder;
  readonly decoder: Decoder;
  readonly prior?: LatentPrior | undefined;
}

/** A model and its trainer. */
export interface Model extends Slots {
  readonly trainer: Trainer<VaeMetric>;
  readonly parameters: number;
  /** Called when the KL term has its full weight: `conv` moves its mixture to the latents. */
  afterWarmUp(): void;
  dispose(): void;
}

/** The model of a row. */
export function createModel({ steps, rate, random, ...options }: ModelOptions): Model {
  const { row, mixture, train } = options;
  const slots = slotsOf({ ...options, random });
  const trainer = createVaeTrainer({
    ...slots,
    optimizer: createAdam({ learningRate: cosineDecay({ from: rate, to: 0, steps }) }),
    objective: elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: Math.ceil(WARM_UP * steps) }) }),
    random,
  });
  const { encoder, decoder, prior } = slots;
  const parts = [
    encoder,
    decoder,
    ...(prior !== undefined && 'variables' in prior ? [prior as LatentPrior & Part] : []),
  ];
  return {
    ...slots,
    trainer,
    parameters: countParameters(...parts),
    afterWarmUp: () => {
      if (row === 'conv' && mixture) moveToLatents(prior as MixtureDensity & Part, encoder as GaussianEncoder, train);
    },
    dispose: () => [trainer, ...parts].forEach((owner) => owner.dispose()),
  };
}

/** Batches of grey images, whose pixels are drawn again for each batch. */
export function createSource({ train }: LiteratureData, random: RandomStream): BatchSource<tf.Tensor> {
  return batches(train, { batchSize: BATCH_SIZE, random, transform: binaryPixels });
}

function slotsOf({ row, mixture, train, random }: Omit<ModelOptions, 'steps' | 'rate'>): Slots {
  const own = (name: string): RandomStream => random.fork(name);
  const mixtureOf = (latentSize: number): LatentPrior =>
    createMixturePrior({ components: COMPONENTS, latentSize, random: own('prior') });
  if (row === 'two-levels') return twoLevels(own, mixture ? mixtureOf(LATENT_SIZE) : undefined);
  const [encode, decode] =
    row === 'conv'
      ? [gatedConvEncoder(2 * LATENT_SIZE, own('encoder')), gatedConvDecoder(LATENT_SIZE, own('decoder'))]
      : [
          gatedMlp([PIXELS, WIDTH, WIDTH, 2 * LATENT_SIZE], own('encoder')),
          gatedMlp([LATENT_SIZE, WIDTH, WIDTH, PIXELS], own('decoder')),
        ];
  const encoder = createGaussianEncoder(withinRange(encode), { latentSize: LATENT_SIZE });
  const decoder = createDecoder(cutOff(decode), { likelihood: bernoulli });
  if (row === 'mixture' || mixture) return { encoder, decoder, prior: mixtureOf(LATENT_SIZE) };
  if (row === 'vamp') return { encoder, decoder, prior: vampOf(encoder, train) };
  return { encoder, decoder };
}

/** A VampPrior whose inputs start at training images. */
function vampOf(encoder: GaussianEncoder, train: LiteratureData['train']): LatentPrior {
  const inputs = firstImages(train);
  const prior = createVampPrior(encoder, { inputs, range: [0, 1] });
  inputs.dispose();
  return prior;
}

/**
 * Moves the Gaussians of a mixture to the latents of as many training images, each with the width of the posterior there. While the KL
 * term has little weight, convolutions spread the latents far beyond the mixture's N(0, I), and nine in ten Gaussians stay without latents.
 */
function moveToLatents(prior: MixtureDensity & Part, encoder: GaussianEncoder, train: LiteratureData['train']): void {
  const [means, logVariances, logits] = prior.variables as [tf.Variable, tf.Variable, tf.Variable];
  tf.tidy(() => {
    const latents = encoder.encode(firstImages(train)).mean;
    const places = Array.from({ length: COMPONENTS }, (_, i) => i % latents.shape[0]);
    const moved = tf.gather(latents, tf.tensor1d(places, 'int32'));
    const variances = tf.matMul(prior.responsibilities(moved), tf.exp(logVariances));
    means.assign(moved);
    logVariances.assign(tf.log(variances));
    logits.assign(tf.zerosLike(logits));
  });
}

/** The first training images, one for each component if there are as many; the caller disposes them. */
function firstImages({ data, shape: [count, pixels] }: LiteratureData['train']): tf.Tensor {
  const rows = Math.min(COMPONENTS, count);
  return tf.tidy(() => tf.div(tf.tensor2d(Float32Array.from(data.subarray(0, rows * pixels)), [rows, pixels]), 255));
}

/** The two levels of the literature; each block has 40 numbers, and the lower one depends on the upper one. */
function twoLevels(own: (name: string) => RandomStream, top: LatentPrior | undefined): Slots {
  const latentSizes = [LATENT_SIZE, LATENT_SIZE];
  const joined = (name: string, first: Network, inputs: number, outputs: number, join: typeof concatLatents): Network =>
    sequential([
      join(first, gatedDense(inputs, WIDTH, own(`${name} above`))),
      gatedDense(2 * WIDTH, WIDTH, own(`${name} both`)),
      dense({ inputs: WIDTH, units: outputs, random: own(`${name} last`) }),
    ]);
  const upper = gatedMlp([PIXELS, WIDTH, WIDTH, 2 * LATENT_SIZE], own('encoder'));
  const data = gatedDense(PIXELS, WIDTH, own('lower data'));
  const lower = joined('lower', data, LATENT_SIZE, 2 * LATENT_SIZE, concatLatents);
  const below = gatedMlp([LATENT_SIZE, WIDTH, WIDTH, 2 * LATENT_SIZE], own('prior below'));
  const first = gatedDense(LATENT_SIZE, WIDTH, own('decoder first'));
  const decode = joined('decoder', first, LATENT_SIZE, PIXELS, (a, b) => ofBlocks([LATENT_SIZE, LATENT_SIZE], a, b));
  return {
    encoder: createHierarchicalEncoder([upper, lower].map(withinRange), { latentSizes }),
    decoder: createDecoder(cutOff(decode), { likelihood: bernoulli }),
    prior: createHierarchicalPrior([withinRange(below)], { latentSizes, top }),
  };
}
