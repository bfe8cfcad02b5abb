import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createFlowPrior,
  createGaussianEncoder,
  createMixturePrior,
  createPriorTrainer,
  createRandom,
  createVaeTrainer,
  createVampPrior,
  elboObjective,
  gaussian,
  learnedGaussian,
  linearRamp,
  mlp,
  train,
  type GaussianEncoder,
  type LatentDensity,
  type Likelihood,
  type Part,
  type RandomStream,
  type Schedule,
  type Trainer,
} from '../../src/index.js';
import { smallSets, type SmallSetName } from '../support/small-sets.js';

type AnyPrior = LatentDensity & Part;

type MakePrior = (given: {
  readonly latentSize: number;
  readonly random: RandomStream;
  readonly encoder: GaussianEncoder;
  readonly x: tf.Tensor;
}) => AnyPrior;

/** A run of a VAE under a prior, or of a prior in a second stage. */
export interface PriorRun {
  readonly name: string;
  readonly set: SmallSetName;
  readonly likelihood: Likelihood;
  readonly latentSize: number;
  readonly prior?: MakePrior;
  /** Whether the prior is trained after the VAE. */
  readonly isSecondStage?: boolean;
  readonly beta?: number | Schedule;
  readonly steps?: number;
  readonly learningRate?: number;
  /** Of a second stage. */
  readonly priorRate?: number;
  readonly batchSize?: number;
}

/** A run that fails, and the verdict that it must get. */
export interface BrokenPrior extends PriorRun {
  readonly deserves: 'prior does not fit' | 'unused components';
}

/** What a run was seen to do. */
export interface PriorCourse {
  readonly reports: readonly { readonly step: number; readonly kinds: readonly string[] }[];
  /** The share of components that have less than a tenth of an equal share of all latents; 0 for a prior without. */
  readonly unused: number;
  /** How far pictures decoded from the prior's draws are from those decoded from latents: the energy distance, over their spread. */
  readonly distance: number;
}

const ROWS = 2000;
const WIDTH = 48;

/** Trains to the end. */
export async function trainPrior(run: PriorRun, seed: number): Promise<PriorCourse> {
  const random = createRandom(seed);
  const { set, likelihood, latentSize, beta = 1, steps = 600, learningRate = 2e-3, priorRate = 1e-2 } = run;
  const x = tf.tidy(() => {
    const drawn = smallSets[set](random.fork('data'), ROWS).x;
    if (drawn.rank === 2) return tf.clone(drawn);
    return tf.reshape(tf.mul(0.5, tf.add(1, drawn)), [ROWS, -1]);
  });
  const pixels = x.shape[1]!;
  const encode = mlp({ sizes: [pixels, WIDTH, 2 * latentSize], random: random.fork('encoder') });
  const decode = mlp({
    sizes: [latentSize, WIDTH, pixels * likelihood.parameterSize],
    random: random.fork('decoder'),
  });
  const encoder = createGaussianEncoder(encode, { latentSize });
  const decoder = createDecoder(decode, { likelihood });
  const objective = beta === 1 ? undefined : elboObjective({ beta });
  const given = { latentSize, random: random.fork('prior'), encoder, x };
  const first = run.isSecondStage === true ? undefined : run.prior?.(given);
  const vae = createVaeTrainer({
    encoder,
    decoder,
    prior: first,
    objective,
    optimizer: createAdam({ learningRate }),
    random,
  });
  const source = () => batches(x, { batchSize: run.batchSize ?? 64, random });
  let course = await follow(vae, source(), steps);
  let prior = first;
  if (run.isSecondStage === true) {
    prior = run.prior!(given);
    const optimizer = createAdam({ learningRate: priorRate });
    course = await follow(createPriorTrainer({ prior, encoder, optimizer, random }), source(), steps);
  }
  const { z, draws, shares } = tf.tidy(() => {
    const z = encoder.draw(x, random.fork('z')).z;
    const density: (AnyPrior & { responsibilities?: (z: tf.Tensor) => tf.Tensor }) | undefined = prior;
    return {
      z: decoder.mean(tf.slice(z, 0, 500)),
      draws: decoder.mean(prior?.sample([500, latentSize], random.fork('p')) ?? random.normal([500, latentSize])),
      shares: density?.responsibilities ? tf.mean(density.responsibilities(z), 0) : tf.tensor1d([1]),
    };
  });
  const shareOf = await shares.data();
  const unused = Array.from(shareOf).filter((share) => share < 0.1 / shareOf.length).length / shareOf.length;
  const distance = await energy(z, draws);
  tf.dispose([x, z, draws, shares]);
  tf.disposeVariables();
  return { ...course, unused, distance };
}

