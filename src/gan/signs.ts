import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import { decayAt } from '../training/trainer/average.js';
import { follow, OF_FEW, OF_MANY } from '../training/trainer/watch.js';
import { lossOf, type AdversarialLoss } from './losses/adversarial-loss.js';

/** The signs that a look at a game returns. Each is 1 where nothing is wrong, whatever the loss and the scale of the data. */
export const SIGNS = ['diversity', 'discriminatorLoss', 'slope', 'generatorLoss'] as const;

/** Number of directions in which the spread of generated examples is compared with that of the data. */
const DIRECTIONS = 8;

/** The values that a step of a GAN passes to a watch. */
export interface GameSeen {
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
}

/** Means and variances of data and fakes along a few directions. */
type Spreads = Readonly<Record<'real' | 'fake', { readonly mean: Tensor; readonly variance: Tensor }>>;

/** The {@link Spreads} of a step; the caller disposes them. */
export function spreadsOf({ real, fake, random }: Pick<GameSeen, 'real' | 'fake' | 'random'>): Spreads {
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
  loss: AdversarialLoss,
  { realLogits, fakeLogits, discriminatorLoss }: Pick<GameSeen, 'realLogits' | 'fakeLogits' | 'discriminatorLoss'>,
  { real, fake }: Spreads,
): Tensor {
  return tf.tidy(() => {
    const [noReal, noFake] = [tf.zerosLike(realLogits), tf.zerosLike(fakeLogits)];
    const spread = tf.minimum(1, share(fake.variance, real.variance));
    // Low only if both the least and the mean are low: early in a healthy game, fakes lie along a curve, narrow in some directions and
    // wide in others. It is a fourth root, so that the moments in which collapsed fakes jump do not dominate averages. tf.pow is not
    // used, because on WebGL it is not exact for small numbers.
    const diversity = tf.sqrt(tf.sqrt(tf.sqrt(tf.mul(tf.min(spread), tf.mean(spread)))));
    const seen = [discriminatorLoss, ...slopeAndLoss(loss, fakeLogits, realLogits)];
    const knowingNothing = [loss.discriminator(noReal, noFake), ...slopeAndLoss(loss, noFake, noReal)];
    return tf.concat([tf.reshape(diversity, [1]), share(tf.stack(seen), tf.stack(knowingNothing))]);
  });
}

/**
 * The averages, `[3, 4]`, after one more look: of the signs over few looks and over many, and of their squared distance from the latter.
 */
export function withSigns(averages: Tensor, signs: Tensor, totalCalls: number): Tensor {
  return tf.tidy(() => {
    const mean = tf.slice(averages, [1, 0], [1, SIGNS.length]);
    const row = tf.reshape(signs, [1, SIGNS.length]);
    const decays = [OF_FEW, OF_MANY, OF_MANY].map((decay) => [decayAt(decay, totalCalls)]);
    return follow(averages, tf.concat([row, row, tf.square(tf.sub(row, mean))]), decays);
  });
}

/**
 * The sum over the fakes of |d loss / d logit|, which measures how much of the discriminator's gradient reaches the generator; and the
 * generator's loss.
 */
function slopeAndLoss(loss: AdversarialLoss, fakeLogits: Tensor, realLogits: Tensor): Tensor[] {
  const { value, grad } = tf.valueAndGrad((logits: Tensor) => lossOf(loss, 'generator', logits, realLogits))(
    fakeLogits,
  );
  return [tf.sum(tf.abs(grad)), value];
}

/** part / whole; 1 if the whole is 0, as for a loss without a scale. */
function share(part: Tensor, whole: Tensor): Tensor {
  const none = tf.cast(tf.equal(whole, 0), 'float32');
  return tf.add(none, tf.mul(tf.sub(1, none), tf.div(part, tf.add(whole, none))));
}
