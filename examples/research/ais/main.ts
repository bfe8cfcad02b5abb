// How likely are data under a GAN's generator with Gaussian noise? Bounds log p(x) of simulated data from both sides, and compares with the truth.
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  cosineDecay,
  fit,
  leakyRelu,
  mlp,
  nonSaturatingLoss,
  r1Penalty,
  type RandomStream,
} from 'tfjs-generative';
import { startBackend } from '../../shared/backend.js';
import { loadClothes } from '../../shared/image-data.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { laws } from '../nats/laws.js';
import { boundBothSides, logMeanExp, type Observed } from './ais.js';
import { linearGenerator } from './linear.js';
import { simulate } from './simulate.js';

const options = readOptions({
  command: 'npm run example -- ais',
  about:
    'Bounds log p(x) of data from generators with Gaussian noise from both sides, by annealed importance sampling.',
  options: {
    updates: { kind: 'integer', default: 3000, minimum: 1, help: 'number of updates of each GAN' },
    examples: { kind: 'integer', default: 16, minimum: 2, help: 'number of simulated examples' },
    chains: { kind: 'integer', default: 16, minimum: 1, help: 'number of chains for each example' },
    steps: { kind: 'integer', default: 500, minimum: 2, help: 'number of distributions between prior and posterior' },
  },
});

/** A generator to bound, with what is known of it. */
interface Case {
  readonly model: Observed;
  /** log p(x) in closed form, or by an integral over the latents. */
  readonly truth?: ((x: readonly number[]) => number | Promise<number>) | undefined;
  dispose(): void;
}

/** A small GAN on rows. */
async function trainGan(data: tf.Tensor2D, latentSize: number, deviation: number, random: RandomStream) {
  const size = data.shape[1];
  const network = (name: string, sizes: readonly number[]) =>
    mlp({ sizes: [sizes[0]!, 64, 64, sizes[1]!], activation: leakyRelu, random: random.fork(name) });
  const generator = createGenerator(network('generator', [latentSize, size]), { latentSize });
  const discriminator = createDiscriminator(network('discriminator', [size, 1]));
  const learningRate = cosineDecay({ from: 2e-3, to: 2e-5, steps: options.updates });
  const adam = () => createAdam({ learningRate, beta1: 0, beta2: 0.99 });
  const trainer = createGanTrainer({
    generator,
    discriminator,
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random,
    penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
  });
  await fit(trainer, batches(data, { batchSize: 128, random: random.fork('order') }), { steps: options.updates });
  trainer.dispose();
  discriminator.dispose();
  data.dispose();
  return {
    model: { decode: (z: tf.Tensor2D) => generator.generate(z), latentSize, deviation },
    dispose: () => generator.dispose(),
  };
}

/** log of the integral of N(x; decode(z), deviation^2) N(z) over two latents, summed from -5 to 5. */
function integral({ decode, deviation }: Observed): NonNullable<Case['truth']> {
  const [edge, points] = [5, 1001];
  const axis = Array.from({ length: points }, (_, i) => -edge + (2 * edge * i) / (points - 1));
  const cell = 2 * Math.log((2 * edge) / (points - 1)) - Math.log(2 * Math.PI);
  return async (x) => {
    const rows = await Promise.all(
      axis.map(async (b) => {
        const logs = tf.tidy(() => {
          const z = tf.tensor2d(axis.map((a) => [a, b]));
          const errors = tf.sum(tf.square(tf.sub(decode(z), tf.tensor2d([[...x]]))), 1);
          return tf.logSumExp(tf.mul(-0.5, tf.add(tf.div(errors, deviation ** 2), tf.sum(tf.square(z), 1))));
        });
        const [log] = await logs.data();
        logs.dispose();
        return log!;
      }),
    );
    const total = logMeanExp(rows) + Math.log(points);
    return total + cell - x.length * Math.log(deviation * Math.sqrt(2 * Math.PI));
  };
}

/** The first 2,000 clothes, shrunk to 7 x 7, from -1 to 1. */
async function smallClothes(): Promise<tf.Tensor2D> {
  const { images } = (await loadClothes()).train;
  return tf.tidy(() => {
    const all = tf.tensor4d(Float32Array.from(images.data.subarray(0, 2000 * 784)), [2000, 28, 28, 1]);
    return tf.sub<tf.Tensor2D>(tf.div(tf.reshape(tf.avgPool(all, 4, 4, 'valid'), [2000, 49]), 127.5), 1);
  });
}

const cases: Readonly<Record<string, (random: RandomStream) => Promise<Case>>> = {
  'linear generator of 64 numbers': async (random) => {
    const { model, logDensity, dispose } = await linearGenerator(64, 0.5, random);
    return { model, truth: logDensity, dispose };
  },
  'GAN of two moons': async (random) => {
    const moons = laws.find(({ name }) => name === 'two moons')!;
    const data = tf.tensor2d(await moons.draw(random.fork('data'), 20_000), [20_000, 2]);
    const made = await trainGan(data, 2, 0.1, random);
    return { ...made, truth: integral(made.model) };
  },
  'GAN of clothes, 7 x 7': async (random) => trainGan(await smallClothes(), 8, 0.1, random),
};

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

run(async () => {
  const began = performance.now();
  const backend = await startBackend(options);
  const { examples, chains, steps, seed } = options;
  const results: Record<string, object> = {};
  console.log('| generator | lower bound | truth | upper bound | mean gap | largest gap |\n|---|---|---|---|---|---|');
  for (const [name, make] of Object.entries(cases)) {
    const random = createRandom(seed).fork(name);
    const { model, truth, dispose } = await make(random);
    const { z, x } = simulate(model, examples, random.fork('examples'));
    const { lower, upper } = await boundBothSides(model, z, x, { steps, chains, random });
    const truths: number[] = [];
    for (const row of truth ? await x.array() : []) truths.push(await truth!(row));
    const gaps = upper.map((one, i) => one - lower[i]!);
    const numbers = [mean(lower), truth ? mean(truths) : undefined, mean(upper), mean(gaps), Math.max(...gaps)];
    console.log(`| ${name} | ${numbers.map((one) => one?.toFixed(3) ?? '').join(' | ')} |`);
    results[name] = { lower, upper, truths };
    tf.dispose([z, x]);
    dispose();
  }
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { results, examples, chains, steps, seconds, seed, backend });
});
