import * as tf from '@tensorflow/tfjs';
import {
  bernoulli,
  convDecoder,
  convEncoder,
  createAdam,
  createDecoder,
  createRandom,
  leakyRelu,
  mlp,
  r1Penalty,
  type GanTrainerOptions,
} from '../../src/index.js';
import { createTokenModel, createTokenTrainer, transformer } from '../../src/tokens/index.js';
import { createImageDenoiser, createModel } from '../../examples/diffusion-images/model.js';
import { makeSamples } from '../../examples/diffusion-images/samples.js';
import { labelsInTurn } from '../../examples/shared/labels.js';
import { cellOf, STEP, type Cell } from './cells.js';
import {
  BATCH,
  dcgan,
  dcganImages,
  ditStep,
  noiseNetwork,
  SHAPE,
  trainGan,
  trainVae,
  unetStep,
  vae,
  vaeDecoder,
  type Step,
} from './families.js';
import { priorModels } from './prior-models.js';
import { tableModels } from './table-models.js';
import { wrapTrainer } from './wrap-trainer.js';

/** Makes a function that does one training step, or one sampling, and leaves no tensor behind. */
export type Model = () => () => void | Promise<void>;

/** A model whose steps return nothing. */
function disposed(make: () => Step): Model {
  return () => {
    const step = make();
    return () => step().dispose();
  };
}

/** A convolutional VAE on 28x28 images, with widths of 32 and 64. */
function convVae(): Step {
  const random = createRandom(1);
  const encoder = convEncoder({ shape: SHAPE, widths: [32, 64], outputs: 40, random });
  const decoder = convDecoder({ inputs: 20, shape: SHAPE, widths: [64, 32], random });
  return trainVae([encoder, decoder], random.uniform([BATCH, ...SHAPE]));
}

/** A decoder's means and samples for 128 latents. */
function vaeSampling(): () => void {
  const random = createRandom(1);
  const decoder = createDecoder(vaeDecoder(), { likelihood: bernoulli });
  return () =>
    tf.tidy(() => {
      const z = random.normal([128, 20]);
      decoder.mean(z);
      decoder.sample(z, random);
    });
}

function dcganSampling(): () => void {
  const [random, generator] = [createRandom(1), dcganImages()];
  return () => generator.apply(random.normal([BATCH, 100])).dispose();
}

/** One call of a U-Net. */
function unetCall(cell: Cell): () => void {
  const { images, pixels, channels } = cell;
  const network = noiseNetwork(cell);
  const [x, timesteps] = [createRandom(1).normal([images, pixels, pixels, channels]), tf.fill([images], 500, 'int32')];
  return () => network.apply(x, { timesteps }).dispose();
}

/** Makes images from noise with this many evaluations of the U-Net, with DDIM's updates and alphaBar from 0.01 to 0.99. */
function unetSampling(evaluations: number): () => void {
  const [random, network] = [createRandom(1), noiseNetwork()];
  const kept = (step: number): number => 0.01 + (0.98 * step) / evaluations;
  return () =>
    tf.tidy(() => {
      let x = random.normal([BATCH, ...SHAPE]);
      for (let step = 0; step < evaluations; step++) {
        const timestep = Math.round(999 * (1 - step / evaluations));
        const [from, to] = [kept(step), kept(step + 1)];
        x = tf.tidy(() => {
          const noise = network.apply(x, { timesteps: tf.fill([BATCH], timestep, 'int32') });
          const image = tf.div(tf.sub(x, tf.mul(noise, Math.sqrt(1 - from))), Math.sqrt(from));
          return tf.add(tf.mul(image, Math.sqrt(to)), tf.mul(noise, Math.sqrt(1 - to)));
        });
      }
    });
}

/** The U-Net in patches of the example diffusion-images, through its trainer, on 64 pictures with labels. */
function imageDiffusion(): () => void {
  const random = createRandom(1);
  const { trainer } = createModel({ recipe: { target: 'velocity', times: 'log-normal' }, steps: 1000, random });
  const batch = { x: random.uniform([BATCH, ...SHAPE], -1, 1), condition: labelsInTurn(BATCH) };
  return () => tf.dispose(Object.values(trainer.step(batch)));
}

/** One evaluation of that U-Net on 64 pictures. */
function imageDenoiser(): () => void {
  const random = createRandom(1);
  const denoiser = createImageDenoiser(random);
  const [x, timesteps, condition] = [
    random.normal([BATCH, ...SHAPE]),
    tf.fill([BATCH], 500, 'int32'),
    labelsInTurn(BATCH),
  ];
  return () => denoiser.predict(x, timesteps, { condition }).dispose();
}

