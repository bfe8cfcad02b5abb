import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { beyondUnit } from '../tensor/beyond-unit.js';
import type { RandomStream } from '../random/stream.js';
import { lossOf, type AdversarialLoss } from './losses/adversarial-loss.js';

/** The signs that one look at a game gives. Each is 1 where nothing is wrong, whatever the loss and the scale of the data. */
export const SIGNS = ['diversity', 'discriminatorLoss', 'slope', 'generatorLoss'] as const;

/** Decays of the averages over looks: the last few, the last twenty, and the last twenty's scatter. */
const DECAYS = [0.7, 0.95, 0.95];
/** Directions in which the spread of generated examples is compared with that of the data. */
const DIRECTIONS = 8;

/** What a look at a game needs: the batches, and the discriminator's output for them. */
export interface Look {
  readonly real: Tensor;
  readonly fake: Tensor;
  readonly realLogits: Tensor;
  readonly fakeLogits: Tensor;
  readonly discriminatorLoss: Tensor;
  /** The game's stream; a fork of it gives the directions, always the same. */
  readonly random: RandomStream;
}

/** Watches a game on the device; a trainer puts back what is then not finite. */
export interface Diagnostics {
  /** Takes the n-th look, counted from 0, into the averages. */
  look(at: Look, n: number): void;
  /** `[3, 4]`: averages of the signs over few looks and over many, and the mean square of their distance from the latter. */
  readonly evidence: Variable;
  /** In how many looks some logit was outside of [0, 1]. */
  readonly outside: Variable;
  /** `[2]`: averages over many looks of {@link distancesOf}. */
  readonly distances: Variable;
  /** Looks, and the examples in the batch of the last. */
  readonly looks: number;
  readonly batch: number;
}

/** Makes the diagnostics of a game with the given loss; the caller disposes the evidence. */
export function createDiagnostics(loss: AdversarialLoss): Diagnostics {
  const evidence = tf.tidy(() =>
    tf.variable(tf.concat([tf.ones([2, SIGNS.length]), tf.zeros([1, SIGNS.length])]), false),
  );
  const [outside, distances] = [1, 2].map((size) => tf.tidy(() => tf.variable(tf.zeros([size]), false))) as [
    Variable,
    Variable,
  ];
  let [looks, batch] = [0, 1];
  const follow = (spreads: Spreads): void => {
    const news = distancesOf(spreads);
    const decay = Math.min(DECAYS[1]!, looks / (looks + 1));
    distances.assign(tf.add(news, tf.mul(decay, tf.sub(distances, news))));
  };
  return {
    look: (at, n) =>
      tf.tidy(() => {
        const spreads = spreadsOf(at);
        note(evidence, signsOf(loss, at, spreads), n);
        outside.assign(tf.add(outside, beyondUnit(tf.concat([at.realLogits, at.fakeLogits]))));
        follow(spreads);
        [looks, batch] = [looks + 1, at.real.shape[0]];
      }),
    evidence,
    outside,
    distances,
    get looks() {
      return looks;
    },
    get batch() {
      return batch;
    },
  };
}

/** Means and variances of data and fakes along a few directions. */
type Spreads = Readonly<Record<'real' | 'fake', { readonly mean: Tensor; readonly variance: Tensor }>>;

/** The {@link Spreads} of a look; the caller disposes them. */
export function spreadsOf({ real, fake, random }: Pick<Look, 'real' | 'fake' | 'random'>): Spreads {
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
  { realLogits, fakeLogits, discriminatorLoss }: Pick<Look, 'realLogits' | 'fakeLogits' | 'discriminatorLoss'>,
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

/** Takes the n-th look's signs, counted from 0, into the averages. */
export function note(evidence: Variable, signs: Tensor, n: number): void {
  tf.tidy(() => {
    const mean = tf.slice(evidence, [1, 0], [1, SIGNS.length]);
    const row = tf.reshape(signs, [1, SIGNS.length]);
    const decays = DECAYS.map((decay) => [Math.min(decay, (1 + n) / (10 + n))]);
    const news = tf.concat([row, row, tf.square(tf.sub(row, mean))]);
    evidence.assign(tf.add(news, tf.mul(decays, tf.sub(evidence, news))));
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
