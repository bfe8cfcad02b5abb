import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { logProbOf } from '../distributions/gaussian.js';
import type { LatentPrior } from '../distributions/index.js';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { repairGradients } from '../gradients/repair.js';
import type { Part } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkFloat, checkInteger, checkRecord, checkResult, checkShape } from '../tensor/checks.js';
import { outOfRange, unusable } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkNoLeaks } from './check-no-leaks.js';
import { checkDensityOfSamples } from './density-of-samples.js';
import { checkRepeatable, checkRowsIndependent, readNumbers } from './independent-rows.js';
import { compareSlopes, compareVariableSlopes, connected, gradientRules, type GradientOptions } from './slopes.js';

/** What {@link checkPrior} needs besides the prior. */
export interface PriorCheck extends GradientOptions {
  /** Latents at which the density is examined, `[rows, latentSize]`: at least two rows. Use few numbers. */
  readonly z: Tensor;
  /** The stream from which samples are drawn. */
  readonly random: RandomStream;
  /**
   * For latents of one or two numbers: an interval that contains all but a millionth of the mass in each number. If set, the density must
   * integrate to 1, and samples must be distributed accordingly.
   */
  readonly range?: readonly [low: number, high: number] | undefined;
  /** The number of samples that are compared with the density; default 20000. */
  readonly samples?: number | undefined;
}

const WHERE = 'checkPrior';

/**
 * Checks the laws of a {@link LatentPrior} with a density: shapes are right; rows are independent; gradients with respect to latents, to
 * the second order, and to the prior's variables agree with finite differences; its blocks, if it has any, multiply to the density;
 * with a `range`, the density integrates to 1 to 1e-3, and the moments of samples, and the numbers of samples in each region, are those of
 * the density; samples depend on the stream alone; no tensor leaks. It first calls {@link repairGradients}.
 *
 * @param prior - ours or your own
 * @param options - see {@link PriorCheck}
 * @throws Error that says which law is broken, and where
 * @example
 * ```ts
 * const random = createRandom(1);
 * const prior = createMixturePrior({ components: 3, latentSize: 2, random });
 * await checkPrior(prior, { z: random.normal([3, 2]), random, range: [-8, 8] }); // passes
 * const unnormalised: LatentPrior = { ...prior, logProb: (at) => tf.tidy(() => tf.add(prior.logProb(at), 1)) };
 * await checkPrior(unnormalised, { z: random.normal([3, 2]), random, range: [-8, 8] }); // throws
 * ```
 */
export async function checkPrior(prior: LatentPrior, options: PriorCheck): Promise<void> {
  checkRecord(WHERE, 'prior', prior, 'sample logProb', 'gaussianPrior, createMixturePrior(...)');
  const read = readOptions(WHERE, options, {
    z: checkFloat,
    random: checkRandom,
    range: { is: checkRange, default: undefined },
    samples: { is: checkInteger, default: 20000, least: 100 },
    ...gradientRules,
  });
  const { z, random, range, samples, ...tolerances } = read;
  checkShape(WHERE, 'z', z, [null, null]);
  checkGradientsRegistered(WHERE);
  repairGradients();
  const logProb = (at: Tensor): Tensor => prior.logProb!(at);
  const shape = z.shape as [number, number];

  await checkNoLeaks(() => {
    const [density, sample] = [logProb(z), prior.sample(shape, random)];
    checkResult(WHERE, 'logProb(z)', density, [shape[0]], 'Sum over all axes except the first.');
    checkFloat(WHERE, 'sample(shape, random)', sample, shape);
    const tensors = (prior.blocks?.(z) ?? []).flatMap((block) =>
      'mean' in block ? [block.mean, block.logVariance] : [block.logProb],
    );
    return [density, sample, ...tensors];
  });
  await checkRowsIndependent(WHERE, 'prior.logProb', logProb, [z]);
  await checkBlocks(prior, z);
  await checkRepeatable(WHERE, 'prior.sample', () => prior.sample(shape, random), random);
  await compareSlopes({ where: WHERE, name: 'z', at: z, f: logProb }, tolerances);
  const gradient = (at: Tensor): Tensor => tf.grad((y) => connected(logProb(y), y))(at);
  await compareSlopes({ where: WHERE, name: 'the gradient in z', at: z, f: gradient }, tolerances);
  for (const [i, variable] of ((prior as Partial<Part>).variables ?? []).entries())
    await compareVariableSlopes(WHERE, `variables[${i}]`, () => logProb(z), variable, tolerances);
  if (range !== undefined) await checkDensityOfSamples(prior, shape[1], { random, range, samples });
}

function checkRange(where: string, argument: string, range: readonly [number, number]): void {
  if (range?.length === 2 && range[0] < range[1]) return;
  throw outOfRange(where, argument, 'must be [low, high], with low below high', { got: range });
}

/** The densities of all blocks must multiply to the density. */
async function checkBlocks(prior: LatentPrior, z: Tensor): Promise<void> {
  if (prior.blocks === undefined) return;
  const [expected, products] = await Promise.all([
    readNumbers(() => prior.logProb!(z)),
    readNumbers(() => {
      let from = 0;
      const blocks = prior.blocks!(z).map((block) => {
        const size = 'mean' in block ? block.mean.shape[1]! : block.size;
        from += size;
        return 'mean' in block ? logProbOf(tf.slice(z, [0, from - size], [-1, size]), block) : block.logProb;
      });
      return tf.addN(blocks);
    }),
  ]);
  const wrong = products.findIndex(
    (product, i) => !(Math.abs(product - expected[i]!) <= 1e-4 + 1e-4 * Math.abs(product)),
  );
  if (wrong < 0) return;
  const rule = `must multiply to the log-density ${expected[wrong]} for row ${wrong}`;
  throw unusable(WHERE, 'prior.blocks', rule, { got: products[wrong] });
}
