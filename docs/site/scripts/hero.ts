// Trains a diffusion model on two moons and writes how its samples come out of noise, for the picture of the start page: `npx tsx docs/site/scripts/hero.ts`
import { writeFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  denoisingMlp,
  predictVelocity,
  sampleDdim,
  train,
} from '../../../src/index.js';
import { startWasm } from '../../../src/wasm/index.js';

const POINTS = 260;
const STEPS = 24;
/** Points from -EXTENT to EXTENT become bytes. */
const EXTENT = 3.2;

await startWasm({ threads: 1 });
const random = createRandom(1);
const moons = tf.tidy(() => {
  const angle = random.uniform([2048], 0, Math.PI);
  const [x, y] = [tf.cos(angle), tf.sin(angle)];
  const upper = tf.stack([tf.sub(x, 0.5), tf.sub(y, 0.25)], 1);
  const lower = tf.stack([tf.sub(0.5, x), tf.sub(0.25, y)], 1);
  return tf.add(tf.mul(1.25, tf.concat([upper, lower])), tf.mul(0.06, random.normal([4096, 2])));
});
const schedule = cosineSchedule({ steps: 200 });
const network = denoisingMlp({ size: 2, width: 96, random });
const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 3e-3 }), random });
for await (const { epoch } of train(trainer, batches(moons, { batchSize: 256, random }), { epochs: 120 }))
  if (epoch % 20 === 0) console.log(`epoch ${epoch}`);

const frames: number[][] = [];
const first = random.normal([POINTS, 2]);
const keep = async (points: tf.Tensor): Promise<void> => {
  const bytes = [...(await points.data())].map((value) => Math.round(((value + EXTENT) / (2 * EXTENT)) * 255));
  frames.push(bytes.map((byte) => Math.min(255, Math.max(0, byte))));
};
await keep(first);
await sampleDdim(denoiser, {
  from: { x: first, timestep: 199 },
  steps: STEPS,
  onStep: ({ xt }) => keep(xt),
});
const text = Buffer.from(frames.flat()).toString('base64');
await writeFile('docs/site/start/paths.json', `${JSON.stringify({ points: POINTS, frames: frames.length, text })}\n`);
console.log(`${frames.length} frames, ${text.length} characters`);