async function follow(trainer: Trainer<string>, source: ReturnType<typeof batches>, steps: number) {
  const reports: { step: number; kinds: string[] }[] = [];
  for await (const { step, standing = [] } of train(trainer, source, { steps, reportEvery: 50, yieldEvery: 50 }))
    reports.push({ step, kinds: standing.map(({ kind }) => kind) });
  trainer.dispose();
  return { reports };
}

/** (E |a - b| - 1/2 E |a - a'| - 1/2 E |b - b'|) / E |a - a'|. */
async function energy(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  const result = tf.tidy(() => {
    const flat = (t: tf.Tensor): tf.Tensor => tf.reshape(t, [t.shape[0], -1]);
    const apart = (p: tf.Tensor, q: tf.Tensor): tf.Tensor => {
      const squares = (t: tf.Tensor): tf.Tensor => tf.sum(tf.square(t), 1);
      const products = tf.matMul(p, q, false, true);
      const all = tf.sub(tf.add(tf.expandDims(squares(p), 1), squares(q)), tf.mul(2, products));
      return tf.mean(tf.sqrt(tf.maximum(all, 0)));
    };
    const [p, q] = [flat(a), flat(b)];
    const within = apart(p, p);
    return tf.div(tf.sub(apart(p, q), tf.mul(0.5, tf.add(within, apart(q, q)))), within);
  });
  const [value] = await result.data();
  result.dispose();
  return value!;
}

const mixture =
  (components: number): MakePrior =>
  ({ latentSize, random }) =>
    createMixturePrior({ components, latentSize, random });
/** A mixture whose means are at latents of data. */
const atLatents =
  (components: number): MakePrior =>
  ({ latentSize, random, encoder, x }) =>
    tf.tidy(() => {
      const { mean } = encoder.encode(tf.slice(x, 0, components));
      return createMixturePrior({ components, latentSize, random, means: mean }) as never;
    });
const vamp =
  (inputs: number): MakePrior =>
  ({ encoder, x }) =>
    tf.tidy(() => createVampPrior(encoder, { inputs: tf.slice(x, 0, inputs) }) as never);
const flow: MakePrior = ({ latentSize, random }) => createFlowPrior({ latentSize, layers: 4, width: 32, random });

/** Runs whose prior is in use, and fits as well as one can expect. */
export const healthyPriors: readonly PriorRun[] = [
  { name: 'spots, standard', set: 'spots', likelihood: bernoulli, latentSize: 4 },
  { name: 'bars, standard, beta of 4', set: 'bars', likelihood: bernoulli, latentSize: 4, beta: 4 },
  {
    name: 'bars, standard, a warm-up of 2,000 updates',
    set: 'bars',
    likelihood: bernoulli,
    latentSize: 4,
    beta: linearRamp({ from: 0, to: 1, steps: 2000 }),
    steps: 2500,
  },
  {
    name: 'spots, mixture of 60, 8 latents, a warm-up of 600 updates',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 8,
    beta: linearRamp({ from: 0, to: 1, steps: 600 }),
    prior: mixture(60),
    steps: 1000,
  },
  {
    name: 'bars, standard, a weight of 1 - exp(-t/300)',
    set: 'bars',
    likelihood: bernoulli,
    latentSize: 4,
    beta: (step) => 1 - Math.exp(-step / 300),
    steps: 2000,
  },
  {
    name: 'spots, standard, a logistic weight',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 4,
    beta: (step) => 1 / (1 + Math.exp((1000 - step) / 150)),
    steps: 2200,
  },
  { name: 'spots, mixture of 10', set: 'spots', likelihood: bernoulli, latentSize: 4, prior: mixture(10) },
  { name: 'spots, mixture of 60, 8 latents', set: 'spots', likelihood: bernoulli, latentSize: 8, prior: mixture(60) },
  { name: 'bars, mixture of 100', set: 'bars', likelihood: bernoulli, latentSize: 4, prior: mixture(100) },
  {
    name: 'moons, mixture of 20, learned Gaussian',
    set: 'moons',
    likelihood: learnedGaussian(),
    latentSize: 2,
    prior: mixture(20),
    steps: 1000,
  },
  { name: 'ring, Vamp of 20', set: 'ring', likelihood: gaussian({ variance: 0.1 }), latentSize: 2, prior: vamp(20) },
  { name: 'spots, Vamp of 40', set: 'spots', likelihood: bernoulli, latentSize: 4, prior: vamp(40) },
  { name: 'spots, flow', set: 'spots', likelihood: bernoulli, latentSize: 4, prior: flow },
  {
    name: 'spots, a second stage of 32, from latents',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 4,
    prior: atLatents(32),
    isSecondStage: true,
  },
  {
    name: 'bars, a second stage of 100',
    set: 'bars',
    likelihood: gaussian({ variance: 0.05 }),
    latentSize: 4,
    prior: mixture(100),
    isSecondStage: true,
  },
  {
    name: 'ring, a second stage of flow, batches of 16',
    set: 'ring',
    likelihood: gaussian({ variance: 0.02 }),
    latentSize: 2,
    prior: flow,
    isSecondStage: true,
    batchSize: 16,
    priorRate: 3e-3,
  },
];

