import * as tf from '@tensorflow/tfjs-core';
import * as g from '../../src/index.js';

/** Updates of each run. */
export const UPDATES = 50;

const BATCH = 4;
const SIZE = 8;

/** Half as high and wide: a convolution, a norm and attention, with four channels. */
const body = (random: g.RandomStream): readonly g.Network[] => [
  g.conv2d({ inputs: 1, filters: 4, kernelSize: 3, strides: 2, random: random.fork('convolution') }),
  g.groupNorm({ inputs: 4, groups: 2, activation: g.swish }),
  g.attention({ inputs: 4, heads: 2, random: random.fork('attention') }),
];

const rows = (units: number, random: g.RandomStream): g.Network =>
  g.sequential([
    ...body(random),
    g.flatten(),
    g.dense({ inputs: (SIZE / 2) ** 2 * 4, units, random: random.fork('end') }),
  ]);

const images = (inputs: number, random: g.RandomStream): g.Network =>
  g.sequential([
    g.dense({ inputs, units: SIZE ** 2, random: random.fork('begin') }),
    g.reshape({ shape: [SIZE, SIZE, 1] }),
    ...body(random),
    g.upsample({ factor: 2 }),
    g.conv2d({ inputs: 4, filters: 1, kernelSize: 3, random: random.fork('end') }),
  ]);

const adam = (): g.Optimizer => g.createAdam({ learningRate: 2e-3 });

/** A trainer of each family, with the metrics that make its curve. */
export const curves: Readonly<Record<string, { readonly metrics: readonly string[]; readonly make: () => g.Trainer }>> =
  {
    VAE: {
      metrics: ['loss'],
      make: () => {
        const random = g.createRandom(1);
        return g.createVaeTrainer({
          encoder: g.createGaussianEncoder(rows(4, random.fork('e')), { latentSize: 2 }),
          decoder: g.createDecoder(images(2, random.fork('d')), { likelihood: g.bernoulli }),
          optimizer: adam(),
          random,
        });
      },
    },
    GAN: {
      metrics: ['discriminatorLoss', 'generatorLoss'],
      make: () => {
        const random = g.createRandom(2);
        return g.createGanTrainer({
          generator: g.createGenerator(images(2, random.fork('g')), { latentSize: 2 }),
          discriminator: g.createDiscriminator(rows(1, random.fork('d'))),
          loss: g.nonSaturatingLoss,
          optimizers: { generator: adam(), discriminator: adam() },
          random,
        });
      },
    },
    'diffusion model': {
      metrics: ['loss'],
      make: () => {
        const random = g.createRandom(3);
        const network = g.sequential([
          ...body(random),
          g.upsample({ factor: 2 }),
          g.conv2d({ inputs: 4, filters: 1, kernelSize: 3, random: random.fork('end') }),
        ]);
        const denoiser = g.createDenoiser(network, {
          schedule: g.cosineSchedule({ steps: 20 }),
          predicts: g.predictVelocity,
        });
        return g.createDiffusionTrainer({ denoiser, optimizer: adam(), random });
      },
    },
  };

/** The losses of a run, update by update. */
export async function curveOf({ metrics, make }: (typeof curves)[string], updates = UPDATES): Promise<number[]> {
  const trainer = make();
  const pixels = g.createRandom(4).uniform([BATCH, SIZE, SIZE, 1]);
  // pictures of a bright right half
  const x = tf.tidy(() => tf.mul(pixels, tf.reshape(tf.linspace(0, 1, SIZE), [1, 1, SIZE, 1])));
  const losses: tf.Tensor[] = [];
  for (let update = 0; update < updates; update++) {
    const made = trainer.step(x);
    losses.push(...metrics.map((name) => made[name]!));
    tf.dispose(Object.entries(made).flatMap(([name, value]) => (metrics.includes(name) ? [] : [value])));
  }
  const curve = tf.stack(losses);
  const numbers = [...(await curve.data())];
  tf.dispose([curve, pixels, x, ...losses]);
  trainer.dispose();
  return numbers;
}
