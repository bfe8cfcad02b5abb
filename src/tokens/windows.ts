import { checkInteger } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { HostTensor } from '../training/data/host-data.js';

/** Tokens on the host: the result of `encode`, or a smaller array of the same numbers. */
export type Tokens = Int32Array | Uint16Array | Uint8Array;

/** Tokens as data for `batches`: a {@link HostTensor} of one kind of array, which `tf.tensor2d` also takes, unless it is a Uint16Array. */
export interface TokenData<Data extends Tokens> extends HostTensor {
  /** The tokens, row by row. */
  readonly data: Data;
  /** Examples, and places of each. */
  readonly shape: [examples: number, length: number];
}

/**
 * Cuts one long sequence, such as a text, into examples of equal length.
 *
 * Window k holds the tokens k stride ... k stride + length - 1; an incomplete one at the end is left out
 *
 * @param indices - the tokens
 * @param options - `length`, and `stride`, the distance between the beginnings of two windows; default `length`
 * @returns data for `batches`, `[windows, length]`, in the kind of array that was given; `tf.tensor2d(data, shape, 'int32')` makes a tensor
 * @throws TypeError or RangeError if an argument is wrong, or if the sequence is shorter than one window
 * @example
 * ```ts
 * console.log(windows(Int32Array.of(1, 2, 3, 4, 5), { length: 3, stride: 2 }).data); // Int32Array(6) [ 1, 2, 3, 3, 4, 5 ]
 * ```
 */
export function windows<Data extends Tokens>(
  indices: Data,
  options: {
    /** Tokens in a window. */
    readonly length: number;
    /** Tokens between the beginnings of two windows; default `length`. */
    readonly stride?: number | undefined;
  },
): TokenData<Data> {
  const where = 'windows';
  checkTokens(where, 'indices', indices);
  const read = readOptions(where, options, {
    length: checkInteger,
    stride: { is: checkInteger, default: undefined },
  });
  const { length, stride = length } = read;
  if (indices.length < length) {
    throw outOfRange(where, 'length', `must not be above the ${indices.length} tokens`, { got: length });
  }
  const count = Math.floor((indices.length - length) / stride) + 1;
  const data = emptyLike(indices, count * length);
  for (let k = 0; k < count; k++) data.set(indices.subarray(k * stride, k * stride + length), k * length);
  return { data, shape: [count, length], dtype: 'int32' };
}

/**
 * Puts sequences of different lengths into one data set: each is followed by -1.
 *
 * @param sequences - the tokens of each example, with their end
 * @param options - `length`, the number of places of each example; a longer sequence is an error
 * @returns data for `batches`, int32 `[sequences, length]`
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const words = characters('abc', { end: true });
 * console.log(padSequences(['ab', 'c'].map(words.encode), { length: 4 }).data); // Int32Array(8) [ 0, 1, 3, -1, 2, 3, -1, -1 ]
 * ```
 */
export function padSequences(
  sequences: readonly Tokens[],
  options: {
    /** Places of each example. */
    readonly length: number;
  },
): TokenData<Int32Array> {
  const where = 'padSequences';
  const { length } = readOptions(where, options, { length: checkInteger });
  if (!Array.isArray(sequences)) throw wrongKind(where, 'sequences', 'must be an array', { got: sequences });
  if (sequences.length === 0) throw outOfRange(where, 'sequences', 'must hold at least one', { seen: 'none' });
  const data = new Int32Array(sequences.length * length).fill(-1);
  sequences.forEach((sequence: Tokens, i) => {
    checkTokens(where, `sequences[${i}]`, sequence);
    if (sequence.length > length) {
      const rule = `must hold at most ${length} tokens`;
      throw outOfRange(where, `sequences[${i}]`, rule, { got: sequence.length, fix: 'Set a larger `length`.' });
    }
    data.set(sequence, i * length);
  });
  return { data, shape: [sequences.length, length] };
}

function checkTokens(where: string, argument: string, indices: unknown): void {
  if (indices instanceof Int32Array || indices instanceof Uint16Array || indices instanceof Uint8Array) return;
  const fix = 'Convert it: Int32Array.from(...).';
  throw wrongKind(where, argument, 'must be an Int32Array, Uint16Array or Uint8Array', { got: indices, fix });
}

function emptyLike<Data extends Tokens>(indices: Data, size: number): Data {
  const Kind = [Int32Array, Uint16Array, Uint8Array].find((one) => indices instanceof one)!;
  return new Kind(size) as Data;
}
