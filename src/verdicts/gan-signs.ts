import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';

/** The ratios that verdicts on a game depend on. Each is 1 if nothing is wrong, whatever the loss and the scale of the data. */
export const SIGNS = ['diversity', 'discriminatorLoss', 'slope', 'generatorLoss'] as const;

/** Number of directions in which the spread of generated examples is compared with that of the data. */
const DIRECTIONS = 8;

/** The terms of a game's loss, each a scalar. */
interface GameLoss {
  discriminator(realLogits: Tensor, fakeLogits: Tensor): Tensor;
  generator(fakeLogits: Tensor, realLogits?: Tensor): Tensor;
}

/** The values that a step of a GAN passes to observers. */
export interface GanShown {
  /** The batch of data, `[batch, ...]`. */
  readonly real: Tensor;
  /** The generated examples, of the same shape. */
  readonly fake: Tensor;
  /** The logits of data in the discriminator's update, `[batch, 1]`. */
  readonly realLogits: Tensor;
  /** The logits of the generated examples, `[batch, 1]`. */
  readonly fakeLogits: Tensor;
  /** The discriminator's loss without the penalty, a scalar. */
  readonly discriminatorLoss: Tensor;
  /** The step's stream; fork it, so that the training draws the same numbers. */
  readonly random: RandomStream;
  /** The adversarial loss. */
  readonly loss: GameLoss;
  /** The remedies that are already in use, and therefore not advised: the name of the loss, r1Penalty for any penalty, augment, average. */
  readonly inUse: readonly (string | undefined)[];
}

/** Means and variances of data and fakes along a few directions. */
type Spreads = Readonly<Record<'real' | 'fake', { readonly mean: Tensor; readonly variance: Tensor }>>;

/** The {@link Spreads} of a step; the caller disposes them. */
export function spreadsOf({ real, fake, random }: Pick<GanShown, 'real' | 'fake' | 'random'>): Spreads {
  const size = real.size / real.shape[0];
  const directions = random.fork('directions').normal([size, DIRECTIONS]);
  const along = (x: Tensor) => tf.moments(tf.matMul(tf.reshape(x, [x.shape[0], size]), directions), 0);
  return { real: along(real), fake: along(fake) };
}

/**
 * `[2]`, sums over the directions: the squared distance of two Gaussians, (difference of means)^2 + (difference of standard
 * deviations)^2; and the data's variance, which is the distance of one point at their mean.
 */
export function distancesOf({ real, fake }: Spreads): Tensor {
  return tf.tidy(() => {
    const apart = tf.add(
      tf.square(tf.sub(fake.mean, real.mean)),
      tf.square(tf.sub(tf.sqrt(fake.variance), tf.sqrt(real.variance))),
    );
    return tf.stack([tf.sum(apart), tf.sum(real.variance)]);
  });
}

/** `[4]`, the numbers of {@link SIGNS}; the caller disposes it. */
export function signsOf(
  loss: GameLoss,
  { realLogits, fakeLogits, discriminatorLoss }: Pick<GanShown, 'realLogits' | 'fakeLogits' | 'discriminatorLoss'>,
  { real, fake }: Spreads,
): Tensor {
  return tf.tidy(() => {
    const [noReal, noFake] = [tf.zerosLike(realLogits), tf.zerosLike(fakeLogits)];
    const spread = tf.minimum(1, share(fake.variance, real.variance));
    // Low only if both the smallest and the mean are low: early in a healthy game, fakes lie along a curve, narrow in some directions and
    // wide in others. It is a fourth root, so that the moments in which collapsed fakes jump do not dominate averages. tf.pow is not
    // used, because on WebGL it is not exact for small numbers.
    const diversity = tf.sqrt(tf.sqrt(tf.sqrt(tf.mul(tf.min(spread), tf.mean(spread)))));
    const current = [discriminatorLoss, ...slopeAndLoss(loss, fakeLogits, realLogits)];
    const atZeroLogits = [loss.discriminator(noReal, noFake), ...slopeAndLoss(loss, noFake, noReal)];
    return tf.concat([tf.reshape(diversity, [1]), share(tf.stack(current), tf.stack(atZeroLogits))]);
  });
}

/**
 * The sum over the fakes of |d loss / d logit|, which measures how much of the discriminator's gradient reaches the generator; and the
 * generator's loss.
 */
function slopeAndLoss(loss: GameLoss, fakeLogits: Tensor, realLogits: Tensor): Tensor[] {
  const { value, grad } = tf.valueAndGrad((logits: Tensor) => loss.generator(logits, realLogits) as Scalar)(fakeLogits);
  return [tf.sum(tf.abs(grad)), value];
}

/** part / whole; 1 if the whole is 0, as for a loss without a scale. */
function share(part: Tensor, whole: Tensor): Tensor {
  const none = tf.cast(tf.equal(whole, 0), 'float32');
  return tf.add(none, tf.mul(tf.sub(1, none), tf.div(part, tf.add(whole, none))));
}
