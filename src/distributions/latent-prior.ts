import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/stream.js';
import { checkRandom } from '../random/check-random.js';
import { customGradient } from '../gradients/custom-gradient.js';
import { checkFloat } from '../tensor/checks.js';
import { note } from '../tensor/made-by.js';
import { calling } from '../tensor/own-members.js';
import { logProbOf, type DiagonalGaussian } from './gaussian.js';

/**
 * The distribution p(z) from which a generator or a VAE draws its latents.
 *
 * {@link gaussianPrior} and {@link uniformPrior} are such records, and you can write one by hand. A generator needs only `sample`, a VAE
 * also the log-density. A prior with `variables` is also a {@link Part}: a VAE's trainer trains it with the model.
 *
 * @example
 * ```ts
 * const onCircle: LatentPrior = {
 *   sample: (shape, random) => tf.cos(random.uniform(shape, 0, 2 * Math.PI)),
 * };
 * console.log(onCircle.sample([3, 2], createRandom(1)).shape); // [3, 2]
 * ```
 */
export interface LatentPrior {
  /**
   * Draws independent latents.
   *
   * @param shape - `[batch, latentSize]`
   * @param random - the stream to draw from; nothing else advances it
   * @param options - such as `condition`, one for each latent; a prior ignores those that it does not use
   * @returns float32 of this shape; the caller disposes it
   */
  sample(shape: readonly number[], random: RandomStream, options?: ApplyOptions): Tensor;
  /**
   * log p(z), the full normalised density. It is differentiable with respect to z and to the prior's variables.
   *
   * @param z - float32 `[rows, latentSize]`
   * @param options - as for `sample`
   * @returns `[rows]`, nats; the caller disposes it
   */
  logProb?(z: Tensor, options?: ApplyOptions): Tensor;
  /**
   * The factors of p(z) = prod_i p(z_i | z_1, ..., z_(i-1)), z = [z_1, z_2, ...]: a Gaussian, or else the log-density of the block. Each
   * block that is a Gaussian has a KL divergence in closed form. Their product is exp(logProb), so a copy that replaces `blocks` must
   * replace `logProb`, too; one that replaces only `logProb` no longer uses the blocks. A prior that is not such a product leaves it out.
   *
   * @param z - float32 `[rows, latentSize]`; block i is computed only from the blocks before it
   * @param options - as for `sample`
   * @returns in the order of the blocks; a Gaussian is `[rows, size]` or `[1, size]`; the caller disposes them
   */
  blocks?(z: Tensor, options?: ApplyOptions): readonly (DiagonalGaussian | BlockDensity)[];
}

/** A block of a {@link LatentPrior} that is not a Gaussian. */
export interface BlockDensity {
  /** Numbers of z in the block. */
  readonly size: number;
  /** log p(z_i | z_1, ..., z_(i-1)), `[rows]`, nats. */
  readonly logProb: Tensor;
}

/** A prior whose log-density is known, as a VAE needs it. */
export interface LatentDensity extends LatentPrior {
  /** log p(z), `[rows]`, nats, for z `[rows, latentSize]`. */
  logProb(z: Tensor, options?: ApplyOptions): Tensor;
}

/** A prior that is a mixture, such as {@link createMixturePrior} makes. */
export interface MixtureDensity extends LatentDensity {
  /** The number of components, K. */
  readonly components: number;
  /**
   * The probability of each component, given z: r_k = w_k p_k(z) / p(z). It needs no gradient; the verdict on unused components uses it.
   *
   * @param z - float32 `[rows, latentSize]`
   * @param options - as for `sample`
   * @returns `[rows, K]`; each row has the sum 1; the caller disposes it
   */
  responsibilities(z: Tensor, options?: ApplyOptions): Tensor;
}

/**
 * The standard normal prior, z ~ N(0, I); it draws `random.normal(shape)`.
 *
 * @example
 * ```ts
 * const z = await gaussianPrior.sample([1, 2], createRandom(1)).data(); // -1.3006617, -0.2565321
 * const nats = await gaussianPrior.logProb(tf.zeros([1, 2])).data(); // -1.837877
 * ```
 * @see Brock, Donahue and Simonyan 2019, appendix E, https://arxiv.org/abs/1809.11096, which compares priors
 */
export const gaussianPrior: LatentDensity = /* @__PURE__ */ note(
  /* @__PURE__ */ tieBlocks({
    sample: (shape: readonly number[], random: RandomStream): Tensor => {
      checkRandom('sample', 'random', random);
      return random.normal(shape);
    },
    logProb: (z: Tensor): Tensor => {
      checkFloat('logProb', 'z', z, [null, null]);
      return tf.tidy(() => logProbOf(z, standardGaussian(z)));
    },
    blocks: (z: Tensor): readonly DiagonalGaussian[] => {
      checkFloat('blocks', 'z', z, [null, null]);
      return [tf.tidy(() => standardGaussian(z))];
    },
  }),
  { kind: 'gaussianPrior', classes: 0 },
);

/** Notes that a prior's blocks multiply to its density, so that a copy which replaces one of the two is recognised; returns the prior. */
export function tieBlocks<P extends LatentDensity>(prior: P): P {
  const { logProb, blocks } = prior;
  if (blocks) {
    calling({ blocks }, logProb);
    calling({ logProb }, blocks);
  }
  return prior;
}

/** N(0, I) for latents `[rows, size]`; both of its parameters are `[1, size]`. */
function standardGaussian(z: Tensor): { mean: Tensor; logVariance: Tensor } {
  const size = [1, z.shape[1]!];
  return { mean: tf.zeros(size), logVariance: tf.zeros(size) };
}

/**
 * The uniform prior, z ~ U(-1, 1) in each dimension; it draws `random.uniform(shape, -1, 1)`.
 *
 * log p(z) = -size log 2 where all numbers are in [-1, 1], else -Infinity
 *
 * @remarks It is for generators, and for a VAE with an encoder of your own that draws within [-1, 1]. A Gaussian encoder also draws outside,
 * so its KL divergence is infinite and {@link createVaeTrainer} refuses it. The first GANs used uniform noise. Their paper does not state
 * the interval; DCGAN's code uses (-1, 1).
 * @example
 * ```ts
 * const z = await uniformPrior.sample([1, 2], createRandom(1)).data(); // -0.2356588, 0.9277649
 * ```
 * @see Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661; Radford, Metz and Chintala 2016, https://arxiv.org/abs/1511.06434
 */
export const uniformPrior: LatentDensity = /* @__PURE__ */ note(
  {
    sample: (shape: readonly number[], random: RandomStream): Tensor => {
      checkRandom('sample', 'random', random);
      return random.uniform(shape, -1, 1);
    },
    logProb: (z: Tensor): Tensor => {
      checkFloat('logProb', 'z', z, [null, null]);
      const [rows, size] = z.shape as [number, number];
      return customGradient(
        [z],
        () => {
          const inside = tf.all(tf.lessEqual(tf.abs(z), 1), 1);
          return [tf.where(inside, tf.fill([rows], -size * Math.LN2), tf.fill([rows], -Infinity)), []];
        },
        () => [() => tf.zeros([rows, size])],
      );
    },
  },
  { kind: 'uniformPrior', classes: 0 },
);
