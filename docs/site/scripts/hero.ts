// Trains a diffusion model on two moons and writes how its samples come out of noise, for the picture of the start page: `npx tsx docs/site/scripts/hero.ts`
import { writeFile } from 'node:fs/promises';
import type * as tf from '@tensorflow/tfjs-core';
import { createModel } from '../../../examples/diffusion-2d/model.js';
import { draw, twoMoons } from '../../../examples/diffusion-2d/sets.js';
import { batches, createRandom, sampleDdim, train } from '../../../src/index.js';
import { startWasm } from '../../../src/wasm/index.js';

const UPDATES = 3_000;
const POINTS = 260;
const STEPS = 24;
/** Points from -EXTENT to EXTENT become bytes. */
const EXTENT = 3.2;

await startWasm({ threads: 1 });
const random = createRandom(1);
const moons = draw(twoMoons, 100_000, random);
const { trainer, sampled } = createModel(UPDATES, { schedule: 'cosine', target: 'velocity' }, random);
const source = batches(moons, { batchSize: 256, random });
for await (const { step, metrics } of train(trainer, source, { steps: UPDATES, reportEvery: 500 }))
  console.log(`update ${step}: loss ${metrics.loss.toFixed(3)}`);

const frames: number[][] = [];
const first = random.normal([POINTS, 2]);
const keep = async (points: tf.Tensor): Promise<void> => {
  const bytes = [...(await points.data())].map((value) => Math.round(((value + EXTENT) / (2 * EXTENT)) * 255));
  frames.push(bytes.map((byte) => Math.min(255, Math.max(0, byte))));
};
await keep(first);
await sampleDdim(sampled, {
  from: { x: first, timestep: 199 },
  steps: STEPS,
  onStep: ({ xt }) => keep(xt),
});
const text = Buffer.from(frames.flat()).toString('base64');
await writeFile('docs/site/start/paths.json', `${JSON.stringify({ points: POINTS, frames: frames.length, text })}\n`);
console.log(`${frames.length} frames, ${text.length} characters`);
