import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Likelihood } from '../distributions/index.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { checkFloat, checkInteger, checkNumber, checkResult } from '../tensor/checks.js';
import { checkNoLeaks } from './check-no-leaks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkRepeatable, checkRowsIndependent, readNumbers } from './independent-rows.js';
import { compareSlopes, gradientRules, type GradientOptions } from './slopes.js';
import { checkLikelihood as checkMembers } from '../vae/decoder.js';

/** The range of one number of the data: the `values`, or the interval from `from` to `to` (with almost no mass outside). */
export type NumberRange = { readonly values: readonly number[] } | { readonly from: number; readonly to: number };

/** What {@link checkLikelihood} needs besides the likelihood. */
export interface LikelihoodCheck extends GradientOptions {
  /** Data within the likelihood's range, `[batch, ..., channels]`: at least two examples, of few numbers. */
  readonly x: Tensor;
  /** Parameters for `x`, such as a network's output, `[batch, ..., channels * parameterSize]`. */
  readonly parameters: Tensor;
  /** The stream from which samples are drawn. */
  readonly random: RandomStream;
  /**
   * If set, exp(logProb) of a single number is summed over the values or integrated over the interval: the total must be 1.
   * With `values` the data are discrete, and the derivative in x is not checked.
   */
  readonly support?: NumberRange | undefined;
  /** The number of samples whose average is compared with the mean; default 2000. */
  readonly samples?: number | undefined;
  /** The allowed error of the mean, in addition to five standard errors of that average, in units of x; default 1e-5. */
  readonly meanTolerance?: number | undefined;
}

/** Points of the integral: with Simpson's rule, exact to 1e-6 for a density as narrow as a hundredth of the interval. */
const POINTS = 4001;

/**
 * Checks the laws of a {@link Likelihood}: shapes are right; examples are independent; gradients with respect to parameters, and to
 * data unless they are discrete, agree with finite differences; a density integrates to 1; samples depend only on the stream, and
 * their average is the mean; no tensor leaks.
 *
 * @param likelihood - ours or your own
 * @param options - see {@link LikelihoodCheck}
 * @throws Error that says which law is broken, and where
 * @example
 * ```ts
 * const x = tf.tensor2d([[0.2], [0.7]]);
 * const parameters = tf.tensor2d([[-1], [2]]);
 * const random = createRandom(1);
 * await checkLikelihood(continuousBernoulli, { x, parameters, random, support: { from: 0, to: 1 } }); // passes
 * await checkLikelihood(bernoulli, { x, parameters, random, support: { from: 0, to: 1 } }); // throws: not a density
 * ```
 */
export async function checkLikelihood(likelihood: Likelihood, options: LikelihoodCheck): Promise<void> {
  const where = 'checkLikelihood';
  checkMembers(where, 'likelihood', likelihood);
  const read = readOptions(where, options, {
    x: checkFloat,
    parameters: checkFloat,
    random: checkRandom,
    support: { is: checkSupport, default: undefined },
    samples: { is: checkInteger, default: 2000, least: 2 },
    meanTolerance: { is: checkNumber, default: 1e-5, least: 0 },
    ...gradientRules,
  });
  const { x, parameters, random, support, samples, meanTolerance, ...gradientOptions } = read;
  checkGradientsRegistered(where);

  await checkNoLeaks(() => {
    const logProb = likelihood.logProb(x, parameters);
    checkResult(where, 'logProb(x, parameters)', logProb, [x.shape[0]], 'Sum over all axes except the first.');
    const [mean, draw] = [likelihood.mean(parameters), likelihood.sample(parameters, random)];
    checkResult(where, 'mean(parameters)', mean, x.shape);
    checkResult(where, 'sample(parameters, random)', draw, x.shape);
    return [logProb, mean, draw];
  });
  const logProb = (...[data, of]: Tensor[]): Tensor => likelihood.logProb(data!, of!);
  await checkRowsIndependent(where, 'likelihood.logProb', logProb, [x, parameters]);
  const isDiscrete = support !== undefined && 'values' in support;
  const fix = 'If x is discrete, list its values: `support: { values }`.';
  if (!isDiscrete)
    await compareSlopes({ where, name: 'x', at: x, f: (at) => logProb(at, parameters), fix }, gradientOptions);
  await compareSlopes({ where, name: 'parameters', at: parameters, f: (at) => logProb(x, at) }, gradientOptions);
  if (support !== undefined) await checkTotal(likelihood, x, parameters, support);
  await checkSamples(likelihood, parameters, random, samples, meanTolerance);
}

