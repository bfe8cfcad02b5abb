import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { checkGradients, type GradientOptions } from '../../src/testing/index.js';
import { createRandom } from '../../src/random/index.js';
import { freeTape } from '../../src/gradients/free-tape.js';
import { tensorOf, type Operation } from './tfjs-operations.js';
import { additions } from '../../src/testing/exercises/missing-gradients.js';

/** What finite differences say about a derivative; `missing` if the backend lacks a kernel. */
export type Verdict = 'right' | 'wrong' | 'throws' | 'missing' | 'rejected' | 'unmeasured';

/** The first and the second derivative of an operation, and what was thrown. */
export interface Derivatives {
  readonly first: Verdict;
  readonly second: Verdict;
  readonly complaint: string;
}

const MARK = Symbol.for('tfjs-generative.repaired');

/** The names of all kernels that have a gradient. */
export function registeredKernels(): string[] {
  return Object.values(tf).filter((name) => typeof name === 'string' && tf.getGradient(name) != null) as string[];
}

/** What the repair keeps on the engine, next to the method that it replaces. */
const MENDING = Symbol.for('tfjs-generative: mending saved tensors');

/** Restores tfjs's own gradients, even those that another test file on the same page has replaced or added. */
export function restoreGradients(): void {
  for (const property of ['runKernelFunc', MENDING]) Reflect.deleteProperty(tf.engine(), property);
  for (const { kernelName, gradFunc } of additions)
    if (registeredKernels().includes(kernelName) && tf.getGradient(kernelName).gradFunc === gradFunc)
      tf.unregisterGradient(kernelName);
  for (const name of registeredKernels()) {
    const config = tf.getGradient(name) as GradConfig & Record<symbol, GradConfig | undefined>;
    if (!(MARK in config)) continue;
    tf.unregisterGradient(name);
    if (config[MARK] !== undefined) tf.registerGradient(config[MARK]);
  }
}

/** A GPU in software takes a millisecond for each kernel. */
export const isSlow = (): boolean => /web/.test(tf.getBackend());

/** A GPU's sines and powers are inexact; a wrong second derivative is off by far more. */
const step = 2 ** -5;
const tolerance = (): GradientOptions => (isSlow() ? { step, relative: 1e-2, absolute: 8e-3 } : { step });

/** `unmeasured` leaves the second derivative out, which costs most of the time. */
export async function measure(
  { f, inputs, chained = false }: Operation,
  unmeasured: 'second' | 'none' = 'none',
): Promise<Derivatives> {
  const tensors = inputs.map((numbers, i) => tensorOf(numbers, i + 1));
  const lent = chained ? lendReshape() : [];
  const first = await verdict(f, tensors, isSlow() ? { absolute: 2e-3 } : {});
  const second =
    unmeasured === 'second'
      ? ({ verdict: 'unmeasured', complaint: '' } as const)
      : await verdict((...xs) => slopes(f, xs), tensors, tolerance());
  for (const name of lent) Reflect.deleteProperty(tf.Tensor.prototype, name);
  tf.dispose(tensors);
  return { first: first.verdict, second: second.verdict, complaint: [first.complaint, second.complaint].join(' ') };
}

/** The numbers of the first derivatives with respect to every input. */
export async function gradientsOf({ f, inputs, chained = false }: Operation): Promise<number[]> {
  const lent = chained ? lendReshape() : [];
  const gradients = tf.tidy(() => {
    const tensors = inputs.map((numbers, i) => tensorOf(numbers, i + 1));
    return tf.concat(
      tf
        .grads(f)(tensors)
        .map((gradient) => tf.reshape(gradient, [-1])),
    );
  });
  for (const name of lent) Reflect.deleteProperty(tf.Tensor.prototype, name);
  return Array.from(await gradients.data().finally(() => gradients.dispose()));
}

/**
 * A weighted sum of the derivatives of y + 0.2 y^2, y = f(x + 0.15 x^2), in every input: a second derivative flows back
 * through what enters the gradient of f, and through what f has saved.
 */
export function slopes(f: Operation['f'], inputs: Tensor[]): Tensor {
  const bent = (...xs: Tensor[]): Tensor => {
    const y = f(...xs.map((x) => tf.add(x, tf.mul(0.15, tf.square(x)))));
    const total = tf.sum(tf.mul(weights(y), tf.add(y, tf.mul(0.2, tf.square(y)))));
    // tf.grads rejects an input on which the result does not depend
    return xs.reduce((sum, x) => tf.add(sum, tf.mul(0, tf.sum(x))), total);
  };
  const gradients = tf
    .grads(bent)(inputs)
    .map((gradient) => tf.sum(tf.mul(weights(gradient), gradient)));
  return gradients.reduce((sum, gradient) => tf.add(sum, gradient));
}

/** Adds the method `reshape` to tensors that lack it. */
function lendReshape(): string[] {
  if ('reshape' in tf.Tensor.prototype) return [];
  const value = function (this: Tensor, shape: number[]): Tensor {
    return tf.reshape(this, shape);
  };
  Object.defineProperty(tf.Tensor.prototype, 'reshape', { value, configurable: true });
  return ['reshape'];
}

function weights({ size, shape }: Tensor): Tensor {
  return tf.tensor(
    Array.from({ length: size }, (_, i) => 0.6 + ((i * 7) % 5) / 4),
    shape,
  );
}

async function verdict(
  f: Operation['f'],
  inputs: Tensor[],
  options?: GradientOptions,
): Promise<{ verdict: Verdict; complaint: string }> {
  try {
    // all numbers at once, along one direction: with two steps to a side that is four calls of f, not four for each number
    if (isSlow()) await checkGradients(alongLine(f, inputs), [tf.scalar(0)], options);
    else await checkGradients(f, inputs, options);
    return { verdict: 'right', complaint: '' };
  } catch (error) {
    freeTape();
    const complaint = error instanceof Error ? error.message.slice(0, 300) : String(error);
    return { verdict: verdictOf(complaint), complaint };
  }
}

/** `f` of the inputs that are moved by a length along random directions. */
function alongLine(f: Operation['f'], inputs: readonly Tensor[]): Operation['f'] {
  const directions = inputs.map(({ shape }, k) => createRandom(k + 1).normal(shape));
  return (length) => f(...inputs.map((input, k) => tf.add(input, tf.mul(length, directions[k]!))));
}

function verdictOf(complaint: string): Verdict {
  if (/must have the derivative/.test(complaint)) return 'wrong';
  if (/The second derivative of .* is not known/.test(complaint)) return 'rejected';
  // what wasm would compute wrongly, and is refused there, is missing as well
  return /[Kk]ernel '\w+' (not registered )?for backend|`backend` must not be/.test(complaint) ? 'missing' : 'throws';
}