/** Runs that go wrong. */
export const brokenPriors: readonly BrokenPrior[] = [
  {
    name: 'spots, mixture of 30, means far apart',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 8,
    prior: ({ latentSize, random }) =>
      tf.tidy(
        () =>
          createMixturePrior({
            components: 30,
            latentSize,
            random,
            means: tf.mul(30, random.normal([30, latentSize])),
          }) as never,
      ),
    deserves: 'unused components',
  },
  {
    name: 'bars, mixture of 50, weights of one',
    set: 'bars',
    likelihood: bernoulli,
    latentSize: 4,
    prior: ({ latentSize, random }) =>
      createMixturePrior({ components: 50, latentSize, random, weights: [1, ...new Array<number>(49).fill(1e-8)] }),
    deserves: 'unused components',
  },
  {
    name: 'spots, a second stage of 40, all but one narrow and elsewhere',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 4,
    isSecondStage: true,
    prior: ({ latentSize, random }) =>
      createMixturePrior({
        components: 40,
        latentSize,
        random,
        means: Array.from({ length: 40 }, (_, k) => new Array<number>(latentSize).fill(k === 0 ? 0 : 6)),
        logVariances: Array.from({ length: 40 }, (_, k) => new Array<number>(latentSize).fill(k === 0 ? 1 : -6)),
      }),
    deserves: 'unused components',
  },
  {
    name: 'ring, Vamp of 20 inputs, all but one far away',
    set: 'ring',
    likelihood: gaussian({ variance: 0.1 }),
    latentSize: 2,
    prior: ({ encoder, x }) =>
      tf.tidy(
        () =>
          createVampPrior(encoder, {
            inputs: tf.concat([tf.slice(x, 0, 1), tf.fill([19, x.shape[1]!], 300)]),
          }) as never,
      ),
    deserves: 'unused components',
  },
  {
    name: 'spots, standard, beta of 0.001',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 4,
    beta: 0.001,
    deserves: 'prior does not fit',
  },
  {
    name: 'spots, standard, a warm-up to 0.001 only',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 4,
    beta: linearRamp({ from: 0, to: 0.001, steps: 300 }),
    steps: 1500,
    deserves: 'prior does not fit',
  },
  {
    name: 'spots, standard, a weight of 0.001 (1 - exp(-t/300))',
    set: 'spots',
    likelihood: bernoulli,
    latentSize: 4,
    beta: (step) => 0.001 * (1 - Math.exp(-step / 300)),
    steps: 2000,
    deserves: 'prior does not fit',
  },
  {
    name: 'bars, standard, learned Gaussian',
    set: 'bars',
    likelihood: learnedGaussian({ minLogVariance: -6 }),
    latentSize: 4,
    deserves: 'prior does not fit',
  },
  {
    name: 'bars, mixture of 10, beta of 0, fast',
    set: 'bars',
    likelihood: bernoulli,
    latentSize: 8,
    beta: 0,
    learningRate: 5e-3,
    prior: mixture(10),
    deserves: 'prior does not fit',
  },
  {
    name: 'spots, a second stage that hardly learns',
    set: 'spots',
    likelihood: gaussian({ variance: 0.005 }),
    latentSize: 6,
    beta: 0.01,
    prior: mixture(20),
    isSecondStage: true,
    priorRate: 1e-5,
    deserves: 'prior does not fit',
  },
];
