import * as tf from '@tensorflow/tfjs-core';
import { withGradient, type Denoiser } from 'tfjs-generative';
import { drawGrid, enlarged, guided, makeSamples, plainly, type Material } from './sampling.js';

/** The goals of the rows after the first, which has none: red, green, blue, in [0, 1]. */
const GOALS = [[0.85, 0.15, 0.15], [0.2, 0.65, 0.25], [0.15, 0.35, 0.85]] as const; // prettier-ignore
/** The factor of the gradient, chosen by eye: at 10 the pull is weak, at 100 the colour covers the whole drawing. */
const SCALE = 30;
const COLUMNS = 10;

/** A row of samples, and a row for each colour to which the same noise is pulled; with the mean distance from the colours. */
export async function drawColours({ denoiser, upscaler, sampling = plainly, classes, size, random }: Material) {
  const labels = Int32Array.from({ length: COLUMNS }, (_, i) => i % classes);
  const rowOf = (by: Denoiser): Promise<tf.Tensor> =>
    makeSamples(by, {
      labels,
      size,
      random: random.fork('colours'),
      sampling: { ...sampling, guidance: 1, guide: undefined },
    });
  const own = guided(denoiser, sampling);
  const rows = [await rowOf(own)];
  const distances = [];
  for (const goal of GOALS) {
    rows.push(await rowOf(withGradient(own, { loss: (estimate) => colourError(estimate, goal), scale: SCALE })));
    const [plain, pulled] = await Promise.all([rows[0]!, rows.at(-1)!].map((row) => distanceFrom(row, goal)));
    distances.push({ goal, plain: plain!, pulled: pulled! });
  }
  const all = tf.concat(rows);
  tf.dispose(rows);
  return { picture: await drawGrid(enlarged(all, upscaler), COLUMNS), distances };
}

/** The squared distance of the mean colour of what is not white from a goal, `[batch]`, for pictures in [-1, 1]. */
function colourError(pictures: tf.Tensor, goal: readonly number[]): tf.Tensor {
  const drawn = tf.clipByValue<tf.Tensor4D>(tf.mul(2, tf.max(tf.sub(1, pictures), 3, true)), 0, 1);
  const mean = tf.div(tf.sum(tf.mul(pictures, drawn), [1, 2]), tf.add(tf.sum(drawn, [1, 2]), 1));
  return tf.sum(tf.square(tf.sub(mean, tf.sub(tf.mul(2, tf.tensor1d([...goal])), 1))), 1);
}

/** The mean over pictures in [0, 1] of the distance of their colour from a goal. */
async function distanceFrom(pictures: tf.Tensor, goal: readonly number[]): Promise<number> {
  const mean = tf.tidy(() => tf.mean(tf.div(tf.sqrt(colourError(tf.sub(tf.mul(2, pictures), 1), goal)), 2)));
  const [distance] = await mean.data();
  mean.dispose();
  return distance!;
}
