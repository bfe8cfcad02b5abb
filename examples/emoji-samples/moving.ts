import * as tf from '@tensorflow/tfjs-core';
import { imageGrid, interpolate, linearPath, sampleDdpm, sphericalPath } from 'tfjs-generative';
import { choose, pixelsOf, type ColourPictures } from '../shared/colour-pictures.js';
import type { Frame } from '../shared/gif.js';
import { fromPixels, toPixels } from '../shared/pixels.js';
import { enlarged, labelVector, sample, type Material } from './sampling.js';

/** Pictures next to each other. */
const TILES = 8;
const GAP = 4;
/** Milliseconds of a frame, and of one at which the film stays. */
const [SHOWN, STAYED] = [70, 900];

/** A moving picture. */
export interface Film {
  readonly frames: readonly Frame[];
  /** The frame to show where nothing should move. */
  readonly still: number;
}

/** Frames from one picture of a tile to the next. */
const BETWEEN = 10;
/** The classes of each tile's three pictures: faces, people, flags and signs first. */
const WAYS = [
  ['Smileys & Emotion', 'Smileys & Emotion', 'Smileys & Emotion'],
  ['Smileys & Emotion', 'People & Body', 'Smileys & Emotion'],
  ['Flags', 'Flags', 'Flags'],
  ['People & Body', 'People & Body', 'People & Body'],
  ['Symbols', 'Symbols', 'Symbols'],
  ['Food & Drink', 'Smileys & Emotion', 'Food & Drink'],
  ['People & Body', 'Animals & Nature', 'People & Body'],
  ['Symbols', 'Travel & Places', 'Flags'],
];

/**
 * Each tile goes through three pictures and back to the first: the noise moves on the sphere, and the condition from the vector of one class to
 * that of the next.
 */
export async function drawMorphing(material: Material, names: readonly string[]): Promise<Film> {
  const { denoiser, upscaler, sampling, size, random } = material;
  const noise = random.fork('morphing');
  const length = size * size * 3;
  const stops = WAYS[0]!.length;
  const paths = WAYS.map((way, tile) => {
    const own = noise.fork(`tile ${tile}`);
    const ends = way.map(() => own.normal([1, length]));
    const labels = way.map((name) => labelVector(denoiser, names.indexOf(name)));
    // the last point of each part is the first of the next
    const parts = way.map((_, i) => {
      const to = (i + 1) % stops;
      const steps = BETWEEN + 1;
      return {
        x: tf.slice(interpolate(ends[i]!, ends[to]!, { steps, path: sphericalPath }), [0, 0, 0], [1, BETWEEN, length]),
        condition: tf.slice(interpolate(labels[i]!, labels[to]!, { steps, path: linearPath }), 0, BETWEEN),
      };
    });
    return {
      x: tf.reshape(
        tf.concat(
          parts.map(({ x }) => x),
          1,
        ),
        [stops * BETWEEN, size, size, 3],
      ),
      condition: tf.concat(parts.map(({ condition }) => condition)),
    };
  });
  const frames: Frame[] = [];
  for (let i = 0; i < stops * BETWEEN; i++) {
    const x = tf.tidy(() => tf.concat(paths.map((path) => tf.slice(path.x, i, 1))));
    const condition = tf.tidy(() => tf.concat(paths.map((path) => tf.slice(path.condition, i, 1))));
    const pictures = enlarged(await sample(denoiser, { x, condition }, sampling), upscaler);
    frames.push({ picture: inRow(pictures), milliseconds: i % BETWEEN === 0 ? STAYED : SHOWN });
    tf.dispose([x, condition]);
  }
  return { frames, still: (stops - 1) * BETWEEN };
}

/** Steps of the sampler, and how often each picture is completed. */
const [STEPS, TIMES] = [30, 3];
/** The share of a picture that is known. */
const KNOWN = 0.55;

/** Held-out faces, of which the lower halves are filled in step by step, several times: each frame shows the sampler's estimate. */
export async function drawCompletion(material: Material, heldOut: ColourPictures): Promise<Film> {
  const { denoiser, upscaler, size, random } = material;
  const face = heldOut.classes.indexOf('Smileys & Emotion');
  const rows = [...heldOut.labels.data.keys()].filter((i) => heldOut.labels.data[i] === face).slice(0, TILES);
  const originals = pixelsOf(choose(heldOut, rows));
  const x = fromPixels(originals);
  const top = Math.ceil(KNOWN * size);
  const mask = tf.concat([tf.ones([1, top, size, 1]), tf.zeros([1, size - top, size, 1])], 1);
  const condition = tf.fill([rows.length], face, 'int32');
  const covered = tf.tidy(() => tf.add(tf.mul(originals, mask), tf.mul(0.85, tf.sub(1, mask))));
  const frames: Frame[] = [
    { picture: inRow(enlarged(originals, upscaler)), milliseconds: STAYED },
    { picture: inRow(enlarged(covered, upscaler)), milliseconds: STAYED },
  ];
  for (let i = 0; i < TIMES; i++) {
    await sampleDdpm(denoiser, {
      shape: x.shape,
      steps: STEPS,
      random: random.fork(`completion ${i}`),
      condition,
      known: { x, mask },
      clip: [-1, 1],
      onStep: ({ step, estimate }) => {
        if (step % 2 !== 0) return;
        const known = tf.tidy(() => tf.add(tf.mul(x, mask), tf.mul(estimate, tf.sub(1, mask))));
        const picture = inRow(enlarged(toPixels(known), upscaler));
        frames.push({ picture, milliseconds: step === STEPS ? 2 * STAYED : SHOWN });
      },
    });
  }
  tf.dispose([x, mask, condition]);
  return { frames, still: frames.length - 1 };
}

/** Pictures in one row, on white; it disposes them. */
function inRow(pictures: tf.Tensor): tf.Tensor {
  const row = tf.tidy(() => imageGrid(pictures, { columns: TILES, gap: GAP, background: 1 }));
  pictures.dispose();
  return row;
}
