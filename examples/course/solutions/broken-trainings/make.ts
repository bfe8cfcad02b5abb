// Trains the four broken runs and draws them: npx tsx examples/course/solutions/broken-trainings/make.ts
// Each is a run of the two moons with one thing wrong, which is marked.
import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { createAdam, createRandom, denoisingMlp, mlp, type Network, type Optimizer } from 'tfjs-generative';
import { createNumberStream } from 'tfjs-generative/testing';
import { startWasm } from 'tfjs-generative/wasm';
import { addNoise } from '../add-noise.js';
import { ddimSample } from '../ddim-sample.js';
import { ganLosses } from '../gan-losses.js';
import { gaussianKl } from '../gaussian-kl.js';
import { reparameterize } from '../reparameterize.js';
import { moons, type Frame, type Point } from '../../pieces/moons.js';
import { digestOf, type Diagnoses } from '../../pieces/broken-trainings/piece.js';
import { drawRun, type Run } from './draw-run.js';

const [BATCH, SAMPLES, EVERY] = [256, 600, 20];
const frame: Frame = { turn: 0, mirror: 1, scale: 1.2, move: [0, 0], radius: 1, share: 0.5 };

await startWasm({ threads: 1 });
const random = createRandom(28);
const points = moons(2000, createNumberStream(28, 'data'), frame);
const data = tf.tensor2d(points.map((point) => [...point]));

type Curves = Record<string, number[]>;

/** One Adam step of some variables; the value of the loss. */
function move(optimizer: Optimizer, variables: readonly tf.Variable[], loss: () => tf.Scalar): tf.Scalar {
  const { value, grads } = tf.variableGrads(loss, [...variables]);
  optimizer.apply(
    variables.map(({ name }) => grads[name]!),
    variables,
  );
  return value;
}

/** Trains, and keeps the curves. */
async function train(steps: number, step: () => Readonly<Record<string, tf.Scalar>>): Promise<Curves> {
  const curves: Curves = {};
  for (let i = 0; i < steps; i++) {
    const values = tf.tidy(step);
    if (i % EVERY === 0)
      for (const [name, value] of Object.entries(values)) (curves[name] ??= []).push((await value.data())[0]!);
    tf.dispose(values);
  }
  return curves;
}

async function rowsOf(made: tf.Tensor): Promise<Point[]> {
  return (await made.array()) as unknown as Point[];
}

const batch = (): tf.Tensor => tf.gather(data, random.integers([BATCH], 0, points.length));
const network = (sizes: readonly number[]): Network => mlp({ sizes, random: random.fork(sizes.join()) });
const adam = (learningRate: number, beta1 = 0.9): Optimizer => createAdam({ learningRate, beta1 });

interface Game {
  readonly steps: number;
  readonly isFollowed: boolean;
  readonly judgeRate: number;
  readonly makerRate: number;
  readonly beta1: number;
}

async function gan({ steps, isFollowed, judgeRate, makerRate, beta1 }: Game): Promise<Run> {
  const generator = network([2, 64, 64, 2]);
  const discriminator = network([2, 64, 64, 1]);
  const [maker, judge] = [adam(makerRate, beta1), adam(judgeRate, beta1)];
  const latents = (): tf.Tensor => random.normal([BATCH, 2]);
  const curves = await train(steps, () => {
    const [real, z] = [batch(), latents()];
    const fake = generator.apply(z);
    const ofJudge = move(
      judge,
      discriminator.variables,
      () => ganLosses(discriminator.apply(real), discriminator.apply(fake)).discriminator as tf.Scalar,
    );
    const again = latents();
    const own = [...generator.variables];
    const moved = isFollowed ? [...own, ...discriminator.variables] : own; // broken in run d
    const ofMaker = move(maker, moved, () => {
      const logits = discriminator.apply(generator.apply(again));
      return ganLosses(logits, logits).nonSaturating as tf.Scalar;
    });
    return { 'discriminator’s loss, nats': ofJudge, 'generator’s loss, nats': ofMaker };
  });
  return { curves, samples: await rowsOf(generator.apply(random.normal([SAMPLES, 2]))) };
}

