import * as tf from '@tensorflow/tfjs';
import { interpolate, linearPath, sampleDdpm, sphericalPath } from 'tfjs-generative';
import { findNearest } from './copies.js';
import { choose, pixelsOf, type ColourPictures, type ColourSet } from '../../shared/colour-pictures.js';
import { fromPixels, toPixels } from '../../shared/pixels.js';
import {
  drawGrid,
  enlarged,
  labelVector,
  labelsByClass,
  makeSamples,
  plainly,
  sample,
  type Material,
} from '../../emoji-samples/sampling.js';

/** Pictures in a row. */
const COLUMNS = 10;
/** The guidance of each row of the sweep; 0 ignores the class. */
const GUIDANCES = [0, 1, 1.5, 2, 3, 5];
/** The share of a picture that inpainting keeps. */
const KNOWN = 0.55;

/** The pictures of a trained model, by name, as PNG files. */
export async function drawPictures(
  material: Material,
  { train, heldOut }: ColourSet,
): Promise<Record<string, Uint8Array>> {
  const draw = (images: tf.Tensor) => drawGrid(enlarged(images, material.upscaler), COLUMNS);
  return {
    guidance: await draw(await guidanceSweep(material)),
    interpolation: await draw(await interpolation(material)),
    inpainting: await draw(await inpainting(material, heldOut)),
    nearest: await draw(await besideNearest(material, train)),
  };
}

/** Each row has a guidance; each column has a class and the noise that its sample starts from. */
async function guidanceSweep({ denoiser, classes, size, random, sampling = plainly }: Material): Promise<tf.Tensor> {
  const labels = Int32Array.from({ length: COLUMNS }, (_, i) => i % classes);
  const rows: tf.Tensor[] = [];
  for (const guidance of GUIDANCES) {
    const own = random.fork('guidance');
    rows.push(
      await makeSamples(denoiser, { labels, size, random: own, sampling: { ...sampling, guidance, guide: undefined } }),
    );
  }
  return concatenated(rows);
}

/**
 * Each row leads from one class to the next: the noise moves on the sphere, and the condition from the vector of one class to that of
 * the other.
 */
async function interpolation({ denoiser, classes, size, random, sampling }: Material): Promise<tf.Tensor> {
  const rows: tf.Tensor[] = [];
  for (let label = 0; label < classes; label++) {
    const noise = random.fork(`interpolation ${label}`);
    const x = tf.tidy(() => {
      const ends = [0, 1].map(() => noise.normal([1, size * size * 3])) as [tf.Tensor, tf.Tensor];
      return tf.reshape(interpolate(...ends, { steps: COLUMNS, path: sphericalPath }), [COLUMNS, size, size, 3]);
    });
    const condition = tf.tidy(() => {
      const ends = [label, (label + 1) % classes].map((end) => labelVector(denoiser, end));
      return interpolate(ends[0]!, ends[1]!, { steps: COLUMNS, path: linearPath });
    });
    rows.push(await sample(denoiser, { x, condition }, sampling));
    tf.dispose([x, condition]);
  }
  return concatenated(rows);
}

/** Held-out pictures, their upper parts, and three ways to fill in the rest: of a face, a mouth. */
async function inpainting({ denoiser, size, random }: Material, heldOut: ColourPictures): Promise<tf.Tensor> {
  const faces = heldOut.classes.indexOf('Smileys & Emotion');
  const ofClass = [...heldOut.labels.data.keys()].filter((i) => faces < 0 || heldOut.labels.data[i] === faces);
  const { images, labels } = choose(heldOut, ofClass.slice(0, COLUMNS));
  const originals = tf.tidy(() => tf.div(tf.tensor(Float32Array.from(images.data), [...images.shape]), 255));
  const condition = tf.tensor1d(labels.data, 'int32');
  const top = Math.ceil(KNOWN * size);
  const mask = tf.concat([tf.ones([1, top, size, 1]), tf.zeros([1, size - top, size, 1])], 1);
  const x = fromPixels(originals);
  const rows = [originals, tf.tidy(() => tf.add(tf.mul(originals, mask), tf.mul(0.8, tf.sub(1, mask))))];
  for (let i = 0; i < 3; i++) {
    const stream = random.fork(`inpainting ${i}`);
    const own = { shape: x.shape, steps: 30, random: stream, condition, known: { x, mask } };
    rows.push(toPixels(await sampleDdpm(denoiser, own)));
  }
  tf.dispose([x, mask, condition]);
  return concatenated(rows);
}

/** Five samples of each class, each to the left of the training picture that is nearest to it. */
async function besideNearest(
  { denoiser, classes, size, random, sampling }: Material,
  train: ColourPictures,
): Promise<tf.Tensor> {
  const labels = labelsByClass(classes, COLUMNS / 2);
  const samples = await makeSamples(denoiser, { labels, size, random: random.fork('nearest'), sampling });
  const { rows } = await findNearest(samples, train);
  const neighbours = pixelsOf(choose(train, Array.from(rows)));
  const pairs = tf.tidy(() => tf.reshape(tf.stack([samples, neighbours], 1), [-1, size, size, 3]));
  tf.dispose([samples, neighbours]);
  return pairs;
}

function concatenated(rows: tf.Tensor[]): tf.Tensor {
  const whole = tf.concat(rows);
  tf.dispose(rows);
  return whole;
}
