import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  bernoulli,
  continuousBernoulli,
  convDecoder,
  convEncoder,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  cyclical,
  discretizedLogistic,
  elboObjective,
  elu,
  flatten,
  gaussian,
  importanceWeightedObjective,
  learnedGaussian,
  linearRamp,
  mlp,
  reshape,
  sequential,
  train,
  type Activation,
  type Likelihood,
  type Network,
  type Report,
  type VaeObjective,
} from '../../src/index.js';
import { squashed, withoutInput } from '../support/broken-networks.js';
import { smallSets, type SmallSetName } from '../support/small-sets.js';

/** A run of a VAE that is healthy or broken. */
export interface VaeRun {
  readonly name: string;
  readonly set: SmallSetName;
  readonly likelihood: Likelihood;
  readonly objective?: VaeObjective;
  readonly steps: number;
  readonly width?: number;
  readonly depth?: number;
  /** No hidden layer in either network. */
  readonly isLinear?: boolean;
  readonly isConvolutional?: boolean;
  readonly activation?: Activation;
  readonly latentSize?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  /** Images are brought from [-1, 1] into [0, 1], and then multiplied; 1 by default. */
  readonly brightness?: number;
  readonly change?: (decoder: Network) => Network;
  /** A verdict that is true of a run that is healthy otherwise. */
  readonly alsoDeserves?: string;
  /** Is shown each report. */
  readonly watch?: (report: Report) => void;
}

/** A run that fails, and the verdict that it must get. */
export interface BrokenVae extends VaeRun {
  readonly deserves: string;
}

/** What a run was seen to do. */
export interface VaeCourse {
  readonly reports: readonly { readonly step: number; readonly kinds: readonly string[] }[];
  /** The mean square error of reconstructions as a share of the data's variance: 1 for the best constant. */
  readonly unexplained: number;
}

function networks(run: VaeRun, shape: readonly number[], random: ReturnType<typeof createRandom>) {
  const { width = 48, depth = 1, latentSize = 4, activation, likelihood, isLinear = false } = run;
  const size = shape.reduce((product, n) => product * n, 1);
  const end = [...shape.slice(0, -1), shape.at(-1)! * likelihood.parameterSize];
  const [seen, made] = [random.fork('encoder'), random.fork('decoder')];
  if (run.isConvolutional) {
    const image = shape as [number, number, number];
    return [
      convEncoder({ shape: image, widths: [8, 16], outputs: 2 * latentSize, activation, random: seen }),
      convDecoder({ inputs: latentSize, shape: end as typeof image, widths: [16, 8], activation, random: made }),
    ] as const;
  }
  const hidden = isLinear ? [] : Array.from({ length: depth }, () => width);
  const encoder = mlp({ sizes: [size, ...hidden, 2 * latentSize], activation, random: seen });
  const decoder = mlp({ sizes: [latentSize, ...hidden, size * likelihood.parameterSize], activation, random: made });
  if (shape.length === 1) return [encoder, decoder] as const;
  return [sequential([flatten(), encoder]), sequential([decoder, reshape({ shape: end })])] as const;
}

/** Trains to the end; the reports, and how much of the data reconstructions leave unexplained. */
export async function trainVae(run: VaeRun, seed: number): Promise<VaeCourse> {
  const random = createRandom(seed);
  const { latentSize = 4, likelihood, steps, learningRate = 1e-3, batchSize = 64, brightness = 1 } = run;
  const x = tf.tidy(() => {
    const drawn = smallSets[run.set](random.fork('data'), 2000).x;
    return drawn.rank === 2 ? tf.clone(drawn) : tf.mul(brightness, tf.mul(0.5, tf.add(1, drawn)));
  });
  const [encoding, decoding] = networks(run, x.shape.slice(1), random);
  const encoder = createGaussianEncoder(encoding, { latentSize });
  const decoder = createDecoder(run.change?.(decoding) ?? decoding, { likelihood });
  const optimizer = createAdam({ learningRate });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random, objective: run.objective });
  const reports: { step: number; kinds: string[] }[] = [];
  const source = batches(x, { batchSize, random });
  for await (const report of train(trainer, source, { steps, reportEvery: 50, yieldEvery: 50 })) {
    const { step, standing = [] } = report;
    run.watch?.(report);
    reports.push({ step, kinds: standing.map(({ kind }) => kind) });
  }
  const share = tf.tidy(() => {
    const again = decoder.mean(encoder.encode(x).mean);
    return tf.div(tf.mean(tf.square(tf.sub(again, x))), tf.mean(tf.square(tf.sub(x, tf.mean(x, 0)))));
  });
  const [unexplained] = await share.data();
  tf.dispose([x, share]);
  trainer.dispose();
  tf.disposeVariables();
  return { reports, unexplained: unexplained! };
}

const levels = discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } });

