import type { Tensor } from '@tensorflow/tfjs-core';

// A type alias, because an interface has no index signature and so is not assignable to Json.
/**
 * The whole state of a {@link RandomStream} as plain JSON: `JSON.parse(JSON.stringify(state))` restores as well.
 *
 * @see {@link RandomStream.state}, {@link RandomStream.restore}
 */
export type RandomState = {
  /** The generator to which the words belong. */
  readonly algorithm: 'xoshiro128++ x 4';
  /** The seed of this stream, or of the stream it was forked from. */
  readonly seed: number;
  /** The names of the forks that led to the stream, outermost first; empty for a stream of `createRandom`. */
  readonly path: readonly string[];
  /** Sixteen unsigned 32-bit words: word `w` of lane `l` is `words[4 * w + l]`. No lane is all zero. */
  readonly words: readonly number[];
};

/**
 * A seeded source of random tensors, made by `createRandom`: the same seed and the same calls give the same bits on
 * every runtime and backend.
 *
 * Every value takes a fixed number of draws from four interleaved generators, so a stream's position depends only on
 * the sizes that were requested from it. The tensors belong to the caller, who disposes them.
 */
export interface RandomStream {
  /**
   * Draws standard normals, mean 0 and variance 1, by the Box-Muller transform.
   *
   * @param shape - non-negative integers; [] is a scalar
   * @returns float32 tensor of `shape`, at most 6.67 in magnitude; the caller disposes it
   * @throws TypeError or RangeError if `shape` is not an array of non-negative integers
   * @remarks Moves the generators by 2 ceil(n / 8) steps for n values. Within 7e-7 of the same formula in float64.
   * @example
   * ```ts
   * const noise = createRandom(1).normal([2]);
   * console.log(await noise.data()); // -1.3006617, -0.2565321
   * ```
   * @see Box and Muller, "A note on the generation of random normal deviates" (1958)
   */
  normal(shape: readonly number[]): Tensor;

  /**
   * Draws numbers from the uniform distribution: u = low + (high - low) k / 2^24 with a 24-bit integer k.
   *
   * @param shape - non-negative integers; [] is a scalar
   * @param low - the lower bound, 0 by default; rounded to float32
   * @param high - above `low`, 1 by default; rounded to float32; excluded
   * @returns float32 tensor of `shape`, low <= u < high; the caller disposes it
   * @throws TypeError or RangeError if `shape` is not an array of non-negative integers, or `low` and `high` are
   * not finite numbers that differ in float32
   * @remarks Moves the generators by ceil(n / 4) steps for n values.
   * @example
   * ```ts
   * const mix = createRandom(1).uniform([2]);
   * console.log(await mix.data()); // 0.3821706, 0.9638824
   * ```
   */
  uniform(shape: readonly number[], low?: number, high?: number): Tensor;

  /**
   * Draws integers, all equally likely: n = low + floor(word (high - low) / 2^32) with a 32-bit word.
   *
   * @param shape - non-negative integers; [] is a scalar
   * @param low - the lower bound, at least -2^31
   * @param high - above `low`, at most 2^31; excluded
   * @returns int32 tensor of `shape`, low <= n < high; the caller disposes it
   * @throws TypeError or RangeError if `shape` is not an array of non-negative integers, or `low` and `high` are not
   * such integers
   * @remarks Moves the generators by ceil(n / 4) steps for n values. The probability of an integer differs from
   * 1 / (high - low) by less than 2^-32, because each value takes exactly one draw. WebGL stores integers as float32
   * numbers, which are not exact above 2^24.
   * @example
   * ```ts
   * const dice = createRandom(1).integers([4], 1, 7);
   * console.log(await dice.data()); // Int32Array(4) [ 3, 6, 6, 3 ]
   * ```
   * @see Lemire, "Fast random integer generation in an interval" (2019), without its rejection
   */
  integers(shape: readonly number[], low: number, high: number): Tensor;

  /**
   * Draws a permutation of the integers 0 ... n - 1, all equally likely up to 2^-32 per place.
   *
   * @param n - how many, at least 0
   * @returns a fresh array on the host
   * @throws TypeError or RangeError if `n` is not such an integer
   * @remarks Moves the generators by ceil(n / 4) steps.
   * @example
   * ```ts
   * console.log(createRandom(1).permutation(5)); // Uint32Array(5) [ 0, 3, 2, 1, 4 ]
   * ```
   * @see Durstenfeld, "Algorithm 235: Random permutation" (1964), the shuffle of Fisher and Yates
   */
  permutation(n: number): Uint32Array;

  /**
   * Makes an independent stream that depends only on the seed and the path of names, not on what has been drawn.
   *
   * The same name gives the same stream again, at its start. `fork('a').fork('b')` is a different stream from `fork('ab')`
   * and `fork('a/b')`.
   *
   * @param name - any string
   * @returns a stream at its start; drawing from it does not move this one
   * @throws TypeError if `name` is not a string
   * @example
   * ```ts
   * const random = createRandom(1);
   * const weights = await random.fork('encoder').uniform([]).data();
   * console.log(weights[0]); // 0.4838929772377014, whatever was drawn from `random` before
   * ```
   */
  fork(name: string): RandomStream;

  /**
   * Returns the stream's current state.
   *
   * @returns plain JSON; later draws do not change it
   * @example
   * ```ts
   * const random = createRandom(1);
   * const saved = JSON.stringify(random.state());
   * const first = await random.uniform([]).data();
   * random.restore(JSON.parse(saved));
   * const second = await random.uniform([]).data();
   * console.log(first[0] === second[0]); // true
   * ```
   */
  state(): RandomState;

  /**
   * Moves the stream to a saved state: the seed, the path and the words of `state` replace its own.
   *
   * @param state - what {@link RandomStream.state} returned, possibly sent through JSON
   * @throws TypeError or RangeError if `state` is anything else; the stream is then unchanged
   * @example
   * ```ts
   * const random = createRandom(1);
   * random.restore(createRandom(2).fork('data').state());
   * console.log(random.state().seed, random.state().path); // 2 [ 'data' ]
   * ```
   */
  restore(state: RandomState): void;
}
