import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import {
  checkFloat,
  checkFunction,
  checkMinimumRank,
  checkNumber,
  checkSameShape,
  checkShape,
} from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { inputGradient, squaredNorms, type Critic } from './input-gradient.js';

/** Options of {@link gradientPenalty}. */
export interface GradientPenaltyOptions {
  /**
   * How much of the real example each place holds, in [0, 1]: float32 `[batch, 1, ...]`, of as many axes as the data; or a
   * stream, from which it is drawn uniform.
   */
  readonly mix: Tensor | RandomStream;
  /** The norm that the gradient is drawn to, at least 0; default 1. */
  readonly target?: number | undefined;
}

/**
 * The gradient penalty of Wasserstein GANs, which holds the slope of the critic at 1 between real and generated data.
 *
 * mean over the batch of (|grad_x logits(x)| - target)^2 at x = mix * real + (1 - mix) * fake
 *
 * The norm is taken over all axes but the first.
 *
 * @param discriminator - anything with `logits(x)`, which gives `[batch, 1]`; the logit of an example depends on it alone
 * @param real - data, float32 `[batch, ...]`
 * @param fake - what the generator made, of the same shape
 * @param options - see {@link GradientPenaltyOptions}
 * @returns a scalar, to be added to the discriminator's loss, usually times 10; the caller disposes it
 * @throws TypeError or {@link ShapeError} if real, fake or mix is not as above, RangeError if target is negative; Error if
 *   the logits do not depend on x, or if their second derivative is not known. Nothing is left behind then.
 * @remarks It is differentiated by any gradient call around it (`tf.variableGrads`, `tf.grads`, {@link valueAndGradients});
 * outside any it is a number to watch. For that it first calls {@link repairGradients}. Where the gradient is exactly 0,
 * where the norm has no derivative, 0 is taken.
 *
 * `logits` is called without options, so that batch normalisation uses its moving statistics and does not move them, and
 * dropout is off. To have others bind them: `{ logits: (x) => discriminator.logits(x, options) }`. With statistics of the
 * batch (`training: true`) each logit depends on the whole batch and the penalty is another one; the paper advises
 * against batch normalisation in the critic.
 * @example
 * ```ts
 * const linear = { logits: (x: tf.Tensor) => tf.matMul(x, tf.tensor2d([[3], [4]])) };
 * const [real, fake, mix] = [tf.ones([2, 2]), tf.zeros([2, 2]), createRandom(1)];
 * const [penalty] = await gradientPenalty(linear, real, fake, { mix }).data(); // 16 = (5 - 1)^2
 * ```
 * @see Gulrajani et al. 2017, equation 3, https://arxiv.org/abs/1704.00028
 */
export function gradientPenalty(
  discriminator: Critic,
  real: Tensor,
  fake: Tensor,
  { mix, target = 1 }: GradientPenaltyOptions,
): Scalar {
  const where = 'gradientPenalty';
  checkCritic(where, discriminator);
  checkData(where, 'real', real);
  checkData(where, 'fake', fake);
  checkSameShape(where, 'fake', fake, 'real', real);
  checkNumber(where, 'target', target, { least: 0 });
  const mixShape = [real.shape[0], ...new Array<number>(real.rank - 1).fill(1)];
  const given = checkMix(where, mix, mixShape);
  return tf.tidy(() => {
    const share = given ?? (mix as RandomStream).uniform(mixShape);
    const x = tf.add(tf.mul(share, real), tf.mul(tf.sub(1, share), fake));
    const norms = norm(squaredNorms(inputGradient(where, discriminator, x)));
    return tf.mean(tf.square(tf.sub(norms, target)));
  });
}