/** Runs whose latents carry something at the end. */
export const healthyVaes: readonly VaeRun[] = [
  { name: 'spots, Bernoulli', set: 'spots', likelihood: bernoulli, steps: 600 },
  {
    name: 'spots, Bernoulli, convolutions',
    set: 'spots',
    likelihood: bernoulli,
    isConvolutional: true,
    batchSize: 32,
    learningRate: 2e-3,
    steps: 500,
  },
  {
    name: 'spots, Gaussian, slow',
    set: 'spots',
    likelihood: gaussian({ variance: 0.01 }),
    learningRate: 2e-4,
    steps: 800,
  },
  {
    name: 'spots, continuous Bernoulli, elu',
    set: 'spots',
    likelihood: continuousBernoulli,
    activation: elu,
    steps: 600,
  },
  {
    name: 'spots, logistic levels, a ramp of beta',
    set: 'spots',
    likelihood: levels,
    objective: elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: 300 }) }),
    steps: 700,
  },
  {
    // few pictures, and pixels known so well that their latents are far apart: draws of N(0, I) lie between them
    alsoDeserves: 'prior does not fit',
    name: 'bars, learned Gaussian',
    set: 'bars',
    likelihood: learnedGaussian({ minLogVariance: -6 }),
    batchSize: 32,
    steps: 600,
  },
  {
    name: 'bars, Bernoulli, free nats',
    set: 'bars',
    likelihood: bernoulli,
    objective: elboObjective({ freeNats: 0.1 }),
    steps: 600,
  },
  {
    name: 'bars, Gaussian, beta of 4',
    set: 'bars',
    likelihood: gaussian({ variance: 0.05 }),
    objective: elboObjective({ beta: 4 }),
    steps: 600,
  },
  {
    name: 'bars, Bernoulli, three weighted samples',
    set: 'bars',
    likelihood: bernoulli,
    objective: importanceWeightedObjective({ samples: 3 }),
    batchSize: 32,
    steps: 600,
  },
  {
    name: 'ring, Gaussian, cyclical beta',
    set: 'ring',
    likelihood: gaussian({ variance: 0.1 }),
    latentSize: 2,
    objective: elboObjective({ beta: cyclical({ from: 0, to: 1, steps: 300 }) }),
    steps: 800,
  },
  {
    name: 'moons, learned Gaussian, slow',
    set: 'moons',
    likelihood: learnedGaussian(),
    latentSize: 2,
    learningRate: 3e-4,
    steps: 1200,
  },
  {
    name: 'spots, Bernoulli, three layers, 3e-4',
    set: 'spots',
    likelihood: bernoulli,
    depth: 3,
    learningRate: 3e-4,
    batchSize: 32,
    steps: 1500,
  },
  {
    name: 'spots, Bernoulli, beta of 2, slow',
    set: 'spots',
    likelihood: bernoulli,
    objective: elboObjective({ beta: 2 }),
    learningRate: 3e-4,
    steps: 1200,
  },
  {
    name: 'Gaussian, linear networks, 5e-4',
    set: 'gaussian',
    likelihood: gaussian({ variance: 0.4 }),
    latentSize: 2,
    isLinear: true,
    learningRate: 5e-4,
    steps: 1000,
  },
];

/** Runs that go wrong. */
export const brokenVaes: readonly BrokenVae[] = [
  {
    name: 'spots, Bernoulli, beta of 50',
    set: 'spots',
    likelihood: bernoulli,
    objective: elboObjective({ beta: 50 }),
    steps: 600,
    deserves: 'posterior collapse',
  },
  {
    name: 'spots, convolutions, Gaussian, variance of 5',
    set: 'spots',
    likelihood: gaussian({ variance: 5 }),
    isConvolutional: true,
    batchSize: 32,
    steps: 600,
    deserves: 'posterior collapse',
  },
  {
    name: 'ring, Gaussian, variance of 10',
    set: 'ring',
    likelihood: gaussian({ variance: 10 }),
    latentSize: 2,
    learningRate: 3e-3,
    steps: 600,
    deserves: 'posterior collapse',
  },
  {
    name: 'bars, Bernoulli, beta of 100, 16 latents, fast',
    set: 'bars',
    likelihood: bernoulli,
    latentSize: 16,
    objective: elboObjective({ beta: 100 }),
    learningRate: 5e-3,
    batchSize: 16,
    steps: 600,
    deserves: 'posterior collapse',
  },
  {
    name: 'spots, Gaussian, variance of 1, a ramp of beta, slow',
    set: 'spots',
    likelihood: gaussian({ variance: 1 }),
    objective: elboObjective({ beta: linearRamp({ from: 0, to: 4, steps: 200 }) }),
    learningRate: 3e-4,
    latentSize: 8,
    steps: 900,
    deserves: 'posterior collapse',
  },
  {
    name: 'moons, learned Gaussian, a decoder that does not read z',
    set: 'moons',
    likelihood: learnedGaussian(),
    change: withoutInput,
    steps: 600,
    deserves: 'posterior collapse',
  },
  {
    name: 'bars, Bernoulli after a sigmoid',
    set: 'bars',
    likelihood: bernoulli,
    change: squashed,
    steps: 600,
    deserves: 'probabilities for logits',
  },
  {
    name: 'bars, bytes for Bernoulli',
    set: 'bars',
    likelihood: bernoulli,
    brightness: 255,
    steps: 300,
    deserves: 'data out of scale',
  },
];
