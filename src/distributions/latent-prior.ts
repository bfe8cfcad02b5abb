import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import { named } from '../tensor/made-by.js';

/**
 * The distribution p(z) from which a generator or a VAE draws its latents.
 *
 * {@link gaussianPrior} and {@link uniformPrior} are such records; you can also write one by hand.
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
   * Draws latents, each independent of the others.
   *
   * @param shape - `[batch, latentSize]`
   * @param random - the stream to draw from; nothing else advances it
   * @returns float32 of this shape; the caller disposes it
   */
  sample(shape: readonly number[], random: RandomStream): Tensor;
}

/**
 * The standard normal prior, z ~ N(0, I); it draws `random.normal(shape)`.
 *
 * @example
 * ```ts
 * const z = await gaussianPrior.sample([1, 2], createRandom(1)).data(); // -1.3006617, -0.2565321
 * ```
 * @see Brock, Donahue and Simonyan 2019, appendix E, https://arxiv.org/abs/1809.11096, which compares priors
 */
export const gaussianPrior: LatentPrior = /* @__PURE__ */ named('gaussianPrior', {
  sample: (shape: readonly number[], random: RandomStream): Tensor => random.normal(shape),
});

/**
 * The uniform prior, z ~ U(-1, 1) in each dimension; it draws `random.uniform(shape, -1, 1)`.
 *
 * @remarks The first GANs used uniform noise. Their paper does not state the interval; DCGAN's code uses (-1, 1).
 * @example
 * ```ts
 * const z = await uniformPrior.sample([1, 2], createRandom(1)).data(); // -0.2356588, 0.9277649
 * ```
 * @see Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661; Radford, Metz and Chintala 2016, https://arxiv.org/abs/1511.06434
 */
export const uniformPrior: LatentPrior = /* @__PURE__ */ named('uniformPrior', {
  sample: (shape: readonly number[], random: RandomStream): Tensor => random.uniform(shape, -1, 1),
});
