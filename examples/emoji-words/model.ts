import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  crossAttention,
  logNormalTimesteps,
  patchwise,
  predictVelocity,
  textEncoder,
  unet,
  withTokens,
  type Denoiser,
  type RandomStream,
  type Schedule,
} from 'tfjs-generative';
import { fromPixels } from '../shared/pixels.js';
import { LENGTH, TEXTS, textsOf } from './captions.js';
import type { CaptionedPictures } from './captioned.js';
import type { Reader } from './vocabulary.js';

const BATCH_SIZE = 64;
/** Channels at 16 x 16 positions, each a patch of 2 x 2 pixels, and at 8 x 8, where each position also attends to all others and to the words. */
const [PATCH, WIDTHS, ATTENTION] = [2, [48, 96], [1]];
/** Numbers per word, and in the vector of the time and of the whole text; blocks of the text encoder. */
const [WIDTH, LAYERS] = [128, 2];
const BETA2 = 0.99;
const AVERAGE_DECAY = 0.999;
/** The share of pictures whose words are dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** Removes noise from pictures `[batch, 32, 32, 3]` in [-1, 1] by their words, `conditions.tokens`. */
export function createWordDenoiser(tokens: number, random: RandomStream): Denoiser {
  const picture = unet({
    channels: 3 * PATCH ** 2,
    widths: WIDTHS,
    attention: ATTENTION,
    attend: crossAttention,
    classes: WIDTH,
    timeSize: WIDTH,
    random: random.fork('denoiser'),
  });
  const words = textEncoder({ tokens, length: LENGTH, width: WIDTH, layers: LAYERS, random: random.fork('words') });
  return createDenoiser(withTokens(patchwise(picture, { size: PATCH }), words), {
    schedule: cosineSchedule({ steps: 1000 }),
    predicts: predictVelocity,
  });
}

/** A denoiser, its average over the run, and what trains them. */
export function createWordModel(tokens: number, learningRate: Schedule, random: RandomStream) {
  const [denoiser, averaged] = [0, 1].map(() => createWordDenoiser(tokens, random)) as [Denoiser, Denoiser];
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate, beta2: BETA2 }),
    random,
    timesteps: logNormalTimesteps(denoiser.schedule),
    dropCondition: { tokens: DROPPED },
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  return { trainer, denoiser, averaged };
}

/** Batches of pictures in [-1, 1], each with one of its texts. */
export function createSource({ pictures, captions }: CaptionedPictures, reader: Reader, random: RandomStream) {
  const tokens = textsOf(captions, reader, random);
  return batches(
    { x: pictures.images, conditions: { tokens } },
    {
      batchSize: BATCH_SIZE,
      random,
      transform: ({ x, conditions }, own) => ({ x: fromPixels(x), conditions: { tokens: oneText(conditions.tokens, own) } }), // prettier-ignore
    },
  );
}

/** One of the texts of each picture, chosen at random. */
function oneText(texts: tf.Tensor, random: RandomStream): tf.Tensor {
  return tf.tidy(() => {
    const [count] = texts.shape as [number];
    const chosen = tf.oneHot(tf.cast(random.integers([count], 0, TEXTS), 'int32'), TEXTS);
    const all = tf.reshape(texts, [count, TEXTS, LENGTH]);
    return tf.cast(tf.sum(tf.mul(all, tf.reshape(tf.cast(chosen, 'int32'), [count, TEXTS, 1])), 1), 'int32');
  });
}