/** 50 pictures from noise, as the example makes them. */
function imageSampling(): () => Promise<void> {
  const random = createRandom(1);
  const denoiser = createImageDenoiser(random);
  return async () => (await makeSamples(denoiser, { count: 50, random })).dispose();
}

/** A GAN on points: three hidden layers of 128, batches of 256, with R1. */
function pointsGan(): Step {
  const random = createRandom(1);
  const make = (name: string, inputs: number, outputs: number) =>
    mlp({ sizes: [inputs, 128, 128, 128, outputs], activation: leakyRelu, random: random.fork(name) });
  const r1: GanTrainerOptions['penalty'] = (discriminator, real) => tf.mul(0.1, r1Penalty(discriminator, real));
  return trainGan([make('generator', 2, 2), 2], make('discriminator', 2, 1), 1e-3, random.normal([256, 2]), r1);
}

/** A transformer that predicts the next of 84 characters: 4 layers of width 128 with 4 heads, 64 texts of 64 characters. */
function textModel(): () => void {
  const random = createRandom(1);
  const size = { tokens: 84, length: 64 };
  const model = createTokenModel(transformer({ ...size, random }), size);
  const optimizer = createAdam({ learningRate: 1e-3 });
  const trainer = wrapTrainer(createTokenTrainer({ model, optimizer, random }));
  const x = random.integers([BATCH, size.length], 0, size.tokens);
  return () => tf.dispose({ ...trainer.step(x) });
}

/** A 784-512-20-512-784 VAE with only tfjs's operations and optimizer: what users have without this library. */
function plainVae(): () => void {
  const sizes: readonly (readonly [number, number])[] = [
    [784, 512],
    [512, 20],
    [512, 20],
    [20, 512],
    [512, 784],
  ];
  const layers = sizes.map(([inputs, units], i) => ({
    weights: tf.variable(tf.randomNormal<tf.Rank.R2>([inputs, units], 0, Math.sqrt(1 / inputs), 'float32', i + 1)),
    bias: tf.variable(tf.zeros([units])),
  }));
  const optimizer = tf.train.adam(1e-3);
  const x = tf.randomUniform([128, 784], 0, 1, 'float32', 9);
  const dense = (input: tf.Tensor, layer: number): tf.Tensor =>
    tf.add(tf.matMul(input, layers[layer]!.weights), layers[layer]!.bias);
  const loss = (): tf.Scalar => {
    const hidden = tf.relu(dense(x, 0));
    const [mean, logVariance] = [dense(hidden, 1), dense(hidden, 2)];
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal(mean.shape)));
    const logits = dense(tf.relu(dense(z, 3)), 4);
    const crossEntropy = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)));
    const squares = tf.add(tf.square(mean), tf.exp(logVariance));
    const divergence = tf.mul(tf.sum(tf.sub(squares, tf.add(logVariance, 1))), 0.5);
    return tf.div(tf.add(crossEntropy, divergence), 128);
  };
  const variables = layers.flatMap(({ weights, bias }): tf.Variable[] => [weights, bias]);
  return () => void optimizer.minimize(loss, false, variables);
}

/** A model by its name: one of those below, or a step or a call of a U-Net of any size. */
export function modelOf(name: string): Model | undefined {
  const cell = cellOf(name);
  if (cell === undefined) return { ...models, ...samplers, ...priorModels, ...tableModels }[name];
  return name.startsWith(STEP) ? disposed(() => unetStep(cell)) : () => unetCall(cell);
}

/** Training steps. */
export const models: Readonly<Record<string, Model>> = {
  vae: disposed(vae),
  'plain vae': plainVae,
  'conv vae': disposed(convVae),
  dcgan: disposed(dcgan),
  unet: disposed(unetStep),
  dit: disposed(() => ditStep(2)),
  'dit of patches of 4': disposed(() => ditStep(4)),
  'wide dit of patches of 4': disposed(() => ditStep(4, 128)),
  'points gan': disposed(pointsGan),
  'image diffusion': imageDiffusion,
  transformer: textModel,
};

/** Sampling. */
export const samplers: Readonly<Record<string, Model>> = {
  'vae sampling': vaeSampling,
  'dcgan sampling': dcganSampling,
  'unet evaluation': () => unetSampling(1),
  'unet 20 evaluations': () => unetSampling(20),
  'image denoiser': imageDenoiser,
  'image diffusion sampling': imageSampling,
};
