import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBoolean, checkInt } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions } from '../tensor/options.js';
import { readTokenList } from './token-list.js';

/** A mapping between characters and tokens. Its numbers and its alphabet are plain JSON. */
export interface Characters {
  /** The characters, by their tokens. */
  readonly alphabet: readonly string[];
  /** Number of tokens: the characters and, if there is one, the end. */
  readonly tokens: number;
  /** The token that marks the end of a sequence; undefined if there is none. */
  readonly end?: number | undefined;
  /**
   * The tokens of a text, and the end, if there is one.
   *
   * @throws RangeError if a character is not in the alphabet
   */
  encode(text: string): Int32Array;
  /**
   * The tokens of a beginning or of a pattern with blanks, for `known` of {@link TokenSampleOptions}: -1 at each blank.
   *
   * @param pattern - characters of the alphabet, and blanks
   * @param options - see {@link PatternOptions}
   * @throws TypeError or RangeError if an argument is wrong, also for a character that is neither in the alphabet nor the blank
   */
  encodePattern(pattern: string, options?: PatternOptions): Int32Array;
  /** The text of tokens, up to the end or the first -1. Throws TypeError unless they are an array. */
  decode(indices: ArrayLike<number>): string;
  /**
   * The texts of a batch, such as samples.
   *
   * @param indices - int32 `[n, length]`; the caller keeps it
   * @returns resolves to a text per row, each up to its end or its first -1
   */
  decodeBatch(indices: Tensor): Promise<string[]>;
}

/** Options of `encodePattern` of {@link Characters}. */
export interface PatternOptions {
  /** The character that stands for a blank, also if it is in the alphabet; none by default. */
  readonly blank?: string | undefined;
  /** Whether the end follows the pattern; false by default, so that the model may write more. */
  readonly end?: boolean | undefined;
}

/**
 * A mapping between the characters of a text and tokens: the characters in the order of their code points.
 *
 * @param text - holds each character at least once; `alphabet.join('')` of a stored mapping gives the same mapping again
 * @param options - `end`: adds a token for the end of a sequence, after the characters; false by default
 * @returns a mapping; a character outside the basic plane, such as an emoji, is one token
 * @throws TypeError or RangeError if the text is not a string, or is empty
 * @example
 * ```ts
 * const letters = characters('banana', { end: true });
 * console.log(letters.tokens, letters.encode('nab')); // 4 Int32Array(4) [ 2, 0, 1, 3 ]
 * console.log(letters.decode([2, 0, 1, 3, -1])); // nab
 * console.log(letters.encodePattern('n_b', { blank: '_' })); // Int32Array(3) [ 2, -1, 1 ]
 * ```
 */
export function characters(
  text: string,
  options: {
    /** Whether sequences end with a token of its own; false by default. */
    readonly end?: boolean | undefined;
  } = {},
): Characters {
  const where = 'characters';
  const { end: hasEnd } = readOptions(where, options, { end: { is: checkBoolean, default: false } });
  if (typeof text !== 'string') throw wrongKind(where, 'text', 'must be a string', { got: text });
  if (text === '') throw outOfRange(where, 'text', 'must hold at least one character', { seen: 'none' });
  const alphabet = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const tokenOf = new Map(alphabet.map((character, token) => [character, token]));
  const end = hasEnd ? alphabet.length : undefined;
  const tokens = alphabet.length + Number(hasEnd);
  /** The tokens of characters, and further tokens. */
  const encode = (called: string, argument: string, written: string, last: readonly number[], blank?: string) => {
    if (typeof written !== 'string') throw wrongKind(called, argument, 'must be a string', { got: written });
    const indices = Array.from(written, (character, i) => {
      const token = character === blank ? -1 : tokenOf.get(character);
      if (token !== undefined) return token;
      const rule = `must hold characters of the alphabet${blank === undefined ? '' : `, or ${blank} for a blank`}`;
      throw outOfRange(called, argument, rule, { seen: `'${character}' at place ${i}` });
    });
    return Int32Array.from([...indices, ...last]);
  };
  const decode = (indices: ArrayLike<number>): string => {
    const written: string[] = [];
    for (const token of readTokenList('decode', 'indices', indices)) {
      const character = alphabet[token];
      if (token === -1 || token === end) break;
      if (character === undefined) {
        throw outOfRange('decode', 'indices', `must hold tokens below ${tokens}`, { got: token });
      }
      written.push(character);
    }
    return written.join('');
  };
  return Object.freeze({
    alphabet,
    tokens,
    end,
    encode: (written: string) => encode('encode', 'text', written, end === undefined ? [] : [end]),
    encodePattern: (pattern: string, options: PatternOptions = {}) => {
      const called = 'encodePattern';
      const { blank, end: isWhole } = readOptions(called, options, {
        blank: { is: checkBlank, default: undefined },
        end: { is: checkBoolean, default: false },
      });
      if (!isWhole) return encode(called, 'pattern', pattern, [], blank);
      const fix = 'Make the mapping with characters(text, { end: true }).';
      if (end === undefined) throw wrongKind(called, 'end', 'must be left out, as there is no end', { got: true, fix });
      return encode(called, 'pattern', pattern, [end], blank);
    },
    decode,
    decodeBatch: async (indices: Tensor) => {
      checkInt('decodeBatch', 'indices', indices, [null, null], 'It holds one sequence per row.');
      const [rows, length] = indices.shape as [number, number];
      const all = await readTensor('decodeBatch', indices);
      return Array.from({ length: rows }, (_, row) => decode(all.subarray(row * length, (row + 1) * length)));
    },
  });
}

/** Throws unless `value` is one character. */
function checkBlank(where: string, argument: string, value: unknown): void {
  if (typeof value === 'string' && [...value].length === 1) return;
  throw wrongKind(where, argument, 'must be one character', { got: value });
}
