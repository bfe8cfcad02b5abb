import { checkBoolean } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';

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
  /** The text of tokens, up to the end or the first -1. */
  decode(indices: ArrayLike<number>): string;
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
  return Object.freeze({
    alphabet,
    tokens: alphabet.length + Number(hasEnd),
    end,
    encode: (written: string) => {
      if (typeof written !== 'string') throw wrongKind('encode', 'text', 'must be a string', { got: written });
      const tokens = Array.from(written, (character, i) => {
        const token = tokenOf.get(character);
        if (token !== undefined) return token;
        const seen = `'${character}' at place ${i}`;
        throw outOfRange('encode', 'text', 'must hold characters of the alphabet', { seen });
      });
      return Int32Array.from(end === undefined ? tokens : [...tokens, end]);
    },
    decode: (indices: ArrayLike<number>) => {
      const written: string[] = [];
      for (const token of Array.from(indices)) {
        const character = alphabet[token];
        if (token === -1 || token === end) break;
        if (character === undefined)
          throw outOfRange('decode', 'indices', `must hold tokens below ${alphabet.length + Number(hasEnd)}`, {
            got: token,
          });
        written.push(character);
      }
      return written.join('');
    },
  });
}
