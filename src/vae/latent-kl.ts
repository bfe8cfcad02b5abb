import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { klPerExample, logProbOf } from '../distributions/gaussian.js';
import { gaussianPrior, type BlockDensity, type DiagonalGaussian, type LatentPrior } from '../distributions/index.js';
import type { ApplyOptions } from '../nets/network.js';
import { repeatExamples } from '../nets/repeat-examples.js';
import { callsOf } from '../tensor/own-members.js';
import { checkFloat, checkResult, checkShape } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import type { Drawn, LatentDraw } from './latent-encoder.js';
import { checkDensity } from './vae-parts.js';

/**
 * The Kullback-Leibler divergence from q(z|x) to the prior, for latents drawn from q(z|x), per row, in nats.
 *
 * KL = sum_i KL(q_i || p_i) if both are products over the same blocks of z, in closed form for each block that is Gaussian in both;
 * otherwise log q(z|x) - log p(z) at the draw, whose mean over draws is the divergence
 *
 * @param draw - from {@link LatentEncoder.draw}
 * @param prior - p(z); default {@link gaussianPrior}
 * @param options - options for the prior, such as `condition`, one for each row
 * @returns `[rows]`, nats, one for each row of z; at a draw it may be below 0; the caller disposes it
 * @throws TypeError or {@link ShapeError} if an argument is wrong, or if the prior's `logProb` returns another shape
 * @example
 * ```ts
 * const draw = encoder.draw(x, random);
 * const nats = latentKl(draw, gaussianPrior); // gaussianKl(encoder.encode(x))
 * ```
 * @see Kingma and Welling 2014, equations 2 and 3, https://arxiv.org/abs/1312.6114; Tomczak and Welling 2018 for the second form,
 *   https://arxiv.org/abs/1705.07120
 */
export function latentKl(draw: LatentDraw, prior: LatentPrior = gaussianPrior, options?: ApplyOptions): Tensor {
  checkFloat('latentKl', 'draw.z', draw?.z, [null, null]);
  checkFloat('latentKl', 'draw.logProb', draw.logProb, [draw.z.shape[0]]);
  checkDensity('latentKl', 'prior', prior);
  for (const [i, { mean }] of (draw.gaussians ?? []).entries())
    checkShape('latentKl', `draw.gaussians[${i}].mean`, mean, [draw.z.shape[0], null]);
  return tf.tidy(() => klOf({ ...draw, logProb: () => draw.logProb }, prior, options));
}

/** {@link latentKl}; the result is `[batch]` rather than `[samples * batch]` if the Gaussians of the draw have `[batch]` rows. Call it inside a tidy. */
export function klOf(drawn: Drawn, prior: LatentPrior, options?: ApplyOptions): Tensor {
  const blocks = klBlocks(drawn, prior, options);
  return blocks === undefined ? klAtDraw(drawn, prior, options) : klOfBlocks(blocks);
}

/** log q(z|x) - log p(z), `[rows]`. */
export function klAtDraw(drawn: Drawn, prior: LatentPrior, options?: ApplyOptions): Tensor {
  return tf.sub(drawn.logProb(), logPriorOf(drawn.z, prior, options));
}

/** Gaussians q_i and p_i over the same numbers of z; p_i is undefined for N(0, I), whose divergence takes fewer kernels. */
export interface GaussianPair {
  readonly q: DiagonalGaussian;
  readonly p: DiagonalGaussian | undefined;
}

/** The terms of the divergence of a block: two Gaussians, or log q_i - log p_i at the draw, `[rows]`, for `size` numbers. */
export type KlBlock = GaussianPair | { readonly size: number; readonly atDraw: Tensor };

