import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { classesOf } from '../nets/classes-of.js';
import type { RandomStream } from '../random/stream.js';
import { checkInteger } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import type { ConditionedAugmentation } from './conditioned-augmentation.js';
import type { Denoiser } from './denoiser.js';

/** Throws unless `augment` changes pictures, and says how. */
export function checkAugmentation(where: string, argument: string, augment: unknown): void {
  const { size, apply } = (augment ?? {}) as Partial<ConditionedAugmentation>;
  if (typeof apply !== 'function') {
    const fix = 'Make one with conditionedAugmentation.';
    throw wrongKind(where, argument, 'must be an augmentation with a size', { got: augment, fix });
  }
  checkInteger(where, `${argument}.size`, size);
}

/** Throws unless the denoiser's network reads the numbers of the changes. */
export function checkRoom(where: string, { size }: ConditionedAugmentation, denoiser: Denoiser): void {
  const classes = classesOf(denoiser);
  if (classes === undefined || classes >= size) return;
  const fix = `Make its network with \`classes: labels + ${size}\`.`;
  throw unusable(where, 'augment', `must fit a network that reads its ${size} numbers`, {
    seen: `one of ${classes}`,
    fix,
  });
}

/** The number of a denoiser's own class labels; undefined for a network that takes vectors. */
export function labelCount({ size }: ConditionedAugmentation, denoiser: Denoiser): number | undefined {
  const classes = classesOf(denoiser);
  return classes === undefined ? undefined : classes - size;
}

interface Augmented {
  readonly x: Tensor;
  readonly condition: Tensor | undefined;
  readonly denoiser: Denoiser;
  readonly random: RandomStream;
  readonly training: boolean;
}

/** In training, changed pictures with a condition that says how: the label as zeros and a one, or the vector, then the changes. */
export function augmented(
  augment: ConditionedAugmentation,
  { x, condition, denoiser, random, training }: Augmented,
): { readonly x: Tensor; readonly condition: Tensor | undefined } {
  const labels = labelCount(augment, denoiser);
  if (!training) {
    const none = labels === undefined ? undefined : tf.fill([x.shape[0]], -1, 'int32');
    return { x, condition: condition ?? none };
  }
  if (condition !== undefined && (labels === 0 || (labels === undefined && condition.dtype === 'int32'))) {
    const rule = labels === 0 ? 'must be left out, as the network reads the changes only' : 'must be vectors';
    throw wrongKind('step', 'batch.condition', rule, { got: condition });
  }
  const { images, changes } = augment.apply(x, random);
  if (condition === undefined) return { x: images, condition: changes };
  // the cast is separate because wasm's oneHot writes integers into a float32 tensor; tf.oneHot does not accept a depth of 1
  const hot = (depth: number): Tensor => {
    const all = tf.cast(tf.oneHot(condition, Math.max(depth, 2)), 'float32');
    return depth === 1 ? tf.slice(all, [0, 0], [-1, 1]) : all;
  };
  const own = condition.dtype === 'int32' ? hot(labels!) : condition;
  return { x: images, condition: tf.concat([own, changes], 1) };
}
