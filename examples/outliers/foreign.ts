import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import { inTurn, pixelsOf } from '../shared/colour-pictures.js';
import { loadPictures } from '../shared/load-pictures.js';

/** Pixels of a side: those of clothes, and of emoji before their border is cut off. */
const [SIDE, EMOJI_SIDE] = [28, 32];
const BLACK = [0, 0, 0] as const;

/** Kinds of pictures that differ from the training data, `[count, 28, 28, 1]` in [0, 1], by name; the caller disposes them. */
export async function foreignPictures(clothes: tf.Tensor, random: RandomStream): Promise<Record<string, tf.Tensor>> {
  const { train } = await loadPictures({ size: EMOJI_SIDE, background: BLACK });
  const pixels = pixelsOf(inTurn(train));
  const count = clothes.shape[0];
  const border = (EMOJI_SIDE - SIDE) / 2;
  const kinds = {
    'emoji, grey': () => {
      const some = tf.slice(pixels, [0, border, border, 0], [Math.min(count, pixels.shape[0]), SIDE, SIDE, 3]);
      return tf.mean(some, 3, true);
    },
    noise: () => random.fork('noise').uniform(clothes.shape),
    'clothes, pixels in another order': () => {
      const order = tf.tensor1d(Int32Array.from(random.fork('order').permutation(SIDE * SIDE)), 'int32');
      return tf.reshape(tf.gather(tf.reshape(clothes, [count, SIDE * SIDE]), order, 1), clothes.shape);
    },
    'clothes, inverted': () => tf.sub(1, clothes),
    'clothes, upside down': () => tf.reverse(clothes, 1),
    'clothes, left and right exchanged': () => tf.reverse(clothes, 2),
    'clothes, at half the brightness': () => tf.mul(0.5, clothes),
    black: () => tf.zerosLike(clothes),
  };
  const pictures = Object.fromEntries(Object.entries(kinds).map(([name, make]) => [name, tf.tidy(make)]));
  pixels.dispose();
  return pictures;
}
