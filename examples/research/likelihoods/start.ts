// Trains a small VAE on colour pictures for each likelihood, with three seeds, and prints the table of docs/results/likelihoods.md:
// npm run tool -- likelihood-start
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  continuousBernoulli,
  convDecoder,
  convEncoder,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  discretizedLogistic,
  gaussian,
  learnedGaussian,
  train,
  type Likelihood,
  type RandomStream,
} from 'tfjs-generative';
import { startBackend } from '../../shared/backend.js';
import { evaluate } from '../../shared/evaluate.js';

const SIDE = 32;
/** Numbers per picture. */
const SIZE = SIDE * SIDE * 3;
const LATENT_SIZE = 16;
const TRAIN = 2000;
const TEST = 128;
const REPORTS = 4;
const UPDATES_PER_REPORT = 100;
const SEEDS = [1, 2, 3];

interface Row {
  readonly name: string;
  readonly likelihood: Likelihood;
  /** Whether it is a density of pixels in [0, 1] rather than a probability of levels. */
  readonly isDensity: boolean;
}

const rows: readonly Row[] = [
  { name: 'gaussian({ variance: 0.02 })', likelihood: gaussian({ variance: 0.02 }), isDensity: true },
  {
    name: 'learnedGaussian({ minLogVariance: -4 })',
    likelihood: learnedGaussian({ minLogVariance: -4 }),
    isDensity: true,
  },
  { name: 'continuousBernoulli', likelihood: continuousBernoulli, isDensity: true },
  {
    name: 'discretizedLogistic({ levels: 256 })',
    likelihood: discretizedLogistic({ levels: 256 }),
    isDensity: false,
  },
  {
    name: 'the same with start: { mean: 0.5, logScale: -2 }',
    likelihood: discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } }),
    isDensity: false,
  },
];

/** Colour pictures of discs on a gradient, with camera noise: bytes `[count, 32, 32, 3]`. */
async function pictures(count: number, random: RandomStream) {
  const draws = await random.uniform([count, 32]).data();
  const noise = await random.normal([count * SIZE]).data();
  const data = new Uint8Array(count * SIZE);
  for (let i = 0; i < count; i++) {
    let next = 32 * i;
    const draw = (): number => draws[next++]!;
    const colour = (): number[] => [draw(), draw(), draw()];
    const [top, bottom] = [colour(), colour()];
    const discs = Array.from({ length: 1 + Math.floor(3 * draw()) }, () => {
      return { x: SIDE * draw(), y: SIDE * draw(), radius: 4 + 6 * draw(), colour: colour() };
    });
    for (let j = 0; j < SIZE; j++) {
      const [channel, x, y] = [j % 3, (Math.floor(j / 3) % SIDE) + 0.5, Math.floor(j / 3 / SIDE) + 0.5];
      let value = top[channel]! + ((bottom[channel]! - top[channel]!) * y) / SIDE;
      for (const disc of discs) {
        const covered = Math.min(1, Math.max(0, disc.radius - Math.hypot(x - disc.x, y - disc.y) + 0.5));
        value += covered * (disc.colour[channel]! - value);
      }
      data[SIZE * i + j] = Math.round(Math.min(255, Math.max(0, 255 * value + 2 * noise[SIZE * i + j]!)));
    }
  }
  return { data, shape: [count, SIDE, SIDE, 3] as const };
}

/** The negative test ELBO in bits per number of an 8-bit picture: at the start, and after each report. */
async function bitsOf({ likelihood, isDensity }: Row, seed: number, test: tf.Tensor): Promise<number[]> {
  const random = createRandom(seed);
  const outputs = 2 * LATENT_SIZE;
  const [down, up] = [random.fork('encoder'), random.fork('decoder')];
  const encoder = createGaussianEncoder(
    convEncoder({ shape: [SIDE, SIDE, 3], widths: [8, 16, 32], outputs, random: down }),
    { latentSize: LATENT_SIZE },
  );
  const shape = [SIDE, SIDE, 3 * likelihood.parameterSize] as const;
  const decoder = createDecoder(convDecoder({ inputs: LATENT_SIZE, shape, widths: [32, 16, 8], random: up }), {
    likelihood,
  });
  const optimizer = createAdam({ learningRate: 1e-3 });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random, clipNorm: 1000 });
  const bits = async (): Promise<number> => {
    const { elbo } = await evaluate(trainer, test, { part: 64 });
    // a level is 1/255 wide, so its probability is about the density divided by 255
    return (Math.log(isDensity ? 255 : 1) - elbo / SIZE) / Math.LN2;
  };
  const seen = [await bits()];
  const source = batches(data, { batchSize: 32, random });
  const steps = REPORTS * UPDATES_PER_REPORT;
  for await (const { step } of train(trainer, source, { steps, reportEvery: UPDATES_PER_REPORT })) {
    if (step % UPDATES_PER_REPORT === 0) seen.push(await bits());
  }
  for (const owner of [trainer, encoder, decoder]) owner.dispose();
  return seen;
}

await startBackend();
const data = await pictures(TRAIN, createRandom(0).fork('train'));
const held = await pictures(TEST, createRandom(0).fork('test'));
const test = tf.tidy(() => tf.div(tf.tensor4d(Float32Array.from(held.data), [...held.shape]), 255));
const counts = Array.from({ length: REPORTS + 1 }, (_, i) => i * UPDATES_PER_REPORT);
console.log(`| likelihood | ${counts.map((count) => `${count} updates`).join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(counts.length)}`);
for (const row of rows) {
  const runs: number[][] = [];
  for (const seed of SEEDS) runs.push(await bitsOf(row, seed, test));
  const cells = counts.map((_, i) => {
    const values = runs.map((run) => run[i]!);
    return `${(values.reduce((sum, value) => sum + value) / values.length).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
  });
  console.log(`| \`${row.name}\` | ${cells.join(' | ')} |`);
}
process.exit(0);
