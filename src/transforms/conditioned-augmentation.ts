import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import { checkInteger, checkNumber, checkShape } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { madeBy } from '../tensor/made-by.js';
import { oneHot } from '../tensor/one-hot.js';
import { readOptions } from '../tensor/options.js';
import { readBatch, type Batch } from '../training/data/batch.js';
import { changedBatch } from './changed-batch.js';
import { affine, affineRules, isBelow0, type RandomAffineOptions } from './random-affine.js';

/** Changed pictures, and what was changed. */
export interface AugmentedBatch {
  /** The pictures, float32 `[batch, height, width, channels]`. */
  readonly x: Tensor;
  /** float32 `[batch, classes + size]`: the label as zeros and a one, or the vector, and then the changes. */
  readonly condition: Tensor;
}

/** A `transform` for `batches` that changes pictures and says how in their condition. {@link conditionedAugmentation} makes one. */
export interface ConditionedAugmentation {
  /** Numbers that describe the change of a picture; all are 0 for a picture that is not changed. */
  readonly size: number;
  /**
   * Changes each picture of a batch by its own random numbers.
   *
   * @param batch - pictures, float32 `[batch, height, width, channels]`, or `{ x, condition }`
   * @param random - where the numbers come from
   * @returns the pictures, and float32 `[batch, classes + size]`; the caller disposes both
   */
  (batch: Batch, random: RandomStream): AugmentedBatch;
}

/** Options of {@link conditionedAugmentation}; a change whose option is left out is not made. */
export interface ConditionedAugmentationOptions extends RandomAffineOptions {
  /** The number of class labels, or of numbers of vectors, that the data have as their condition; 0 for data without a condition. */
  readonly classes: number;
  /** The share of pictures to which shifts, rotations, sizes and colours are applied, each by itself, in (0, 1]; default 0.12. */
  readonly share?: number | undefined;
  /** A number uniform in [-brightness, brightness) is added; at least 0; default 0. */
  readonly brightness?: number | undefined;
  /** The distance from the picture's mean is multiplied by a number uniform in [1 - contrast, 1 + contrast); at least 0; default 0. */
  readonly contrast?: number | undefined;
  /** The share of pictures whose label is replaced by zeros, for guidance; in [0, 1); default 0. It replaces the trainer's `dropCondition`. */
  readonly dropLabel?: number | undefined;
}

/**
 * Changes pictures at random for the training of a denoiser, and tells its network how, so that its samples are not changed: a few hundred
 * pictures serve as many more, and sampling by labels asks for pictures as they are.
 *
 * x' = mean + v (a(x) - mean) + b, where a is the change of {@link randomAffine} and v and b are contrast and brightness; condition' = [label, changes]
 *
 * The label is written as zeros and a one, and a vector stays as it is; -1 and a label that is dropped are zeros. The changes, in this order and
 * without those that are not made, are 0 or 1 for each flip; right and down; cos(angle) - 1 and sin(angle); size, brightness and contrast,
 * each in multiples of its bound.
 *
 * It draws `uniform([batch, 8], -1, 1)` for the changes, `uniform([batch, 4])` for the shares, and `uniform([batch, 1])` for the label.
 *
 * @param options - see {@link ConditionedAugmentationOptions}
 * @returns a `transform` for `batches` with its `size`. The denoiser's network has `classes: classes + augmentation.size`; a sampler gets labels
 *   as without the augmentation, or -1 if there are no classes. It throws TypeError, RangeError or `ShapeError` if a batch does not fit
 * @throws TypeError or RangeError if an option is wrong, or if no change is left
 * @remarks Leave the trainer's `dropCondition` out: it would drop the changes together with the label, and samples without a label would be changed.
 * A label of at least `classes` gives NaN, so that a trainer skips the update.
 * @example
 * ```ts
 * const augmentation = conditionedAugmentation({ classes: 3, flip: true, rotation: 0.3, dropLabel: 0.1 });
 * const network = unet({ channels: 1, widths: [8], classes: 3 + augmentation.size, random: createRandom(1) });
 * console.log(augmentation.size); // 3
 * ```
 * @see Karras et al. 2022, appendix F.2, https://arxiv.org/abs/2206.00364
 */
