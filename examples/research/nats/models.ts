import * as tf from '@tensorflow/tfjs';
import {
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createFlowPrior,
  createGaussianEncoder,
  createMixturePrior,
  createTrainer,
  createVaeTrainer,
  cosineDecay,
  denoisingMlp,
  estimateLogLikelihood,
  learnedGaussian,
  logDensity,
  mlp,
  predictFlow,
  swish,
  variationalBound,
  type LatentDensity,
  type NoiseSchedule,
  type Part,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';

/** The points of a square grid around 0, `[points * points, 2]`. */
export function gridOf(edge: number, points: number): tf.Tensor2D {
  const axis = Array.from({ length: points }, (_, i) => -edge + (2 * edge * i) / (points - 1));
  return tf.tensor2d(axis.flatMap((y) => axis.map((x) => [x, y])));
}

function disposeAll(...owners: readonly { dispose(): void }[]): void {
  for (const owner of owners) owner.dispose();
}

/** What one estimator says of a trained model. */
export interface Estimate {
  readonly estimator: string;
  /** Whether it is log p(x) of the model up to sampling error, or below it. */
  readonly is: 'exact' | 'estimate' | 'bound';
  /** The mean over the examples. */
  readonly nats: number;
  readonly standardError: number;
}

/** A model of a density, and what is known of it. */
export interface DensityModel {
  readonly trainer: Trainer;
  /** The estimators on held-out data. */
  estimate(x: tf.Tensor2D, random: RandomStream): Promise<Estimate[]>;
  /** log p(x) of two numbers by integration or exactly, for a check on a grid. */
  truth(x: tf.Tensor2D): Promise<Float32Array>;
  dispose(): void;
}

/** What a family needs. */
export interface ModelOptions {
  readonly size: number;
  readonly steps: number;
  readonly random: RandomStream;
}

type Family = (options: ModelOptions) => DensityModel;

const adam = (steps: number, learningRate = 2e-3) =>
  createAdam({ learningRate: cosineDecay({ from: learningRate, to: 0, steps }), beta2: 0.99 });

/** A density with weights, fitted by maximum likelihood. */
function fitted(density: LatentDensity & Part, { steps, random }: ModelOptions, learningRate?: number): DensityModel {
  const nats = (x: tf.Tensor): tf.Tensor => density.logProb(x);
  const trainer = createTrainer({
    name: 'density',
    parts: { density },
    optimizer: adam(steps, learningRate),
    random,
    clipNorm: 10,
    loss: ({ x }) => ({ loss: tf.neg(tf.mean(nats(x))) }),
  });
  return {
    trainer,
    estimate: async (x) => [{ estimator: 'logProb', is: 'exact', ...(await summary(tf.tidy(() => nats(x)))) }],
    truth: (x) => read(tf.tidy(() => nats(x))),
    dispose: () => disposeAll(trainer, density),
  };
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const numbers = (await tensor.data<'float32'>()).slice();
  tensor.dispose();
  return numbers;
}

/** The mean of numbers, and its standard error. */
async function summary(numbers: tf.Tensor | ArrayLike<number>): Promise<{ nats: number; standardError: number }> {
  const all = Array.from(numbers instanceof tf.Tensor ? await read(numbers) : numbers);
  const nats = all.reduce((sum, one) => sum + one, 0) / all.length;
  const variance = all.reduce((sum, one) => sum + (one - nats) ** 2, 0) / (all.length - 1);
  return { nats, standardError: Math.sqrt(variance / all.length) };
}

/** The latents of a grid over which p(x) = integral of p(x|z) N(z) is summed: from -4.5 to 4.5, 81 along each of two axes. */
const [EDGE, POINTS] = [4.5, 81];

const vae: Family = ({ size, steps, random }) => {
  const [width, latentSize] = [64, 2];
  const encoder = createGaussianEncoder(
    mlp({ sizes: [size, width, width, 2 * latentSize], activation: swish, random: random.fork('encoder') }),
    { latentSize },
  );
  const likelihood = learnedGaussian({ minLogVariance: -5 });
  const decoder = createDecoder(
    mlp({ sizes: [latentSize, width, width, 2 * size], activation: swish, random: random.fork('decoder') }),
    { likelihood },
  );
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: adam(steps), random, clipNorm: 10 });
  const z = gridOf(EDGE, POINTS);
  const cell = 2 * Math.log((2 * EDGE) / (POINTS - 1)) - Math.log(2 * Math.PI);
  const logWeights = tf.tidy(() => tf.sub(cell, tf.mul(0.5, tf.sum(tf.square(z), 1))));
  /** log p(x) of one example. */
  const integral = (x: tf.Tensor, parameters: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const many = tf.tile(tf.reshape(x, [1, size]), [z.shape[0], 1]);
      return tf.logSumExp(tf.add(logWeights, likelihood.logProb(many, parameters)));
    });
  const truth = async (x: tf.Tensor2D): Promise<Float32Array> => {
    const parameters = decoder.decode(z);
    const all = tf.tidy(() => tf.stack(tf.unstack(x).map((one) => integral(one, parameters))));
    parameters.dispose();
    return read(all);
  };
  return {
    trainer,
    truth,
    estimate: async (x, stream) => {
      const found = await estimateLogLikelihood({ encoder, decoder }, x, {
        samples: 1000,
        random: stream.fork('iwae'),
      });
      const elbos: number[] = [];
      // with one sample it is the ELBO
      for (let i = 0; i < 20; i++) {
        const given = { samples: 1, random: stream.fork(`ELBO ${i}`) };
        elbos.push((await estimateLogLikelihood({ encoder, decoder }, x, given)).nats);
      }
      const ofData = await summary(found.perExample);
      return [
        { estimator: 'ELBO', is: 'bound', nats: (await summary(elbos)).nats, standardError: ofData.standardError },
        { estimator: 'importance weights, 1,000', is: 'estimate', ...ofData },
        { estimator: 'integral over latents', is: 'exact', ...(await summary(await truth(x))) },
      ];
    },
    dispose: () => disposeAll(trainer, encoder, decoder, z, logWeights),
  };
};

