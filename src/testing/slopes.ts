import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { createRandom } from '../random/index.js';
import { checkNumber, checkTensor } from '../tensor/checks.js';
import { shapeText, unusable, wrongShape } from '../tensor/errors.js';
import { place } from './check-close.js';
import type { Read, Rules } from '../tensor/options.js';

/** The steps of finite differences, and the allowed error of a gradient. */
export interface GradientOptions {
  /** The longer of the two steps of the differences, in units of the inputs, above 0; default 2^-6. */
  readonly step?: number | undefined;
  /** The allowed error of a derivative relative to its size, at least 0; default 1e-3. */
  readonly relative?: number | undefined;
  /** The allowed absolute error, added to the relative one, at least 0; default 1e-4. */
  readonly absolute?: number | undefined;
}

/** A function of one tensor, whose gradient is compared with finite differences. */
export interface Claim {
  /** The check that the user called. */
  readonly where: string;
  /** Names the tensor in an error: `inputs[0]`. */
  readonly name: string;
  /** Where the derivative is taken. */
  readonly at: Tensor;
  readonly f: (x: Tensor) => Tensor;
  /** The gradient of sum(dy * f(x)) at `at`; by default tfjs's. */
  readonly gradient?: (dy: Tensor) => Tensor;
  /** Other possible causes of a difference, for the error. */
  readonly fix?: string;
}

/** A function's rounding error is assumed to be four times the relative distance between float32 numbers. */
const ROUNDING = 4 * 2 ** -23;

/** The rules of {@link GradientOptions}. */
export const gradientRules = {
  step: { is: checkNumber, default: 2 ** -6, above: 0 },
  relative: { is: checkNumber, default: 1e-3, least: 0 },
  absolute: { is: checkNumber, default: 1e-4, least: 0 },
} satisfies Rules<GradientOptions>;

/** {@link GradientOptions} with their defaults. */
export type Tolerances = Read<GradientOptions, typeof gradientRules>;

/** Throws, with the derivative that is furthest off, unless the claimed gradient agrees with finite differences. */
export async function compareSlopes(claim: Claim, options: Tolerances): Promise<void> {
  const { where, name, at, f, fix, gradient: claimed = (dy) => tf.grad((x) => connected(f(x), x))(at, dy) } = claim;
  const { step, relative, absolute } = options;
  const dy = tf.tidy(() => {
    const output = f(at);
    checkTensor(where, 'f(...)', output);
    return weightsOf(output);
  });
  try {
    const weights = await dy.data<'float32'>();
    const tensor = tf.tidy(() => tf.clone(claimed(dy)));
    const gradient = await tensor.data<'float32'>().finally(() => tensor.dispose());
    if (shapeText(tensor.shape) !== shapeText(at.shape)) {
      throw wrongShape(where, `gradient of ${name}`, at.shape, tensor.shape);
    }
    const values = await at.data<'float32'>();
    let worst = { excess: 0, derivative: 0, index: 0 };
    for (const [index, [long, short]] of (await differences(claim, values, [step, step / 2], weights)).entries()) {
      const derivative = (4 * short.slope - long.slope) / 3;
      const doubt = Math.abs(long.slope - short.slope) / 10 + short.rounding;
      const allowed = doubt + absolute + relative * Math.abs(derivative);
      const distance = Math.abs(gradient[index]! - derivative);
      const excess = distance <= allowed ? 0 : Number.isNaN(distance - allowed) ? Infinity : distance - allowed;
      if (excess > worst.excess) worst = { excess, derivative, index };
    }
    if (worst.excess === 0) return;
    const rule = `must have the derivative ${worst.derivative} in ${name} at ${place(worst.index, at.shape)}`;
    throw unusable(where, 'f', rule, { got: gradient[worst.index], fix });
  } finally {
    dy.dispose();
  }
}

/** {@link compareSlopes} for the gradient with respect to a variable, which is moved and then restored. */
export async function compareVariableSlopes(
  where: string,
  name: string,
  f: () => Tensor,
  variable: Variable,
  options: Tolerances,
): Promise<void> {
  const at = tf.tidy(() => tf.clone(variable));
  const moved = (x: Tensor): Tensor => {
    variable.assign(tf.clone(x));
    return f();
  };
  const gradient = (dy: Tensor): Tensor => {
    variable.assign(tf.clone(at));
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(dy, connected(f(), variable))), [variable]);
    return grads[variable.name]!;
  };
  try {
    await compareSlopes({ where, name, at, f: moved, gradient }, options);
  } finally {
    variable.assign(at);
    at.dispose();
  }
}

/**
 * Makes the gradient of `y` 0 if `y` is not connected to `x`, where tfjs would throw; the differences show whether 0 is
 * right.
 */
export function connected(y: Tensor, x: Tensor): Tensor {
  return tf.add(y, tf.mul(0, tf.sum(x)));
}

/** Random weights for a function's output, so that two errors do not cancel in the sum; 1 for a scalar. */
function weightsOf({ shape, rank }: Tensor): Tensor {
  return rank === 0 ? tf.ones([]) : createRandom(0).normal(shape);
}

/** A slope, in float64, and the part of it that may be rounding. */
interface Difference {
  readonly slope: number;
  readonly rounding: number;
}

/** The slopes of the weighted sum of the output of `f` along each number, over two steps. */
async function differences(
  { f, at }: Claim,
  values: Float32Array,
  steps: readonly [number, number],
  weights: Float32Array,
): Promise<(readonly [Difference, Difference])[]> {
  const moved = (index: number, end: number): Tensor => {
    const numbers = values.map((value, i) => (i === index ? end : value));
    return tf.tidy(() => tf.clone(f(tf.tensor(numbers, at.shape))));
  };
  // the actual step is the distance between float32 numbers.
  const ends = Array.from(values, (value) =>
    steps.map((step) => [Math.fround(value + step), Math.fround(value - step)] as const),
  );
  const results = tf.tidy(() => ends.map((pairs, i) => pairs.map((pair) => pair.map((end) => moved(i, end)))));
  // all at once: a GPU takes as long for one read as for hundreds
  const reads = results.map((pairs) =>
    Promise.all(pairs.map((pair) => Promise.all(pair.map((result) => result.data<'float32'>())))),
  );
  const read = await Promise.all(reads).finally(() => tf.dispose(results));
  return read.map(
    (pairs, i) =>
      pairs.map(([above, below], k) => {
        const [high, low] = ends[i]![k]!;
        return difference(above!, below!, high - low, weights);
      }) as [Difference, Difference],
  );
}

function difference(above: Float32Array, below: Float32Array, length: number, weights: Float32Array): Difference {
  let [sum, size] = [0, 0];
  weights.forEach((weight, i) => {
    sum += weight * (above[i]! - below[i]!);
    size += Math.abs(weight * above[i]!);
  });
  return { slope: sum / length, rounding: (ROUNDING * size) / length };
}
