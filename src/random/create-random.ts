import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBackend, checkInteger, checkNumber } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { hasKernel, NORMALS_KERNEL, runKernel } from '../tensor/own-kernels.js';
import { drawNormals } from './normal.js';
import { seedWords } from './seeding.js';
import type { RandomState, RandomStream } from './stream.js';
import { drawIntegers, drawPermutation, drawUniforms } from './uniform.js';
import { stateWords } from './xoshiro.js';

const algorithm = 'xoshiro128++ x 4';

/**
 * Makes a seeded source of random tensors: the same seed gives the same bits on every runtime and backend.
 *
 * Four interleaved xoshiro128++ generators, started from a 128-bit hash of the seed; each has a period of 2^128 - 1.
 * Not for cryptography.
 *
 * @param seed - a safe integer of at least 0; 0 is a seed like any other
 * @returns a stream at its start; it holds no tensor and needs no `dispose`
 * @throws RangeError or TypeError if `seed` is not such an integer
 * @example
 * ```ts
 * const random = createRandom(1);
 * const noise = random.normal([2]);
 * console.log(await noise.data()); // Float32Array(2) [ -1.3006616830825806, -0.25653213262557983 ]
 * noise.dispose();
 * ```
 * @see https://prng.di.unimi.it (xoshiro128++)
 */
export function createRandom(seed: number): RandomStream {
  checkInteger('createRandom', 'seed', seed, 0);
  // + 0 turns -0, which JSON does not preserve, into 0.
  return createStream(seed + 0, []);
}

function createStream(firstSeed: number, firstPath: readonly string[]): RandomStream {
  let seed = firstSeed;
  let path = firstPath;
  const words = seedWords(seed, path);

  return Object.freeze<RandomStream>({
    normal(shape) {
      const size = checkSize('random.normal', shape);
      return hasKernel(NORMALS_KERNEL)
        ? runKernel<Tensor>(NORMALS_KERNEL, {}, { shape: [...shape], words })
        : tf.tensor(drawNormals(words, size), [...shape], 'float32');
    },
    uniform(shape, low = 0, high = 1) {
      const size = checkSize('random.uniform', shape);
      checkInterval(low, high);
      return tf.tensor(drawUniforms(words, size, Math.fround(low), Math.fround(high)), [...shape], 'float32');
    },
    integers(shape, low, high) {
      const size = checkSize('random.integers', shape);
      checkIntegerInterval(low, high);
      return tf.tensor(drawIntegers(words, size, low, high), [...shape], 'int32');
    },
    permutation(n) {
      checkInteger('random.permutation', 'n', n, 0);
      checkCount('random.permutation', 'n', n);
      return drawPermutation(words, n);
    },
    fork(name) {
      checkName('random.fork', 'name', name);
      return createStream(seed, [...path, name]);
    },
    state() {
      return { algorithm, seed, path: [...path], words: Array.from(words, (word) => word >>> 0) };
    },
    restore(state) {
      checkState(state);
      seed = state.seed + 0;
      path = [...state.path];
      words.set(state.words);
    },
  });
}

/** The number of values in a tensor of this shape. */
function checkSize(where: string, shape: unknown): number {
  checkBackend(where);
  if (!Array.isArray(shape)) {
    throw wrongKind(where, 'shape', 'must be an array', { got: shape, fix: 'Write [n] for n values.' });
  }
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const length: unknown = shape[axis];
    checkInteger(where, `shape[${axis}]`, length, 0);
    size *= length;
  }
  checkCount(where, 'shape', size);
  return size;
}

function checkCount(where: string, argument: string, count: number): void {
  if (count >= 2 ** 31) throw outOfRange(where, argument, 'must ask for fewer than 2^31 values', { got: count });
}

function checkInterval(low: unknown, high: unknown): void {
  const where = 'random.uniform';
  checkNumber(where, 'low', low);
  checkNumber(where, 'high', high);
  const range = Math.fround(Math.fround(high) - Math.fround(low));
  if (!(range > 0 && range < Infinity)) {
    throw outOfRange(where, 'high', `must be above low = ${low} by a finite difference in float32`, { got: high });
  }
}

function checkIntegerInterval(low: unknown, high: unknown): void {
  const where = 'random.integers';
  checkInteger(where, 'low', low, -(2 ** 31));
  checkInteger(where, 'high', high, -(2 ** 31) + 1);
  if (high > 2 ** 31) throw outOfRange(where, 'high', 'must be at most 2^31', { got: high });
  if (high <= low) throw outOfRange(where, 'high', `must be above low = ${low}`, { got: high });
}

function checkName(where: string, argument: string, name: unknown): void {
  if (typeof name !== 'string') throw wrongKind(where, argument, 'must be a string', { got: name });
}

function checkState(state: RandomState): void {
  const where = 'random.restore';
  const fix = 'Pass what random.state() returned.';
  if (typeof state !== 'object' || (state as unknown) === null) {
    throw wrongKind(where, 'state', 'must be an object', { got: state, fix });
  }
  if ((state.algorithm as unknown) !== algorithm) {
    const rule = `must be "${algorithm}"`;
    throw outOfRange(where, 'state.algorithm', rule, { got: state.algorithm, fix });
  }
  checkInteger(where, 'state.seed', state.seed, 0);
  if (!Array.isArray(state.path)) {
    throw wrongKind(where, 'state.path', 'must be an array of strings', { got: state.path, fix });
  }
  for (let i = 0; i < state.path.length; i++) checkName(where, `state.path[${i}]`, state.path[i]);
  const words: unknown = state.words;
  if (!Array.isArray(words) || words.length !== stateWords) {
    const seen = Array.isArray(words) ? `an array of ${words.length}` : undefined;
    throw wrongKind(where, 'state.words', `must be an array of ${stateWords}`, { got: words, seen, fix });
  }
  for (let i = 0; i < stateWords; i++) {
    checkInteger(where, `state.words[${i}]`, words[i], 0);
    if (words[i] >= 2 ** 32) {
      throw outOfRange(where, `state.words[${i}]`, 'must be below 2^32', { got: words[i], fix });
    }
  }
  for (let lane = 0; lane < 4; lane++) {
    if ([0, 4, 8, 12].every((word) => words[word + lane] === 0)) {
      const rule = `must not be all zero in lane ${lane}`;
      throw outOfRange(where, 'state.words', rule, { got: words, fix });
    }
  }
}