/**
 * Steps at equal distances in log(alpha / sigma), from 1000 to 1/1000. The bound of DDPM's steps would be looser by 1.4 nats for each number of
 * an example with `flowSchedule`, whose last steps each change the signal-to-noise ratio several times over.
 */
const schedule: NoiseSchedule = {
  steps: 1000,
  alphaBar: Float64Array.from({ length: 1000 }, (_, t) => 1 / (1 + 1000 ** ((4 * t) / 999 - 2))),
};

const diffusion: Family = ({ size, steps, random }) => {
  const make = (stream: RandomStream) =>
    createDenoiser(denoisingMlp({ size, width: 128, random: stream }), { schedule, predicts: predictFlow });
  const denoiser = make(random.fork('network'));
  const into = make(random.fork('average'));
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: adam(steps),
    random,
    average: { into, decay: 0.999 },
  });
  const ode = async (x: tf.Tensor2D, stream?: RandomStream): Promise<Float32Array> => {
    const given = size <= 2 || stream === undefined ? { exact: true } : { random: stream, probes: 4 };
    const { nats, standardError } = await logDensity(into, x, { steps: 100, ...given });
    standardError.dispose();
    return read(nats);
  };
  return {
    trainer,
    truth: ode,
    estimate: async (x, stream) => {
      const { nats, standardError } = await variationalBound(into, x, { random: stream.fork('bound'), range: [-9, 9] });
      return [
        { estimator: "bound of DDPM's steps", is: 'bound', nats, standardError },
        { estimator: 'probability-flow ODE', is: 'estimate', ...(await summary(await ode(x, stream.fork('probes')))) },
      ];
    },
    dispose: () => disposeAll(trainer, denoiser, into),
  };
};

/** Each family by its name. */
export const families: Readonly<Record<string, Family>> = {
  'mixture of 32 Gaussians': (options) =>
    fitted(
      createMixturePrior({ components: 32, latentSize: options.size, random: options.random.fork('density') }),
      options,
      2e-2,
    ),
  'flow of 8 layers': (options) =>
    fitted(
      createFlowPrior({ latentSize: options.size, layers: 8, width: 64, random: options.random.fork('density') }),
      options,
    ),
  VAE: vae,
  diffusion,
};
