import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkImages } from '../tensor/checks.js';
import { readBatch, type Batch } from '../training/data/batch.js';

/** A batch of pictures with other pictures; a condition stays as it is. The caller frees what is made on the way. */
export function changedBatch<B extends Batch>(
  where: string,
  batch: B,
  random: RandomStream,
  change: (images: Tensor) => Tensor,
): B {
  const { x } = readBatch(where, batch);
  checkImages(where, batch instanceof tf.Tensor ? 'batch' : 'batch.x', x);
  checkRandom(where, 'random', random);
  // a clone, so that the caller may dispose one and keep the other
  const images = tf.clone(change(x));
  return (batch instanceof tf.Tensor ? images : { ...batch, x: images }) as B;
}