export function conditionedAugmentation(options: ConditionedAugmentationOptions): ConditionedAugmentation {
  const where = 'conditionedAugmentation';
  const read = readOptions(where, options, {
    classes: { is: checkInteger, least: 0 },
    ...affineRules,
    brightness: { is: checkNumber, default: 0, least: 0 },
    contrast: { is: checkNumber, default: 0, least: 0 },
    share: { is: checkNumber, default: 0.12, above: 0, most: 1 },
    dropLabel: { is: checkNumber, default: 0, least: 0, below: 1 },
  });
  const { classes, flip, flipVertically, shift, rotation, scale, brightness, contrast, share, dropLabel } = read;
  const isMade = [flip, flipVertically, shift, shift, rotation, rotation, scale, brightness, contrast];
  const size = isMade.filter(Boolean).length;
  if (size === 0) throw outOfRange(where, 'options', 'must leave a change, such as a flip', { seen: 'none' });

  const augment = (batch: Batch, random: RandomStream): { x: Tensor; condition: Tensor } => {
    const { x: pictures, condition, conditions } = readBatch(where, batch);
    if (conditions !== undefined) {
      throw wrongKind(where, 'batch.conditions', 'must be omitted: this transform cannot augment them', {
        got: conditions,
      });
    }
    const count = pictures.shape[0];
    const each = (numbers: Tensor): Tensor => tf.reshape(numbers, [count, 1, 1, 1]);
    return tf.tidy(() => {
      const own = labelNumbers(where, condition, classes, count);
      let changes: readonly Tensor[] = [];
      const { x } = changedBatch(where, { x: pictures }, random, (images) => {
        const [flips, flops, ...others] = tf.split(random.uniform([count, 8], -1, 1), 8, 1) as [Tensor, ...Tensor[]];
        const uses = tf.split(tf.cast(tf.less(random.uniform([count, 4]), share), 'float32'), 4, 1);
        // right and down, as well as brightness and contrast, are applied to the same pictures
        const used = [0, 0, 1, 2, 3, 3].map((use, i) => tf.mul(uses[use]!, others[i]!));
        const [right, down, turn, factor, bright, far] = used as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
        const made = affine(images, [isBelow0(flips), isBelow0(flops!), right, down, turn, factor], read);
        changes = [...made.changes, bright, far].filter((_, i) => isMade[i]);
        const mean = tf.mean(made.images, [1, 2, 3], true);
        const away = tf.mul(tf.add(1, tf.mul(contrast, each(far))), tf.sub(made.images, mean));
        const isRecoloured = brightness > 0 || contrast > 0;
        return isRecoloured ? tf.add(away, tf.add(mean, tf.mul(brightness, each(bright)))) : made.images;
      });
      if (own === undefined) return { x, condition: tf.concat([...changes], 1) };
      const kept = tf.cast(tf.greaterEqual(random.uniform([count, 1]), dropLabel), 'float32');
      return { x, condition: tf.concat([tf.mul(own, kept), ...changes], 1) };
    });
  };
  return Object.freeze(madeBy(where, read, Object.assign(augment, { size })));
}

/** Labels as zeros and a one, or vectors as they are, `[batch, classes]`; undefined if there are no classes. */
function labelNumbers(
  where: string,
  condition: Tensor | undefined,
  classes: number,
  batch: number,
): Tensor | undefined {
  if ((condition === undefined) !== (classes === 0)) {
    const rule =
      classes === 0 ? 'must be left out, as `classes` is 0' : `must be a tensor, as \`classes\` is ${classes}`;
    throw wrongKind(where, 'batch.condition', rule, { got: condition });
  }
  if (condition === undefined) return undefined;
  if (condition.dtype === 'float32') {
    checkShape(where, 'batch.condition', condition, [batch, classes]);
    return condition;
  }
  const isKnown = tf.less(condition, tf.scalar(classes, 'int32'));
  const nan = tf.where(isKnown, tf.zeros([batch]), tf.fill([batch], NaN));
  return tf.add(oneHot(condition, classes), tf.reshape(nan, [batch, 1]));
}
