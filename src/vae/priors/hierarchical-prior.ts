import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { logProbOf } from '../../distributions/gaussian.js';
import {
  gaussianPrior,
  reparameterize,
  type BlockDensity,
  type DiagonalGaussian,
  type LatentDensity,
  type LatentPrior,
} from '../../distributions/index.js';
import { classesOf } from '../../nets/classes-of.js';
import { checkSizes, joinNetworks } from '../../nets/layer.js';
import type { ApplyOptions, Network, Part } from '../../nets/network.js';
import { createPart } from '../../nets/part-owning.js';
import type { RandomStream } from '../../random/index.js';
import { note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { blockOf, blocksAbove, checkBlocks, sizeOfBlocks } from '../blocks.js';
import { gaussianFrom, type Parameters } from '../gaussian-from.js';
import { blocksOf } from '../latent-kl.js';
import { checkDensity } from '../vae-parts.js';
import { checkedMethods } from './checked-methods.js';

/** Options of {@link createHierarchicalPrior}. */
export interface HierarchicalPriorOptions {
  /** The sizes of the blocks, the top one first: those of the encoder. */
  readonly latentSizes: readonly number[];
  /** The prior of the top block, which may be a learned one; default {@link gaussianPrior}. */
  readonly top?: LatentPrior | undefined;
}

/**
 * A prior over blocks of latents, each of which depends on those above it.
 *
 * p(z) = p(z_1) prod_(i > 1) N(z_i; mean, diag(exp(logVariance))), [mean, logVariance] = network_i([z_1, ..., z_(i-1)]); p(z_1) = top
 *
 * @param networks - one for each block but the first, in order, from the blocks above it, `[rows, d]`, to `[rows, 2 * size]`: all
 *   means, then all log-variances. It gets these blocks as its input, and also as `options.latents`.
 * @param options - see {@link HierarchicalPriorOptions}
 * @returns a prior of latents `[rows, sum of latentSizes]`, z_1 first. It owns the networks, and `top` if that has variables.
 * @throws TypeError or RangeError if an argument is wrong; its functions throw {@link ShapeError} if a network's output has another shape
 * @remarks The KL divergence of a {@link createHierarchicalEncoder} is in closed form in each block, given the blocks above it; in the
 * first if `top` is a Gaussian, too. See the guide on hierarchies.
 * @example
 * ```ts
 * const network = mlp({ sizes: [2, 16, 2 * 3], random: createRandom(1) });
 * const prior = createHierarchicalPrior([network], { latentSizes: [2, 3] });
 * console.log(prior.sample([4, 5], createRandom(2)).shape); // [4, 5]
 * ```
 * @see Sønderby et al. 2016, equation 1, https://arxiv.org/abs/1602.02282; Tomczak and Welling 2018, section 4,
 *   https://arxiv.org/abs/1705.07120
 */
export function createHierarchicalPrior(
  networks: readonly Network[],
  options: HierarchicalPriorOptions,
): LatentDensity & Required<Pick<LatentDensity, 'blocks'>> & Part {
  const kind = 'createHierarchicalPrior';
  const { latentSizes, top } = readOptions(kind, options, {
    latentSizes: { is: checkSizes, least: 1 },
    top: { is: checkDensity, default: gaussianPrior },
  });
  checkBlocks(kind, networks, latentSizes, true);
  const sizes = [...latentSizes];
  const topPart = 'variables' in top ? [top as LatentPrior & Network] : [];
  const whole = joinNetworks([...topPart, ...networks], (z) => tf.clone(z), [top, ...networks].map(classesOf));

  const gaussianOf = (where: string, i: number, above: Tensor, applyOptions?: ApplyOptions): Parameters => {
    const output = networks[i - 1]!.apply(above, { ...applyOptions, latents: above });
    return gaussianFrom(where, output, { rows: above.shape[0], size: sizes[i]! });
  };
  const below = (where: string, z: Tensor, applyOptions?: ApplyOptions): Parameters[] =>
    networks.map((_, i) => gaussianOf(where, i + 1, blocksAbove(z, sizes, i + 1), applyOptions));
  const topOf = (z: Tensor): Tensor => blockOf(z, sizes, 0);

  const topBlocks = blocksOf(top);
  const variables = networks.flatMap((network) => network.variables);
  const methods = checkedMethods(variables, sizeOfBlocks(sizes), {
    sample: (shape: readonly number[], random: RandomStream, applyOptions?: ApplyOptions): Tensor => {
      let z = top.sample([shape[0]!, sizes[0]!], random, applyOptions);
      networks.forEach((_, i) => {
        const block = reparameterize(gaussianOf('sample', i + 1, z, applyOptions), random);
        z = tf.concat([z, block], 1);
      });
      return z;
    },
    logProb: (z: Tensor, applyOptions?: ApplyOptions): Tensor =>
      below('logProb', z, applyOptions).reduce(
        (nats, gaussian, i) => tf.add(nats, logProbOf(blockOf(z, sizes, i + 1), gaussian)),
        top.logProb!(topOf(z), applyOptions),
      ),
    blocks: (z: Tensor, applyOptions?: ApplyOptions): readonly (DiagonalGaussian | BlockDensity)[] => [
      ...(topBlocks?.call(top, topOf(z), applyOptions) ?? [
        { size: sizes[0]!, logProb: top.logProb!(topOf(z), applyOptions) },
      ]),
      ...below('blocks', z, applyOptions),
    ],
  });
  const withoutPart = topPart.length === 0 ? top : undefined;
  return note(createPart(whole, methods), {
    kind,
    options: { latentSizes: sizes, top: withoutPart },
    parts: [...topPart, ...networks],
  });
}
