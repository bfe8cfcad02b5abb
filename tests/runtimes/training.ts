import * as tf from '@tensorflow/tfjs';
import {
  batches,
  bernoulli,
  convDecoder,
  convEncoder,
  createAdam,
  createDecoder,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  createGenerator,
  createRandom,
  createVaeTrainer,
  dcganDiscriminator,
  dcganGenerator,
  nonSaturatingLoss,
  r1Penalty,
  train,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';

/** The training in each runtime: the same updates give the same bits wherever wasm computes. */
export interface Training {
  /** The losses after each update. */
  readonly vae: readonly number[];
  readonly gan: readonly number[];
  /** A hash of all bits of the trained weights and of a few samples. */
  readonly digest: string;
}

const SIZE = 8;
const EXAMPLES = 64;
const BATCH_SIZE = 8;
const LATENT_SIZE = 4;

/** Trains a VAE, and then a GAN with R1, on pictures of 8 x 8 pixels. */
export async function trainBoth(updates: number): Promise<Training> {
  const random = createRandom(1);
  const vae = createVae(random.fork('vae'));
  const gan = createGan(random.fork('gan'));
  const vaeLosses = await lossesOf(vae.trainer, updates, random);
  const ganLosses = await lossesOf(gan.trainer, updates, random);
  const samples = [vae.decoder.mean(random.normal([2, LATENT_SIZE])), gan.generator.sample(2, random.fork('samples'))];
  const networks = [vae.encoder, vae.decoder, gan.generator, gan.discriminator];
  const numbers: Float32Array[] = [];
  for (const tensor of [...networks.flatMap(({ variables }) => variables), ...samples]) {
    numbers.push(new Float32Array(await tensor.data()));
  }
  return { vae: vaeLosses, gan: ganLosses, digest: hash(numbers) };
}

async function lossesOf(trainer: Trainer, updates: number, random: RandomStream): Promise<number[]> {
  const source = batches(bars(), { batchSize: BATCH_SIZE, random: random.fork('batches') });
  const losses: number[] = [];
  for await (const { metrics } of train(trainer, source, { steps: updates, reportEvery: 1 })) {
    losses.push(...Object.values(metrics));
  }
  return losses;
}

function createVae(random: RandomStream) {
  const shape = [SIZE, SIZE, 1] as const;
  const encoder = createGaussianEncoder(
    convEncoder({ shape, widths: [8, 16], outputs: 2 * LATENT_SIZE, random: random.fork('encoder') }),
    { latentSize: LATENT_SIZE },
  );
  const decoder = createDecoder(
    convDecoder({ inputs: LATENT_SIZE, shape, widths: [16, 8], random: random.fork('decoder') }),
    { likelihood: bernoulli },
  );
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 3e-3 }), random });
  return { encoder, decoder, trainer };
}

function createGan(random: RandomStream) {
  const shape = [SIZE, SIZE, 1] as const;
  const generator = createGenerator(
    dcganGenerator({ latentSize: LATENT_SIZE, shape, width: 8, random: random.fork('generator') }),
    { latentSize: LATENT_SIZE },
  );
  const discriminator = createDiscriminator(
    dcganDiscriminator({ shape, width: 8, random: random.fork('discriminator') }),
  );
  const adam = () => createAdam({ learningRate: 1e-3, beta1: 0, beta2: 0.99 });
  const trainer = createGanTrainer({
    generator,
    discriminator,
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    penalty: (critic, real) => tf.mul(0.5, r1Penalty(critic, real)),
    random,
  });
  return { generator, discriminator, trainer };
}

/** Pictures with one bright row or column each. */
function bars() {
  const data = Float32Array.from({ length: EXAMPLES * SIZE * SIZE }, (_, i) => {
    const [kind, row, column] = [(i >> 6) % 16, (i >> 3) % 8, i % 8];
    return kind === row || kind === column + 8 ? 1 : 0;
  });
  return { data, shape: [EXAMPLES, SIZE, SIZE, 1] };
}

/** FNV-1a of 32 bits: crypto.subtle is not in every page. */
function hash(arrays: readonly Float32Array[]): string {
  let value = 0x811c9dc5;
  for (const { buffer } of arrays)
    for (const byte of new Uint8Array(buffer)) value = Math.imul(value ^ byte, 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
