import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import { decayAt } from '../training/trainer/average.js';
import { follow, OF_FEW, OF_MANY } from '../training/trainer/watch.js';
import { lossOf, type AdversarialLoss } from './losses/adversarial-loss.js';

/** The signs that a look at a game returns. Each is 1 where nothing is wrong, whatever the loss and the scale of the data. */
export const SIGNS = ['diversity', 'discriminatorLoss', 'slope', 'generatorLoss'] as const;

/** Directions in which the spread of generated examples is compared with that of the data. */
const DIRECTIONS = 8;

/** What a step of a GAN shows to a watch. */
export interface GameSeen {
  /** The batch of data, `[batch, ...]`. */
  readonly real: Tensor;
  /** What the generator made, of the same shape. */
  readonly fake: Tensor;
  /** The logits of data in the discriminator's update, `[batch, 1]`. */
  readonly realLogits: Tensor;
  /** The logits of what the generator made, `[batch, 1]`. */
  readonly fakeLogits: Tensor;
  /** The discriminator's loss without the penalty, a scalar. */
  readonly discriminatorLoss: Tensor;
  /** The step's stream; fork it, and the numbers of the training stay the same. */
  readonly random: RandomStream;
}

/** Means and variances of data and fakes along a few directions. */
type Spreads = Readonly<Record<'real' | 'fake', { readonly mean: Tensor; readonly variance: Tensor }>>;

/** The {@link Spreads} of what is seen; the caller disposes them. */
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
    // low only where the least and the mean are: young healthy fakes lie along a curve, narrow in some direction and wide in others;
    // as a fourth root, of which the averages are not those of the moments in which collapsed fakes jump
    // no power: on WebGL that of a small number is not exact
    const diversity = tf.sqrt(tf.sqrt(tf.sqrt(tf.mul(tf.min(spread), tf.mean(spread)))));
    const seen = [discriminatorLoss, ...slopeAndLoss(loss, fakeLogits, realLogits)];
    const knowingNothing = [loss.discriminator(noReal, noFake), ...slopeAndLoss(loss, noFake, noReal)];
    return tf.concat([tf.reshape(diversity, [1]), share(tf.stack(seen), tf.stack(knowingNothing))]);
  });
}

/** The averages, `[3, 4]`, after one more look: of the signs over few looks and over many, and of their squared distance from the latter. */
export function withSigns(averages: Tensor, signs: Tensor, lifeLooks: number): Tensor {
  return tf.tidy(() => {
    const mean = tf.slice(averages, [1, 0], [1, SIGNS.length]);
    const row = tf.reshape(signs, [1, SIGNS.length]);
    const decays = [OF_FEW, OF_MANY, OF_MANY].map((decay) => [decayAt(decay, lifeLooks)]);
    return follow(averages, tf.concat([row, row, tf.square(tf.sub(row, mean))]), decays);
  });
}

/** The sum over the fakes of |d loss / d logit|: how much of the discriminator's judgement reaches the generator; and its loss. */
function slopeAndLoss(loss: AdversarialLoss, fakeLogits: Tensor, realLogits: Tensor): Tensor[] {
  const { value, grad } = tf.valueAndGrad((logits: Tensor) => lossOf(loss, 'generator', logits, realLogits))(
    fakeLogits,
  );
  return [tf.sum(tf.abs(grad)), value];
}

/** part / whole; 1 where the whole is 0, which is so for a loss without a scale. */
function share(part: Tensor, whole: Tensor): Tensor {
  const none = tf.cast(tf.equal(whole, 0), 'float32');
  return tf.add(none, tf.mul(tf.sub(1, none), tf.div(part, tf.add(whole, none))));
}
