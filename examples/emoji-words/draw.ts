import * as tf from '@tensorflow/tfjs';
import {
  imageGrid,
  logSnrTimesteps,
  sampleDpmSolver,
  withGuidance,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { toPixels } from '../shared/pixels.js';
import { LENGTH } from './captions.js';
import { InputError } from '../shared/input-error.js';
import type { Encoded, Reader } from './vocabulary.js';

/** Calls of the network, each of which is two with guidance; how far samples are led; log(alpha / sigma) at the last call. */
const [STEPS, GUIDANCE, HIGH] = [12, 2, 1.6];
/** Height and width of pictures. */
const SIZE = 32;
/** Samples made at once. */
const BATCH_SIZE = 100;
/** Characters of the longest text that is read. */
const LONGEST = 200;
const [SCALE, GAP] = [3, 2];

/** Reads a text that a user typed; throws InputError with one sentence if nothing of it can be drawn. */
export function readText(text: string, reader: Reader): Encoded {
  if (text.trim() === '') throw new InputError('the text is empty: write some words, such as "woman scientist".');
  if (text.length > LONGEST) {
    throw new InputError(`the text has ${text.length} characters; at most ${LONGEST} are read.`);
  }
  const encoded = reader.encode(text);
  if (encoded.tokens.length > 0) return encoded;
  throw new InputError('the text has no word in Latin letters; the model has only seen English names.');
}

/** Texts as tokens, int32 `[texts.length, LENGTH]`; words beyond are left out. */
export function tokensOf(texts: readonly (readonly number[])[]): tf.Tensor2D {
  const data = new Int32Array(texts.length * LENGTH);
  texts.forEach((text, i) => data.set(text.slice(0, LENGTH), i * LENGTH));
  return tf.tensor2d(data, [texts.length, LENGTH], 'int32');
}

/** A sample for each text, `[texts.length, 32, 32, 3]` in [0, 1]. */
export async function drawTexts(
  denoiser: Denoiser,
  texts: readonly (readonly number[])[],
  random: RandomStream,
): Promise<tf.Tensor4D> {
  const tokens = tokensOf(texts);
  const samples = await sampleDpmSolver(withGuidance(denoiser, { guidance: GUIDANCE }), {
    shape: [texts.length, SIZE, SIZE, 3],
    batchSize: BATCH_SIZE,
    timesteps: logSnrTimesteps(denoiser.schedule, { steps: STEPS, high: HIGH }),
    clip: [-1, 1],
    random,
    conditions: { tokens },
    allowNoClass: true,
  });
  tokens.dispose();
  return toPixels(samples) as tf.Tensor4D;
}

/** Pictures in [0, 1], which it disposes, as a PNG file on white. */
export async function gridOf(images: tf.Tensor, columns: number): Promise<Uint8Array> {
  const picture = tf.tidy(() => imageGrid(images, { columns, gap: GAP, background: 1 }));
  const png = await encodePng(picture, { scale: SCALE });
  tf.dispose([images, picture]);
  return png;
}
