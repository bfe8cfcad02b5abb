import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { relativeError } from '../relative-error.js';
import { drawOf } from './draw.js';
import { tensorsOf, type Filling, type FuzzCase } from './fuzz-case.js';

/** What became of an operation, or of its gradients: both backends refuse a case that tfjs's own checks refuse. */
export type Verdict = 'right' | 'refused' | 'wrong' | 'crash' | 'refused everywhere';

export interface Judgement {
  readonly verdict: Verdict;
  /** The error, or the difference. */
  readonly why?: string | undefined;
}

interface Output {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

type Outcome = { readonly outputs: readonly Output[] } | { readonly error: Error };

/** What is judged of a case: its value, or its gradients, of inputs with such numbers. */
export interface Aspect {
  readonly ofGradients: boolean;
  readonly filling: Filling;
}

/** Runs one case on a backend. */
async function outcomeOn(backend: string, one: FuzzCase, seed: number, aspect: Aspect): Promise<Outcome> {
  await tf.setBackend(backend);
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  try {
    const results = tf.tidy(() => {
      const inputs = tensorsOf(one, seed, aspect.filling);
      return aspect.ofGradients ? gradientsOf(one, inputs, seed) : [one.run(...inputs)].flat();
    });
    const outputs = await Promise.all(
      results.map(async (x) => ({ shape: x.shape, dtype: x.dtype, values: Float32Array.from(await x.data()) })),
    );
    tf.dispose(results);
    const after = [tf.memory().numTensors, tf.backend().numDataIds()];
    if (after.join() !== before.join()) throw new Error(`leaves memory behind: ${before.join()} to ${after.join()}`);
    return { outputs };
  } catch (error) {
    return { error: error as Error };
  }
}

/** The gradients, in each float32 input, of the sum of all results times fixed weights. */
function gradientsOf(one: FuzzCase, inputs: Tensor[], seed: number): Tensor[] {
  const isFloat = inputs.map(({ dtype }) => dtype === 'float32');
  const floats = inputs.filter((_, i) => isFloat[i]);
  return tf.grads((...varied: Tensor[]) => weightedSum(one, merged(inputs, isFloat, varied), seed))(floats);
}

function merged(inputs: readonly Tensor[], isFloat: readonly boolean[], varied: readonly Tensor[]): Tensor[] {
  let next = 0;
  return inputs.map((input, i) => (isFloat[i] ? varied[next++]! : input));
}

function weightedSum(one: FuzzCase, inputs: Tensor[], seed: number): tf.Scalar {
  const sums = [one.run(...inputs)].flat().map((y, i) => tf.sum(tf.mul(y, weightsOf(y.shape, seed + i))));
  return sums.reduce((a, b) => tf.add(a, b)) as tf.Scalar;
}

function weightsOf(shape: number[], seed: number): Tensor {
  const draw = drawOf(seed + 1009);
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () => draw.integer(-1024, 1024) / 1024);
  return tf.tensor(values, shape);
}

/** Compares wasm with cpu. A leak, and an error that does not name the argument and the way out, are wrong as well. */
export async function judge(one: FuzzCase, seed: number, aspect: Aspect): Promise<Judgement> {
  const expected = await outcomeOn('cpu', referenceOf(one), seed, aspect);
  const received = await outcomeOn('wasm', one, seed, aspect);
  if ('error' in expected) {
    if ('error' in received) return { verdict: 'refused everywhere', why: received.error.message };
    return { verdict: 'wrong', why: `only cpu throws: ${expected.error.message}` };
  }
  if ('error' in received) {
    const { message } = received.error;
    if (received.error instanceof WebAssembly.RuntimeError) return { verdict: 'crash', why: message };
    return { verdict: isOurs(message) ? 'refused' : 'wrong', why: `throws: ${message}` };
  }
  const why = differenceOf(received.outputs, expected.outputs, one.maySpread === true && aspect.filling === 'special');
  return why === undefined ? { verdict: 'right' } : { verdict: 'wrong', why };
}

function referenceOf(one: FuzzCase): FuzzCase {
  return { ...one, run: one.reference ?? one.run };
}

/** "where: `argument` rule; got value. Fix." */
function isOurs(message: string): boolean {
  return /^[\w.]+: `[^`]+` .+; got .+\. ./.test(message);
}

function differenceOf(
  received: readonly Output[],
  expected: readonly Output[],
  maySpread: boolean,
): string | undefined {
  for (const [i, wanted] of expected.entries()) {
    const { shape, dtype, values } = received[i]!;
    if (shape.join() !== wanted.shape.join())
      return `output ${i} has shape [${shape.join()}], not [${wanted.shape.join()}]`;
    if (dtype !== wanted.dtype) return `output ${i} is ${dtype}, not ${wanted.dtype}`;
    const lost = wanted.values.findIndex((value, k) => Number.isNaN(value) && !Number.isNaN(values[k]));
    if (lost >= 0) return `output ${i} is ${values[lost]} where it should be NaN`;
    const error =
      dtype === 'float32'
        ? floatError(values, wanted.values, maySpread)
        : Number(values.join() !== wanted.values.join());
    if (!(error < 1e-4)) return `output ${i} is off by ${error.toPrecision(2)}`;
  }
  return undefined;
}

/** Where both are the same infinity, or no number, they agree. */
function floatError(a: ArrayLike<number>, b: ArrayLike<number>, maySpread: boolean): number {
  const agree = Array.from(
    b,
    (value, i) => (!Number.isFinite(value) && Object.is(value, a[i])) || (maySpread && Number.isNaN(a[i])),
  );
  const rest = (x: ArrayLike<number>): number[] => Array.from(x).filter((_, i) => !agree[i]);
  return relativeError(rest(a), rest(b));
}

/**
 * Whether cpu's gradients agree with a difference quotient of cpu's values along a random direction, to a few percent of the
 * spread of the terms: what says that cpu may be a reference.
 */
export async function isReferenceSound(of: FuzzCase, seed: number): Promise<boolean> {
  await tf.setBackend('cpu');
  const one = referenceOf(of);
  // small, since a maximum that moves to another number between both values gives an error
  const step = 2 ** -12;
  const terms = tf.tidy(() => {
    const inputs = tensorsOf(one, seed);
    const isFloat = inputs.map(({ dtype }) => dtype === 'float32');
    const directions = inputs.map(({ shape }, i) => weightsOf(shape, seed + 31 * (i + 1)));
    const moved = (by: number): Tensor[] =>
      inputs.map((x, i) => (isFloat[i] ? tf.add(x, tf.mul(directions[i]!, by)) : x));
    const gradients = gradientsOf(one, inputs, seed);
    const along = directions.filter((_, i) => isFloat[i]).map((v, i) => tf.reshape(tf.mul(v, gradients[i]!), [-1]));
    const values = (by: number): Tensor[] =>
      [one.run(...moved(by))].flat().map((y, i) => tf.reshape(tf.mul(y, weightsOf(y.shape, seed + i)), [-1]));
    return [along, values(step), values(-step)].map((parts) => tf.concat(parts as tf.Tensor1D[]));
  });
  const [along, above, below] = (await Promise.all(terms.map((x) => x.data()))) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  tf.dispose(terms);
  const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
  let quotient = 0;
  for (let i = 0; i < above.length; i++) quotient += (above[i]! - below[i]!) / (2 * step);
  const spread = Math.sqrt(along.reduce((total, value) => total + value ** 2, 0));
  // a window without a pixel has no average
  return !Number.isFinite(quotient) || Math.abs(quotient - sum(along)) <= 0.05 * spread + 0.02;
}
