import * as tf from '@tensorflow/tfjs';
import type { Denoiser, RandomStream } from 'tfjs-generative';
import { sample } from './model.js';
import { arrowPlaces, picture, type Arrow, type Panel, type Points } from './picture.js';
import { draw, type PointSet } from './sets.js';

const POINTS = 500;
const PATHS = 60;
/** Steps of the sampler before which the points are shown, counted from 0: sigma is 0.95, 0.77, 0.42 and 0.27. */
const SHOWN = [8, 10, 12, 13];

/**
 * Two rows of panels, as an SVG file. Top: the points before some steps of the sampler, the samples, and data. Bottom: the field of each of
 * these steps, that of the last step, and the paths of some points from noise to their ends.
 */
export async function drawReverse(set: PointSet, denoiser: Denoiser, random: RandomStream): Promise<string> {
  const states: Points[] = [];
  const timesteps: number[] = [];
  const samples = await sample(denoiser, POINTS, random.fork('samples'), async ({ xt, timestep }) => {
    states.push((await xt.array()) as number[][]);
    timesteps.push(timestep);
  });
  states.push(await take(samples));
  const data = await take(draw(set, POINTS, random.fork('data')));
  const ends = states.at(-1)!;
  const noiseAt = (step: number): string =>
    `σ = ${Math.sqrt(1 - denoiser.schedule.alphaBar[timesteps[step]!]!).toFixed(2)}`;
  const fields: Panel[] = [];
  for (const step of [...SHOWN, timesteps.length - 1]) {
    const arrows = await field(denoiser, timesteps[step]!);
    fields.push({ title: `field, ${noiseAt(step)}`, points: states[step]!, pale: true, arrows });
  }
  const panels: Panel[] = [
    ...SHOWN.map((step) => ({ title: noiseAt(step), points: states[step]! })),
    { title: 'samples', points: ends },
    { title: 'data', points: data },
    ...fields,
    {
      title: 'paths',
      points: ends,
      pale: true,
      paths: Array.from({ length: PATHS }, (_, i) => states.map((points) => points[i]!)),
    },
  ];
  return picture(panels, panels.length / 2);
}

/** alpha = cos(angle), sigma = sin(angle): the velocity, alpha noise - sigma x_0, is dx / d angle. Samples go the other way. */
async function field(denoiser: Denoiser, timestep: number): Promise<Arrow[]> {
  const places = arrowPlaces();
  const velocities = await take(
    tf.tidy(() => {
      const timesteps = tf.fill([places.length], timestep, 'int32');
      const { sample: estimate, noise } = denoiser.estimate(tf.tensor2d(places), timesteps);
      const alphaBar = denoiser.schedule.alphaBar[timestep]!;
      return tf.sub(tf.mul(Math.sqrt(1 - alphaBar), estimate), tf.mul(Math.sqrt(alphaBar), noise));
    }),
  );
  return places.map((from, i) => ({ from, velocity: velocities[i]! }));
}

async function take(points: tf.Tensor): Promise<number[][]> {
  const values = (await points.array()) as number[][];
  points.dispose();
  return values;
}
