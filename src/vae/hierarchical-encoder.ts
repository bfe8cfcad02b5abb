import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { classesOf } from '../nets/classes-of.js';
import { checkSizes, joinNetworks } from '../nets/layer.js';
import type { ApplyOptions, Network } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import { repeatExamples } from '../nets/repeat-examples.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkExamples, checkInteger, checkObject } from '../tensor/checks.js';
import { note } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { checkBlocks, sizeOfBlocks } from './blocks.js';
import { gaussianFrom, type Parameters } from './gaussian-from.js';
import { drawFrom, type DrawOptions, type LatentDraw, type LatentEncoder } from './latent-encoder.js';

/**
 * An encoder that draws its latents in blocks, from the top down, each from a Gaussian that depends on data and on the blocks above.
 *
 * q(z|x) = prod_i N(z_i; mean, diag(exp(logVariance))), [mean, logVariance] = network_i(x, [z_1, ..., z_(i-1)]), z = [z_1, z_2, ...]
 *
 * @param networks - one for each block, in order, with the output `[rows, 2 * size]`: all means, then all log-variances. Each gets the
 *   data, and all but the first get the blocks above as `options.latents`, `[rows, d]`; {@link concatLatents} joins the two. A network
 *   that ignores them makes its block independent of those above.
 * @param options - `latentSizes`, the sizes of the blocks, the top one first
 * @returns an encoder of latents `[rows, sum of latentSizes]` that owns the networks. Its draws have the Gaussian of each block.
 * @throws TypeError or RangeError if an argument is wrong; `draw` throws {@link ShapeError} if a network's output has another shape
 * @remarks With one block it is {@link createGaussianEncoder}, bit for bit. Two to four blocks are usual; its prior is
 * {@link createHierarchicalPrior}. See the guide on hierarchies.
 * @example
 * ```ts
 * const random = createRandom(1);
 * const top = mlp({ sizes: [784, 32, 2 * 2], random: random.fork('top') });
 * const both = concatLatents(
 *   dense({ inputs: 784, units: 32, random: random.fork('data') }),
 *   dense({ inputs: 2, units: 8, random: random.fork('above') }),
 * );
 * const bottom = sequential([both, dense({ inputs: 32 + 8, units: 2 * 3, random: random.fork('last') })]);
 * const encoder = createHierarchicalEncoder([top, bottom], { latentSizes: [2, 3] });
 * console.log(encoder.draw(tf.zeros([4, 784]), random).z.shape); // [4, 5]
 * ```
 * @see Sønderby et al. 2016, section 2, https://arxiv.org/abs/1602.02282; Tomczak and Welling 2018, section 4,
 *   https://arxiv.org/abs/1705.07120
 */
export function createHierarchicalEncoder(
  networks: readonly Network[],
  options: { readonly latentSizes: readonly number[] },
): LatentEncoder {
  const kind = 'createHierarchicalEncoder';
  const { latentSizes } = readOptions(kind, options, { latentSizes: { is: checkSizes, least: 1 } });
  checkBlocks(kind, networks, latentSizes);
  const sizes = [...latentSizes];
  const whole = joinNetworks(networks, (x) => tf.clone(x));

  const draw = (x: Tensor, random: RandomStream, drawOptions: DrawOptions = {}): LatentDraw => {
    checkExamples('draw', 'x', x);
    checkRandom('draw', 'random', random);
    checkObject('draw', 'options', drawOptions);
    const { samples, ...applyOptions } = drawOptions;
    // a condition that no network reads would be repeated for the rows below the top for nothing
    const condition = classesOf(whole) === 0 ? undefined : applyOptions.condition;
    if (samples !== undefined) checkInteger('draw', 'samples', samples);
    const rows = (samples ?? 1) * x.shape[0];
    return tf.tidy(() => {
      const gaussians: Parameters[] = [];
      let z: Tensor | undefined;
      let nats: Tensor | undefined;
      let [input, inputOptions]: [Tensor, ApplyOptions] = [x, { ...applyOptions, condition }];
      sizes.forEach((size, i) => {
        if (i === 1 && samples !== undefined && condition !== undefined) {
          // below the top each row has its own condition, and so needs its own data
          input = repeatExamples(x, samples);
          inputOptions = { ...inputOptions, condition: repeatExamples(condition, samples) };
        }
        const output = applyPart(
          'draw',
          networks[i]!,
          input,
          i === 0 ? inputOptions : { ...inputOptions, latents: z! },
        );
        const isPerExample = output.shape[0] === x.shape[0];
        const posterior = gaussianFrom('draw', output, { rows: isPerExample ? x.shape[0] : rows, size });
        const drawn = drawFrom(posterior, random, isPerExample ? samples : undefined);
        const each = (parameter: Tensor): Tensor => repeatExamples(parameter, isPerExample ? (samples ?? 1) : 1);
        gaussians.push({ mean: each(posterior.mean), logVariance: each(posterior.logVariance) });
        z = z === undefined ? drawn.z : tf.concat([z, drawn.z], 1);
        nats = nats === undefined ? drawn.logProb() : tf.add(nats, drawn.logProb());
      });
      return { z: z!, logProb: nats!, gaussians };
    });
  };

  const made = createPart(whole, { latentSize: sizeOfBlocks(sizes), draw });
  return note(made, { kind, options: { latentSizes: sizes }, parts: [...networks] });
}