function checkSupport(where: string, argument: string, support: unknown): void {
  const { values, from, to } = (support ?? {}) as { readonly [Name in 'values' | 'from' | 'to']?: unknown };
  const isNumber = (one: unknown): boolean => typeof one === 'number' && Number.isFinite(one);
  const isList = Array.isArray(values) && values.length > 0 && values.every(isNumber);
  if (!Array.isArray(support) && (isList || (isNumber(from) && isNumber(to) && (from as number) < (to as number))))
    return;
  throw wrongKind(where, argument, 'must be { values }, or { from, to } in that order', { got: support });
}

/** The total probability of all values that one number can take must be 1. */
async function checkTotal(likelihood: Likelihood, x: Tensor, parameters: Tensor, support: NumberRange): Promise<void> {
  const { parameterSize } = likelihood;
  const channels = x.shape[x.rank - 1]!;
  const numbers = await parameters.data();
  const { points, weights } = quadrature(support);
  for (let i = 0; i < x.size; i++) {
    const first = Math.floor(i / channels) * channels * parameterSize + (i % channels);
    const own = Array.from({ length: parameterSize }, (_, block) => numbers[first + block * channels]!);
    const logProb = await readNumbers(() => {
      const all = tf.tile(tf.tensor2d(own, [1, parameterSize]), [points.length, 1]);
      return likelihood.logProb(tf.tensor2d(points, [points.length, 1]), all);
    });
    const total = logProb.reduce((sum, value, k) => sum + weights[k]! * Math.exp(value), 0);
    if (Math.abs(total - 1) <= 1e-3) continue;
    const rule = `must have the total probability 1 for the parameters [${own.join(', ')}]`;
    const fix = 'Add the normalising constant, or widen `support`.';
    throw unusable('checkLikelihood', 'likelihood.logProb', rule, { got: total, fix });
  }
}

/** Values with weight 1, or Simpson's rule. */
function quadrature(support: NumberRange): { points: number[]; weights: number[] } {
  if ('values' in support) return { points: [...support.values], weights: support.values.map(() => 1) };
  const { from, to } = support;
  const width = (to - from) / (POINTS - 1);
  const points = Array.from({ length: POINTS }, (_, k) => from + k * width);
  const weights = points.map((_, k) => (width / 3) * (k === 0 || k === POINTS - 1 ? 1 : k % 2 === 1 ? 4 : 2));
  return { points, weights };
}

async function checkSamples(
  likelihood: Likelihood,
  parameters: Tensor,
  random: RandomStream,
  samples: number,
  tolerance: number,
): Promise<void> {
  const where = 'checkLikelihood';
  const repeated = (): Tensor => tf.tile(parameters, [samples, ...new Array<number>(parameters.rank - 1).fill(1)]);
  const sample = (): Tensor => likelihood.sample(repeated(), random);
  const draws = await checkRepeatable(where, 'likelihood.sample', sample, random);
  const means = await readNumbers(() => likelihood.mean(parameters));
  const count = means.length;
  means.forEach((mean, i) => {
    const own = draws.filter((_, k) => k % count === i);
    const average = own.reduce((sum, draw) => sum + draw, 0) / samples;
    const variance = own.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / (samples - 1);
    if (Math.abs(mean - average) <= tolerance + 5 * Math.sqrt(variance / samples)) return;
    const rule = `must be near ${average}, the average of ${samples} samples, for number ${i}`;
    throw unusable(where, 'likelihood.mean', rule, { got: mean });
  });
}
