import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBackend, checkInteger, checkNumber } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { drawn } from '../tensor/recorder.js';
import { hasKernel, NORMALS_KERNEL, runKernel, UNIFORMS_KERNEL } from '../tensor/own-kernels.js';
import { drawNormals } from './normal.js';
import { seedWords } from './seeding.js';
import type { RandomState, RandomStream } from './stream.js';
import { drawIntegers, drawPermutation, drawUniforms, largestBelow } from './uniform.js';
import { stateWords } from './xoshiro.js';

const algorithm = 'xoshiro128++ x 4';

/**
 * Makes a seeded source of random tensors: the same seed gives the same bits on every runtime and backend.
 *
 * Four interleaved xoshiro128++ generators, started from a 128-bit hash of the seed; each has a period of 2^128 - 1.
 * Not for cryptography.
 *
 * @param seed - a safe integer, at least 0; 0 is an ordinary seed
 * @returns a stream at its start; it holds no tensor and needs no `dispose`
 * @throws RangeError or TypeError if `seed` is not such an integer
 * @example
 * ```ts
 * const random = createRandom(1);
 * const noise = random.normal([2]);
 * console.log(await noise.data()); // -1.3006617, -0.2565321
 * noise.dispose();
 * ```
 * @see https://prng.di.unimi.it (xoshiro128++)
 */
export function createRandom(seed: number): RandomStream {
  checkInteger('createRandom', 'seed', seed, { least: 0 });
  // + 0 turns -0, which JSON does not preserve, into 0.
  return createStream(seed + 0, []);
}

function createStream(firstSeed: number, firstPath: readonly string[]): RandomStream {
  let seed = firstSeed;
  let path = firstPath;
  const words = seedWords(seed, path);

  return Object.freeze<RandomStream>({
    normal(shape, ...more: unknown[]) {
      const size = checkSize('random.normal', shape, more);
      const numbers = hasKernel(NORMALS_KERNEL)
        ? runKernel<Tensor>(NORMALS_KERNEL, {}, { shape: [...shape], words })
        : tf.tensor(drawNormals(words, size), [...shape], 'float32');
      return drawn(numbers, 'normal');
    },
    uniform(shape, least = 0, bound = 1, ...more: unknown[]) {
      const size = checkSize('random.uniform', shape, more);
      checkInterval(least, bound);
      const [low, high] = [Math.fround(least), Math.fround(bound)];
      const numbers = hasKernel(UNIFORMS_KERNEL)
        ? runKernel<Tensor>(UNIFORMS_KERNEL, {}, { shape: [...shape], words, low, high, last: largestBelow(high) })
        : tf.tensor(drawUniforms(words, size, low, high), [...shape], 'float32');
      return drawn(numbers, 'uniform', low, high);
    },
    integers(shape, low, high, ...more: unknown[]) {
      const size = checkSize('random.integers', shape, more);
      checkIntegerInterval(low, high);
      return drawn(tf.tensor(drawIntegers(words, size, low, high), [...shape], 'int32'), 'integers', low, high);
    },
    permutation(n) {
      checkInteger('random.permutation', 'n', n, { least: 0 });
      checkCount('random.permutation', 'n', n);
      return drawPermutation(words, n);
    },
    fork(name) {
      if (typeof name !== 'string') throw wrongKind('random.fork', 'name', 'must be a string', { got: name });
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

/** The number of values in a tensor of this shape; `more` are arguments that only tfjs's functions have, such as a deviation. */
function checkSize(where: string, shape: unknown, more: readonly unknown[]): number {
  if (more.length > 0) throw wrongKind(where, 'arguments', 'must be fewer', { seen: `${more.length} too many` });
  checkBackend(where);
  if (!Array.isArray(shape)) {
    throw wrongKind(where, 'shape', 'must be an array', { got: shape, fix: 'Write [n] for n values.' });
  }
  for (const [axis, length] of shape.entries()) checkInteger(where, `shape[${axis}]`, length, { least: 0 });
  const size = tf.util.sizeFromShape(shape as number[]);
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
  checkInteger(where, 'low', low, { least: -(2 ** 31) });
  checkInteger(where, 'high', high, { least: low + 1 });
  checkNumber(where, 'high', high, { most: 2 ** 31 });
}

function checkState(state: RandomState | undefined): void {
  const where = 'random.restore';
  const refuse = (part: string, rule: string, got: unknown): never => {
    throw wrongKind(where, `state.${part}`, rule, { got, fix: 'Pass what random.state() returned.' });
  };
  const given: Readonly<Record<string, unknown>> = state ?? {};
  const { path, words } = given;
  if (given['algorithm'] !== algorithm) refuse('algorithm', `must be "${algorithm}"`, given['algorithm']);
  checkInteger(where, 'state.seed', given['seed'], { least: 0 });
  if (!Array.isArray(path) || !path.every((name) => typeof name === 'string')) {
    return refuse('path', 'must be an array of strings', path);
  }
  if (!Array.isArray(words) || words.length !== stateWords || !words.every((word: number) => word === word >>> 0)) {
    return refuse('words', `must be ${stateWords} integers from 0 to 2^32 - 1`, words);
  }
  for (let lane = 0; lane < 4; lane++) {
    if (words.every((word, i) => i % 4 !== lane || word === 0)) {
      refuse('words', `must not be all zero in lane ${lane}`, words);
    }
  }
}
