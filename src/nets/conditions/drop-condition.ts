import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import { wrongKind } from '../../tensor/errors.js';

/** The condition that means "none": labels of -1, or vectors of zeros. */
export function noCondition(condition: Tensor): Tensor {
  return condition.dtype === 'int32' ? tf.fill(condition.shape, -1, 'int32') : tf.zerosLike(condition);
}

/** The condition of a batch; in training, it is dropped for a random share of the examples. Throws if there is none. */
export function dropSome(
  where: string,
  condition: Tensor | undefined,
  share: number,
  { training, random }: { readonly training: boolean; readonly random: RandomStream },
): Tensor {
  if (condition === undefined) {
    const fix = 'Give batches { x, condition }, or leave dropCondition out.';
    throw wrongKind(where, 'batch.condition', 'must be a tensor', { got: condition, fix });
  }
  if (!training) return condition;
  const kept = tf.cast(tf.greaterEqual(random.uniform([condition.shape[0]]), share), condition.dtype);
  if (condition.dtype === 'float32') return tf.mul(condition, tf.reshape(kept, [-1, 1]));
  // label + 1 is kept or multiplied by 0; the latter means the label -1, for none
  return tf.sub(tf.mul(kept, tf.add(condition, tf.scalar(1, 'int32'))), tf.scalar(1, 'int32'));
}