/**
 * The R1 penalty, on the discriminator's gradient at real data, which lets GAN training converge.
 *
 * 1/2 mean over the batch of |grad_x logits(x)|^2 at x = real
 *
 * @param discriminator - anything with `logits(x)`, which gives `[batch, 1]`; the logit of an example depends on it alone
 * @param real - data, float32 `[batch, ...]`
 * @returns a scalar, to be added to the discriminator's loss times a weight, gamma in the paper; the caller disposes it
 * @throws TypeError or {@link ShapeError} if real is not as above; Error as {@link gradientPenalty} does
 * @remarks The factor 1/2 is the paper's, which weighs it by gamma = 10. What is said of options and of gradient calls at
 * {@link gradientPenalty} holds here.
 * @example
 * ```ts
 * const linear = { logits: (x: tf.Tensor) => tf.matMul(x, tf.tensor2d([[3], [4]])) };
 * const [penalty] = await r1Penalty(linear, tf.ones([2, 2])).data(); // 12.5 = (3^2 + 4^2) / 2
 * ```
 * @see Mescheder, Geiger and Nowozin 2018, equation 9, https://arxiv.org/abs/1801.04406
 */
export function r1Penalty(discriminator: Critic, real: Tensor): Scalar {
  return halfSquare('r1Penalty', discriminator, 'real', real);
}

/**
 * The R2 penalty, on the discriminator's gradient at generated data.
 *
 * 1/2 mean over the batch of |grad_x logits(x)|^2 at x = fake
 *
 * @param discriminator - anything with `logits(x)`, which gives `[batch, 1]`; the logit of an example depends on it alone
 * @param fake - what the generator made, float32 `[batch, ...]`
 * @returns a scalar, to be added to the discriminator's loss times a weight, gamma in the paper; the caller disposes it
 * @throws TypeError or {@link ShapeError} if fake is not as above; Error as {@link gradientPenalty} does
 * @remarks What is said of options and of gradient calls at {@link gradientPenalty} holds here.
 * @example
 * ```ts
 * const linear = { logits: (x: tf.Tensor) => tf.matMul(x, tf.tensor2d([[3], [4]])) };
 * const [penalty] = await r2Penalty(linear, tf.zeros([2, 2])).data(); // 12.5 = (3^2 + 4^2) / 2
 * ```
 * @see Mescheder, Geiger and Nowozin 2018, equation 10, https://arxiv.org/abs/1801.04406
 */
export function r2Penalty(discriminator: Critic, fake: Tensor): Scalar {
  return halfSquare('r2Penalty', discriminator, 'fake', fake);
}

function halfSquare(where: string, discriminator: Critic, argument: string, x: Tensor): Scalar {
  checkCritic(where, discriminator);
  checkData(where, argument, x);
  return tf.tidy(() => tf.mul(0.5, tf.mean<Scalar>(squaredNorms(inputGradient(where, discriminator, x)))));
}

/** The root of squares, with a derivative of 0 instead of infinity at 0: there the root of 1 is taken, and 1 off it. */
function norm(squares: Tensor): Tensor {
  const atZero = tf.sub(1, tf.step(squares));
  return tf.sub(tf.sqrt(tf.add(squares, atZero)), atZero);
}

function checkCritic(where: string, discriminator: Critic): void {
  checkFunction(where, 'discriminator.logits', (discriminator as Partial<Critic> | undefined)?.logits);
}

function checkData(where: string, argument: string, x: unknown): void {
  checkFloat(where, argument, x);
  checkMinimumRank(where, argument, x, 2);
}

/** The tensor if `mix` is one; undefined if it is a stream. */
function checkMix(where: string, mix: unknown, shape: readonly number[]): Tensor | undefined {
  if (typeof (mix as RandomStream | undefined)?.uniform === 'function') return undefined;
  if (typeof mix !== 'object' || mix === null || !('dataId' in mix)) {
    const fix = 'Make a stream with createRandom(seed).';
    throw wrongKind({ where, argument: 'mix', rule: 'must be a tensor or a random stream', got: mix, fix });
  }
  checkFloat(where, 'mix', mix);
  checkShape(where, 'mix', mix, shape, 'It holds one number for each example.');
  return mix;
}
