import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { beyondUnit } from '../tensor/beyond-unit.js';
import type { RandomStream } from '../random/stream.js';
import type { AdversarialLoss } from './losses/adversarial-loss.js';

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

/** Watches a game on the device. */
export interface Diagnostics {
  /** Takes the n-th look, counted from 0, into the averages. */
  look(at: Look, n: number): void;
  /** `[3, 4]`: averages of the signs over few looks and over many, and the mean square of their distance from the latter. */
  readonly evidence: Variable;
  /** A count of looks in which some logit was outside of [0, 1], and of all looks. */
  readonly outside: Variable;
  readonly looks: number;
}

/** Makes the diagnostics of a game with the given loss; the caller disposes the evidence. */
export function createDiagnostics(loss: AdversarialLoss): Diagnostics {
  const evidence = tf.tidy(() =>
    tf.variable(tf.concat([tf.ones([2, SIGNS.length]), tf.zeros([1, SIGNS.length])]), false),
  );
  const outside = tf.tidy(() => tf.variable(tf.zeros([1]), false));
  let looks = 0;
  return {
    look: (at, n) =>
      tf.tidy(() => {
        note(evidence, signsOf(loss, at), n);
        outside.assign(tf.add(outside, beyondUnit(tf.concat([at.realLogits, at.fakeLogits]))));
        looks++;
      }),
    evidence,
    outside,
    get looks() {
      return looks;
    },
  };
}

/** `[4]`, the numbers of {@link SIGNS}; the caller disposes it. */
export function signsOf(
  loss: AdversarialLoss,
  { real, fake, realLogits, fakeLogits, discriminatorLoss, random }: Look,
): Tensor {
  return tf.tidy(() => {
    const [noReal, noFake] = [tf.zerosLike(realLogits), tf.zerosLike(fakeLogits)];
    const size = real.size / real.shape[0];
    const directions = random.fork('directions').normal([size, DIRECTIONS]);
    const spreadOf = (x: Tensor): Tensor =>
      tf.moments(tf.matMul(tf.reshape(x, [x.shape[0], size]), directions), 0).variance;
    const spread = tf.minimum(1, share(spreadOf(fake), spreadOf(real)));
    return tf.stack([
      // low only where the least and the mean are: young healthy fakes lie along a curve, narrow in some direction and wide in others;
      // as a fourth root, of which the averages are not those of the moments in which collapsed fakes jump
      // no power: on WebGL that of a small number is not exact
      tf.sqrt(tf.sqrt(tf.sqrt(tf.mul(tf.min(spread), tf.mean(spread))))),
      share(discriminatorLoss, loss.discriminator(noReal, noFake)),
      share(slope(loss, fakeLogits, realLogits), slope(loss, noFake, noReal)),
      share(loss.generator(fakeLogits, realLogits), loss.generator(noFake, noReal)),
    ]);
  });
}

/** Takes the n-th look's signs, counted from 0, into the averages. */
export function note(evidence: Variable, signs: Tensor, n: number): void {
  tf.tidy(() => {
    const [recent, mean] = tf.split(evidence, 3) as [Tensor, Tensor];
    const row = tf.reshape(signs, [1, SIGNS.length]);
    // an update that was left out has nothing to say
    const seen = tf.where(tf.isFinite(row), row, recent);
    const decays = DECAYS.map((decay) => [Math.min(decay, (1 + n) / (10 + n))]);
    const news = tf.concat([seen, seen, tf.square(tf.sub(seen, mean))]);
    evidence.assign(tf.add(news, tf.mul(decays, tf.sub(evidence, news))));
  });
}

/** The sum over the fakes of |d loss / d logit|: how much of the discriminator's judgement reaches the generator. */
function slope(loss: AdversarialLoss, fakeLogits: Tensor, realLogits: Tensor): Tensor {
  const gradient = tf.grad((logits) => loss.generator(logits, realLogits))(fakeLogits);
  return tf.sum(tf.abs(gradient));
}

/** part / whole; 1 where the whole is 0, which is so for a loss without a scale. */
function share(part: Tensor, whole: Tensor): Tensor {
  const none = tf.cast(tf.equal(whole, 0), 'float32');
  return tf.add(none, tf.mul(tf.sub(1, none), tf.div(part, tf.add(whole, none))));
}