async function diffusion(): Promise<Run> {
  const [steps, timesteps] = [2500, 60];
  const denoiser = denoisingMlp({ size: 2, width: 64, random: random.fork('denoiser') });
  const optimizer = adam(1e-3);
  const angle = (t: number): number => (0.5 * Math.PI * (t + 1)) / (timesteps + 1);
  const table = (f: (t: number) => number): tf.Tensor1D =>
    tf.tensor1d(Array.from({ length: timesteps }, (_, t) => f(t)));
  const trained = table((t) => Math.cos(angle(t)) ** 2);
  const sampled = table((t) => Math.cos(angle(t)) ** 8); // broken in run b: another power
  const curves = await train(steps, () => {
    const noise = random.normal([BATCH, 2]);
    const at = random.integers([BATCH], 0, timesteps) as tf.Tensor1D;
    const noised = addNoise(batch(), noise, at, trained);
    return {
      'mean squared error of the noise': move(optimizer, denoiser.variables, () =>
        tf.mean(tf.squaredDifference(denoiser.apply(noised, { timesteps: at }), noise)),
      ),
    };
  });
  const predict = (x: tf.Tensor, t: number): tf.Tensor =>
    denoiser.apply(x, { timesteps: tf.fill([SAMPLES], t, 'int32') });
  return { curves, samples: await rowsOf(ddimSample(predict, random.normal([SAMPLES, 2]), sampled)) };
}

async function vae(): Promise<Run> {
  const [encoder, decoder] = [network([2, 64, 64, 4]), network([2, 32, 64, 2])];
  const optimizer = adam(1e-3);
  const variables = [...encoder.variables, ...decoder.variables];
  const deviation = 1.5; // broken in run c: more than that of the data
  const curves = await train(1500, () => {
    const x = batch();
    const parts: Record<string, tf.Scalar> = {};
    move(optimizer, variables, () => {
      const [mean, logVariance] = tf.split(encoder.apply(x), 2, 1) as [tf.Tensor, tf.Tensor];
      const z = reparameterize(mean, logVariance, random.normal([BATCH, 2]));
      const error = tf.sum(tf.square(tf.div(tf.sub(x, decoder.apply(z)), deviation)), 1);
      const [kl, distortion] = [tf.mean(gaussianKl(mean, logVariance)), tf.mean(tf.mul(0.5, error))];
      parts['divergence, nats'] = tf.keep(kl) as tf.Scalar;
      parts['reconstruction, nats'] = tf.keep(distortion) as tf.Scalar;
      return tf.add(kl, distortion);
    });
    return parts;
  });
  const [z, noise] = [random.normal([SAMPLES, 2]), random.normal([SAMPLES, 2])];
  return { curves, samples: await rowsOf(tf.add(decoder.apply(z), tf.mul(deviation, noise))) };
}

const made: Readonly<Record<string, () => Promise<Run>>> = {
  // broken: nothing holds the discriminator's slope
  a: () => gan({ steps: 2000, isFollowed: false, judgeRate: 1e-3, makerRate: 5e-3, beta1: 0.9 }),
  b: diffusion,
  c: vae,
  d: () => gan({ steps: 3000, isFollowed: true, judgeRate: 1e-3, makerRate: 2e-3, beta1: 0.5 }),
};
const only = process.argv.slice(2);
for (const [name, run] of Object.entries(made)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const drawn = drawRun(await run(), points.slice(0, 600), EVERY);
  writeFileSync(`examples/course/pieces/broken-trainings/run-${name}.svg`, `${drawn}\n`);
  console.log(`run ${name}: ${drawn.length} characters`);
}
const key = JSON.parse(readFileSync('examples/course/solutions/broken-trainings.json', 'utf8')) as Diagnoses;
console.log(`the digest of the key: ${await digestOf(key)}`);
