import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createRandom,
  createVaeTrainer,
  gaussian,
  layerNorm,
  mlp,
  reshape,
  sequential,
  train,
  type Likelihood,
  type Network,
  type RandomStream,
} from '../../src/index.js';
import {
  codeUsage,
  createCodebook,
  createQuantizedEncoder,
  finiteScalarQuantizer,
  type CodebookOptions,
  type Quantizer,
} from '../../src/tokens/index.js';
import { smallSets, type SmallSetName } from '../support/small-sets.js';

/** A run of a VAE whose latents are codes. */
export interface CodeRun {
  readonly name: string;
  readonly set: SmallSetName;
  readonly likelihood?: Likelihood;
  readonly places: number;
  readonly quantizer: (random: RandomStream) => Quantizer;
  /** What the vectors are multiplied by before they are quantised; 1 by default. */
  readonly scale?: number;
  readonly hasNorm?: boolean;
  readonly learningRate?: number;
  readonly steps?: number;
}

/** What a run was seen to do. */
export interface CodeCourse {
  readonly reports: readonly { readonly step: number; readonly kinds: readonly string[] }[];
  /** The codes in all data after the training: their perplexity relative to their number, and the largest share of one. */
  readonly perplexity: number;
  readonly most: number;
  /** Nats per example at the end. */
  readonly elbo: number;
}

const ROWS = 2000;

/** Trains to the end. */
export async function trainCodes(run: CodeRun, seed: number): Promise<CodeCourse> {
  const random = createRandom(seed);
  const { places, likelihood = bernoulli, scale = 1, learningRate = 2e-3, steps = 600 } = run;
  const x = tf.tidy(() => {
    const drawn = smallSets[run.set](random.fork('data'), ROWS).x;
    return drawn.rank === 2 ? tf.clone(drawn) : tf.reshape(tf.mul(0.5, tf.add(1, drawn)), [ROWS, -1]);
  });
  const pixels = x.shape[1]!;
  const quantizer = run.quantizer(random.fork('quantizer'));
  const { size, codes } = quantizer;
  const layers: Network[] = [
    mlp({ sizes: [pixels, 64, places * size], random: random.fork('encoder') }),
    reshape({ shape: [places, size] }),
  ];
  const body = sequential(run.hasNorm === true ? [...layers, layerNorm({ inputs: size })] : layers);
  const network: Network = {
    ...body,
    apply: (data, options) => tf.tidy(() => tf.mul(scale, body.apply(data, options))),
  };
  const encoder = createQuantizedEncoder(network, { quantizer });
  const back = mlp({ sizes: [places * size, 64, pixels * likelihood.parameterSize], random: random.fork('decoder') });
  const decoder = createDecoder(back, { likelihood });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate }), random });
  const reports: { step: number; kinds: string[] }[] = [];
  let elbo = NaN;
  const data = batches(x, { batchSize: 64, random });
  for await (const { step, metrics, standing = [] } of train(trainer, data, {
    steps,
    reportEvery: 50,
    yieldEvery: 50,
  })) {
    reports.push({ step, kinds: standing.map(({ kind }) => kind) });
    elbo = metrics.elbo;
  }
  const indices = encoder.indices(x);
  const { perplexity, counts } = await codeUsage(indices, { codes });
  const most = Math.max(...counts) / indices.size;
  trainer.dispose();
  tf.dispose([x, indices]);
  tf.disposeVariables();
  return { reports, perplexity: perplexity / codes, most, elbo };
}

const levels =
  (...all: number[]) =>
  (): Quantizer =>
    finiteScalarQuantizer({ levels: all });
const book =
  (options: Omit<CodebookOptions, 'random'>, shift = 0) =>
  (random: RandomStream): Quantizer => {
    const quantizer = createCodebook({ ...options, random });
    const codes = quantizer.buffers![0]!;
    tf.tidy(() => codes.assign(tf.add(codes, shift)));
    return quantizer;
  };

/** Runs whose codes are in use, as far as the data need them. */
export const healthyCodes: readonly CodeRun[] = [
  { name: 'bars, levels 4 x 4', set: 'bars', places: 4, quantizer: levels(4, 4) },
  { name: 'spots, levels 8, 5, 5, 5', set: 'spots', places: 2, quantizer: levels(8, 5, 5, 5) },
  { name: 'bars, levels 2, 2, 2', set: 'bars', places: 4, quantizer: levels(2, 2, 2) },
  {
    name: 'ring, levels 8, 8',
    set: 'ring',
    places: 1,
    likelihood: gaussian({ variance: 0.05 }),
    quantizer: levels(8, 8),
  },
  { name: 'bars, 16 codes', set: 'bars', places: 4, quantizer: book({ codes: 16, size: 4 }) },
  { name: 'spots, 64 codes', set: 'spots', places: 4, quantizer: book({ codes: 64, size: 8 }) },
  {
    name: 'spots, 256 codes, with a norm',
    set: 'spots',
    places: 4,
    hasNorm: true,
    quantizer: book({ codes: 256, size: 8 }),
  },
  {
    name: 'moons, 32 codes',
    set: 'moons',
    places: 1,
    likelihood: gaussian({ variance: 0.05 }),
    quantizer: book({ codes: 32, size: 2 }),
  },
  {
    name: 'spots, 32 codes, decay 0.8, commitment 1',
    set: 'spots',
    places: 2,
    quantizer: book({ codes: 32, size: 4, decay: 0.8, commitment: 1 }),
  },
  {
    name: 'ring, 64 codes, started far away',
    set: 'ring',
    places: 2,
    likelihood: gaussian({ variance: 0.05 }),
    quantizer: book({ codes: 64, size: 4 }, 30),
  },
];

/** Runs whose codes collapse. */
export const brokenCodes: readonly CodeRun[] = [
  { name: 'a rate of 1e-1', set: 'spots', places: 4, learningRate: 1e-1, quantizer: book({ codes: 64, size: 8 }) },
  {
    name: 'commitment 0, without restarts',
    set: 'spots',
    places: 4,
    quantizer: book({ codes: 128, size: 8, commitment: 0, restartBelow: 0 }),
  },
  {
    name: 'codes started at 100, without restarts',
    set: 'spots',
    places: 4,
    quantizer: book({ codes: 64, size: 8, restartBelow: 0 }, 100),
  },
  { name: 'a constant encoder', set: 'spots', places: 4, scale: 0, quantizer: book({ codes: 64, size: 8 }) },
  {
    name: '512 codes without restarts',
    set: 'spots',
    places: 4,
    quantizer: book({ codes: 512, size: 8, restartBelow: 0 }),
  },
  {
    name: 'vectors of 1e-3, without restarts',
    set: 'bars',
    places: 4,
    scale: 1e-3,
    quantizer: book({ codes: 64, size: 4, restartBelow: 0 }),
  },
  { name: 'levels, a constant encoder', set: 'bars', places: 4, scale: 0, quantizer: levels(4, 4) },
  {
    name: 'vectors of 1e-2 among 256 codes, without restarts',
    set: 'spots',
    places: 2,
    scale: 1e-2,
    quantizer: book({ codes: 256, size: 4, restartBelow: 0 }),
  },
];
