import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { record } from '../gradients/record.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkBoolean, checkExamples, checkInteger, checkWord } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions } from '../tensor/options.js';
import { sumPerExample } from '../tensor/sum-per-example.js';
import { checkData } from '../training/data/batch.js';
import { checkDenoiser, type Denoiser } from './denoiser.js';
import { followFlow, type Look } from './follow-flow.js';
import { denoisingRules, readDenoising, type Denoising } from './samplers/denoising.js';
import type { DenoisingOptions } from './samplers/sample-options.js';
import { replaced } from './samplers/walk.js';
import { checkLevels, RANGE } from './variational-bound.js';
import { weightedSum } from './weighted-sum.js';
import { clipRule } from './with-clip.js';

/** Options of {@link logDensity}. */
export interface LogDensityOptions extends Omit<DenoisingOptions, 'onStep'> {
  /** Signs are drawn from it for each of the probes, then the noise of `dequantize`; none by default, which is enough for `exact` alone. */
  readonly random?: RandomStream | undefined;
  /** The largest number of timesteps, evenly spaced in log(alpha / sigma); 100 by default. */
  readonly steps?: number | undefined;
  /** How many random directions estimate the divergence, each with a gradient per step; 4 by default. */
  readonly probes?: number | undefined;
  /** Whether the divergence is exact instead: a gradient per step for each number of an example. False by default. */
  readonly exact?: boolean | undefined;
  /**
   * `uniform` spreads each of `levels` over its interval, x + width (u - 1/2), so that the result is a lower bound on the log-probability
   * of x, by one draw of u. By default, `none`: a density.
   */
  readonly dequantize?: 'none' | 'uniform' | undefined;
  /** The number of equally spaced values of x; 256 by default. */
  readonly levels?: number | undefined;
  /** The lowest and the highest level; [-1, 1] by default, as in {@link variationalBound}. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** The result of {@link logDensity}; the caller disposes both tensors. */
export interface LogDensity {
  /** log p(x) in nats, `[batch]`. */
  readonly nats: Tensor;
  /** The standard error of `nats` that comes from the probes, `[batch]`: 0 if `exact`, NaN for a single probe. */
  readonly standardError: Tensor;
  /** The mean of -nats / (log(2) numbers per example); lower is better. */
  readonly bitsPerDimension: number;
}

/**
 * The log-density of data under a diffusion model, in nats: that of the samples which the probability-flow ODE makes of N(0, I).
 *
 * The density of x is that of the noise x_T to which the ODE carries it, times the factor by which it stretches space: the exponential of the
 * integral of div v. With z = x_t / (alpha + sigma) and t = sigma / (alpha + sigma), v = dz/dt is the difference of the estimates of the noise and the data.
 * Its divergence is the trace of its Jacobian J: the mean of e' J e over random signs e (Hutchinson's estimator), or as many gradients as
 * an example has numbers.
 *
 * The network reads no timestep with less noise than the first, so the first step, from the data, has half of its divergence. Each further
 * step predicts the next point and corrects it by the parabola through the last three slopes: like Heun's method, it makes two calls of
 * the network, but it has third order. Guidance, clipping and other wrappers of the denoiser change the ODE, and the result is the density
 * of its samples.
 *
 * @param denoiser - see {@link createDenoiser}
 * @param x - data, float32 `[batch, ...]`
 * @param options - see {@link LogDensityOptions}
 * @returns resolves to tensors per example and a mean, see {@link LogDensity}
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong, including x outside `range` with
 *   `dequantize`; Error if the estimate has no gradient; it rejects with `signal.reason`
 * @remarks For an exact denoiser of data in two dimensions and 100 steps, the error is below 0.001 nats; below 0.01 for modes with a
 *   deviation of 0.05. `variationalBound` bounds another density, that of DDPM's random steps with the same network.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const { nats, standardError } = await logDensity(denoiser, tf.zeros([8, 2]), { steps: 10, exact: true });
 * console.log(nats.shape, standardError.shape); // [8], [8]
 * ```
 * @see Song et al. 2021, section 4.3, https://arxiv.org/abs/2011.13456
 */
export async function logDensity(denoiser: Denoiser, x: Tensor, options: LogDensityOptions = {}): Promise<LogDensity> {
  const where = 'logDensity';
  checkDenoiser(where, 'denoiser', denoiser);
  checkExamples(where, 'x', x);
  const { condition, conditions, allowNoClass, guidance, guide, clip, signal, yieldAfter } = denoisingRules;
  const read = readOptions(where, options, {
    random: { default: undefined },
    steps: { is: checkInteger, default: 100, least: 2 },
    probes: { is: checkInteger, default: 4 },
    exact: { is: checkBoolean, default: false },
    dequantize: { is: checkWord, of: ['none', 'uniform'], default: 'none' },
    levels: { is: checkInteger, default: 256, least: 2 },
    range: clipRule,
    condition,
    conditions,
    allowNoClass,
    guidance,
    guide,
    clip,
    signal,
    yieldAfter,
  });
  const { random, probes, exact, levels, range } = read;
  const isSpread = read.dequantize === 'uniform';
  if (!exact || isSpread) checkRandom(where, 'random', random);
  checkGradientsRegistered(where);
  await checkData(where, x);
  if (isSpread) checkLevels(where, await readTensor(where, x), range);
  const by = await readDenoising(where, denoiser, read, x.shape[0]);
  const [low, high] = range ?? RANGE;
  const width = (high - low) / (levels - 1);
  const size = x.size / x.shape[0];

  const directions = exact ? undefined : signs(random!, [probes, ...x.shape]);
  const data = isSpread ? weightedSum([1, x], [width, () => random!.uniform(x.shape, -0.5, 0.5)]) : tf.clone(x);
  let totals: Tensor | undefined;
  try {
    totals = await followFlow(denoiser.schedule, by, data, lookBy(where, by, directions), read.steps);
    return await summary(where, totals, isSpread ? size * Math.log(width) : 0, size, exact);
  } finally {
    tf.dispose([directions, data, totals]);
  }
}

/** Estimates x_0 and the trace of its Jacobian, along directions `[probes, batch, ...]` or all axes, one at a time. */
function lookBy(where: string, { estimate, afterPause }: Denoising, directions: Tensor | undefined) {
  return async (xt: Tensor, timestep: number): Promise<Look> => {
    const size = xt.size / xt.shape[0];
    const count = directions?.shape[0] ?? size;
    const traces: Tensor[] = [];
    let first: Tensor | undefined;
    try {
      for (let i = 0; i < count; i++) {
        const [found, made] = await afterPause(() =>
          tf.tidy(() => {
            const direction = directions
              ? tf.gather(directions, i)
              : tf.broadcastTo(tf.reshape(tf.oneHot(tf.scalar(i, 'int32'), size), [1, ...xt.shape.slice(1)]), xt.shape);
            const pass = record(() => estimate(xt, timestep));
            const [slope] = pass.pullBack(tf.cast(direction, 'float32'), [xt]);
            if (slope == null) throw unusable(where, 'denoiser.estimate', 'must be differentiable in xt', { seen: 'one without a gradient' }); // prettier-ignore
            return [sumPerExample(tf.mul(direction, slope)), pass.output] as const;
          }),
        );
        if (first) made.dispose();
        first ??= made;
        traces.push(found);
      }
      const all = tf.stack(traces);
      return { estimate: first!, trace: directions ? all : replaced(all, tf.sum(all, 0, true)) };
    } catch (error) {
      first?.dispose();
      throw error;
    } finally {
      tf.dispose(traces);
    }
  };
}

const signs = (random: RandomStream, shape: number[]): Tensor =>
  tf.tidy(() => tf.sub(tf.mul(2, tf.cast(random.integers(shape, 0, 2), 'float32')), 1));

async function summary(
  where: string,
  totals: Tensor,
  shift: number,
  size: number,
  exact: boolean,
): Promise<LogDensity> {
  const [probes] = totals.shape as [number];
  const nats = tf.tidy(() => tf.add(tf.mean(totals, 0), shift));
  const numbers = await readTensor(where, nats);
  if (numbers.some(Number.isNaN)) {
    nats.dispose();
    throw unusable(where, 'denoiser', 'must give finite numbers', { seen: 'NaN' });
  }
  const standardError = tf.tidy(() => {
    if (exact) return tf.zerosLike(nats);
    // 0 / 0 is not NaN on every GPU
    if (probes === 1) return tf.tensor1d(new Float32Array(nats.size).fill(NaN));
    const squares = tf.sum(tf.square(tf.sub(totals, tf.mean(totals, 0, true))), 0);
    return tf.sqrt(tf.div(squares, probes * (probes - 1)));
  });
  const mean = [...numbers].reduce((sum, one) => sum + one, 0) / numbers.length;
  return { nats, standardError, bitsPerDimension: -mean / (Math.LN2 * size) };
}