/** The blocks of the divergence; undefined unless encoder and prior are products over the same blocks, and the prior has a Gaussian. */
export function klBlocks(
  { z, gaussians }: Drawn,
  prior: LatentPrior,
  options?: ApplyOptions,
): readonly KlBlock[] | undefined {
  if (gaussians === undefined) return undefined;
  if (isStandard(prior)) return gaussians.length === 1 ? [{ q: gaussians[0]!, p: undefined }] : undefined;
  const blocks = blocksOf(prior);
  if (blocks === undefined) return undefined;
  const others = blocks.call(prior, z, options);
  checkPriorBlocks(others, z);
  const sizes = gaussians.map(({ mean }) => mean.shape[1]!);
  if (others.map(sizeOf).join() !== sizes.join() || !others.some(isGaussian)) return undefined;
  const rows = others.every((p) => isGaussian(p) && p.mean.shape[0] === 1) ? undefined : z.shape[0];
  let from = 0;
  return gaussians.map((perExample, i) => {
    const q = rows === undefined ? perExample : inRows(perExample, rows);
    const [p, size] = [others[i]!, sizes[i]!];
    from += size;
    if (isGaussian(p)) return { q, p };
    const block = tf.slice(z, [0, from - size], [-1, size]);
    return { size, atDraw: tf.sub(logProbOf(block, q), p.logProb) };
  });
}

/** The method `blocks` of a prior; undefined if it has none, or if it is a copy of ours with a density of its own. */
export function blocksOf(prior: LatentPrior): LatentPrior['blocks'] {
  const { logProb } = callsOf(prior.blocks) ?? prior;
  return logProb === prior.logProb ? prior.blocks : undefined;
}

/** Whether a prior is N(0, I), whose divergence needs fewer kernels; a second copy of the library has another record for it. */
function isStandard(prior: LatentPrior): boolean {
  return noteOf(prior)?.kind === 'gaussianPrior';
}

/** Throws unless these are the blocks of z, and each has one row or as many as z. */
function checkPriorBlocks(blocks: readonly (DiagonalGaussian | BlockDensity)[], { shape }: Tensor): void {
  const all = blocks instanceof Array ? blocks : [];
  if (all.reduce((sum, block) => sum + numbersIn(block, shape[0]), 0) === shape[1]) return;
  throw wrongKind('blocks', 'prior.blocks(z)', `must be the blocks of latents [${shape.join(', ')}]`, { got: blocks });
}

/** Numbers of z in a block; NaN unless it has one row, or as many as z. */
function numbersIn(block: Partial<DiagonalGaussian & BlockDensity> | undefined, rows: number): number {
  const { mean, logVariance, logProb, size } = block ?? {};
  if (mean === undefined) return logProb?.shape?.[0] === rows ? size! : NaN;
  const [count, numbers] = mean.shape ?? [];
  return (count === 1 || count === rows) && String(logVariance?.shape) === String(mean.shape) ? numbers! : NaN;
}

/** Repeats the Gaussian of each example for each of its latents; the rows are sample-major. */
function inRows({ mean, logVariance }: DiagonalGaussian, rows: number): DiagonalGaussian {
  const samples = rows / mean.shape[0];
  return { mean: repeatExamples(mean, samples), logVariance: repeatExamples(logVariance, samples) };
}

function isGaussian(block: DiagonalGaussian | BlockDensity): block is DiagonalGaussian {
  return 'mean' in block;
}

function sizeOf(block: DiagonalGaussian | BlockDensity): number {
  return isGaussian(block) ? block.mean.shape[1]! : block.size;
}

/** The sum of the divergences of all blocks, a number for each row of the Gaussians. */
export function klOfBlocks(blocks: readonly KlBlock[]): Tensor {
  const [first, ...others] = blocks.map((block) => ('atDraw' in block ? block.atDraw : klPerExample(block.q, block.p)));
  return others.reduce((sum, kl) => tf.add(sum, kl), first!);
}

/** log p(z), `[rows]`, checked. */
export function logPriorOf(z: Tensor, prior: LatentPrior, options?: ApplyOptions): Tensor {
  const logProb = prior.logProb!(z, options);
  checkResult('logProb', 'prior.logProb(z)', logProb, [z.shape[0]], 'Sum over all axes except the first.');
  return logProb;
}
