import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import {
  checkExamples,
  checkFloat,
  checkFunction,
  checkNotEmpty,
  checkNumber,
  checkSameShape,
} from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { inputGradient, squaredNorms, type Critic } from './input-gradient.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link gradientPenalty}. */
export interface GradientPenaltyOptions {
  /**
   * The share of the real example in each point, in [0, 1]: float32 `[batch, 1, ...]`, with as many axes as the data; or a
   * stream from which it is drawn uniformly.
   */
  readonly mix: Tensor | RandomStream;
  /** The target norm of the gradient, at least 0; default 1. */
  readonly target?: number | undefined;
}

/**
 * The gradient penalty of Wasserstein GANs, which keeps the slope of the critic near 1 between real and generated data.
 *
 * mean over the batch of (|grad_x logits(x)| - target)^2 at x = mix * real + (1 - mix) * fake
 *
 * The norm is taken over all axes except the first.
 *
 * @param discriminator - anything with `logits(x)`, which returns `[batch, 1]`; each logit may depend only on its own example
 * @param real - data, float32 `[batch, ...]`
 * @param fake - generated data, of the same shape
 * @param options - see {@link GradientPenaltyOptions}
 * @returns a scalar to add to the discriminator's loss, usually times 10; the caller disposes it
 * @throws TypeError or {@link ShapeError} if real, fake or mix is not as above, RangeError if target is negative; Error if
 *   the logits do not depend on x, or if their second derivative is unknown. No tensor is left behind.
 * @remarks Inside any gradient call it is differentiated (`tf.variableGrads`, `tf.grads`, {@link valueAndGradients}); outside,
 * it is only a number to log. It first calls {@link repairGradients}. Where the gradient is exactly 0, the norm has no
 * derivative, and 0 is used.
 *
 * `logits` is called without options, so batch normalisation uses its moving statistics and does not update them, and
 * dropout is off. To pass options, bind them: `{ logits: (x) => discriminator.logits(x, options) }`. With batch statistics
 * (`training: true`) each logit depends on the whole batch, which changes the meaning of the penalty; the paper advises
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
  options: GradientPenaltyOptions,
): Scalar {
  const where = 'gradientPenalty';
  checkCritic(where, discriminator);
  checkExamples(where, 'real', real);
  checkNotEmpty(where, 'real', real);
  checkExamples(where, 'fake', fake);
  checkSameShape(where, 'fake', fake, 'real', real);
  const { mix, target } = readOptions(where, options, { mix: {}, target: { is: checkNumber, default: 1, least: 0 } });
  const mixShape = [real.shape[0], ...new Array<number>(real.rank - 1).fill(1)];
  const mixTensor = checkMix(where, mix, mixShape);
  return tf.tidy(() => {
    const share = mixTensor ?? (mix as RandomStream).uniform(mixShape);
    const x = tf.add(tf.mul(share, real), tf.mul(tf.sub(1, share), fake));
    const norms = norm(squaredNorms(inputGradient(where, discriminator, x)));
    return tf.mean(tf.square(tf.sub(norms, target)));
  });
}

/**
 * The R1 penalty on the discriminator's gradient at real data, which lets GAN training converge.
 *
 * 1/2 mean over the batch of |grad_x logits(x)|^2 at x = real
 *
 * @param discriminator - anything with `logits(x)`, which returns `[batch, 1]`; each logit may depend only on its own example
 * @param real - data, float32 `[batch, ...]`
 * @returns a scalar to add to the discriminator's loss, times a weight, gamma in the paper; the caller disposes it
 * @throws TypeError or {@link ShapeError} if real is not as above; Error in the same cases as {@link gradientPenalty}
 * @remarks The factor 1/2 is the paper's, which uses the weight gamma = 10. The remarks of {@link gradientPenalty} on
 * options and gradient calls apply here, too.
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
 * The R2 penalty on the discriminator's gradient at generated data.
 *
 * 1/2 mean over the batch of |grad_x logits(x)|^2 at x = fake
 *
 * @param discriminator - anything with `logits(x)`, which returns `[batch, 1]`; each logit may depend only on its own example
 * @param fake - generated data, float32 `[batch, ...]`
 * @returns a scalar to add to the discriminator's loss, times a weight, gamma in the paper; the caller disposes it
 * @throws TypeError or {@link ShapeError} if fake is not as above; Error in the same cases as {@link gradientPenalty}
 * @remarks The remarks of {@link gradientPenalty} on options and gradient calls apply here, too.
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
  checkExamples(where, argument, x);
  checkNotEmpty(where, argument, x);
  return tf.tidy(() => tf.mul(0.5, tf.mean<Scalar>(squaredNorms(inputGradient(where, discriminator, x)))));
}

/** The root of squares, with a derivative of 0 instead of infinity at 0, where it is computed as sqrt(1) - 1. */
function norm(squares: Tensor): Tensor {
  const atZero = tf.sub(1, tf.step(squares));
  return tf.sub(tf.sqrt(tf.add(squares, atZero)), atZero);
}

function checkCritic(where: string, discriminator: Critic): void {
  checkFunction(where, 'discriminator.logits', (discriminator as Partial<Critic> | undefined)?.logits);
}

/** The tensor if `mix` is one; undefined if it is a stream. */
function checkMix(where: string, mix: unknown, shape: readonly number[]): Tensor | undefined {
  if (typeof (mix as RandomStream | undefined)?.uniform === 'function') return undefined;
  if (typeof mix !== 'object' || mix === null || !('dataId' in mix)) {
    const fix = 'Make a stream with createRandom(seed).';
    throw wrongKind(where, 'mix', 'must be a tensor or a random stream', { got: mix, fix });
  }
  checkFloat(where, 'mix', mix, shape, 'It must have one number per example.');
  return mix;
}
