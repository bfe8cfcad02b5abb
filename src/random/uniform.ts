import { fillBits } from './xoshiro.js';

/**
 * Draws `count` uniform float32 numbers, `low <= u < high`, from the upper 24 bits of one word each.
 *
 * @param state - the sixteen words of the generator, changed in place
 * @param low - a float32 number
 * @param high - a float32 number above `low`, with a finite difference
 * @returns a fresh array of `count` values
 */
export function drawUniforms(state: Int32Array, count: number, low: number, high: number): Float32Array {
  const bits = drawWords(state, count);
  // The numbers overwrite their words, which saves half the memory and the time to clear it.
  const values = new Float32Array(bits.buffer);
  const range = Math.fround(high - low);
  const last = largestBelow(high);
  for (let i = 0; i < count; i++) {
    const value = Math.fround(low + Math.fround((bits[i]! >>> 8) * 2 ** -24 * range));
    // Rounding can reach `high`, for example from low = 1, high = 2.
    values[i] = value < high ? value : last;
  }
  return count === values.length ? values : values.slice(0, count);
}

/**
 * Draws `count` integers, `low <= n < high`: n = low + floor(word * (high - low) / 2^32), one word each.
 *
 * @param state - the sixteen words of the generator, changed in place
 * @param low - an integer of at least -2^31
 * @param high - an integer above `low` and at most 2^31
 * @returns a fresh array of `count` values
 */
export function drawIntegers(state: Int32Array, count: number, low: number, high: number): Int32Array {
  const values = drawWords(state, count);
  for (let i = 0; i < count; i++) values[i] = low + multiplyHigh(values[i]!, high - low);
  return count === values.length ? values : values.slice(0, count);
}

/**
 * Draws a random order of 0 ... count - 1 with the shuffle of Fisher and Yates, one word for each place.
 *
 * @param state - the sixteen words of the generator, changed in place
 * @returns a fresh array
 */
export function drawPermutation(state: Int32Array, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  const words = drawWords(state, count);
  for (let i = count - 1; i > 0; i--) {
    const j = multiplyHigh(words[i]!, i + 1);
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}

/** At least `count` words: whole steps of the four lanes. */
function drawWords(state: Int32Array, count: number): Int32Array {
  const words = new Int32Array(4 * Math.ceil(count / 4));
  fillBits(state, words);
  return words;
}

/** floor(word * range / 2^32) for an unsigned word and a range of at most 2^32, in halves that float64 holds exactly. */
function multiplyHigh(word: number, range: number): number {
  return Math.floor(((word >>> 16) * range + Math.floor(((word & 0xffff) * range) / 65536)) / 65536);
}

/** The largest float32 number below `value`. */
export function largestBelow(value: number): number {
  const number = new Float32Array([value]);
  const bits = new Int32Array(number.buffer);
  if (value === 0) bits[0] = 0x80000001 | 0;
  else bits[0]! += value > 0 ? -1 : 1;
  return number[0]!;
}
