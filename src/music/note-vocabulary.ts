import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkInteger, checkObject } from '../tensor/plain-checks.js';
import type { HostTensor } from '../training/data/host-data.js';
import { checkMetre, checkNotes, checkTunes, type Note, type Tune } from './tune.js';

/** The notes of some tunes, each one token: a pair of pitch and length. Plain JSON. */
export interface NoteVocabulary {
  /** The note of each token, by pitch and then length; rests come first. */
  readonly notes: readonly Note[];
  /** The token after the last note of a tune. */
  readonly end: number;
  /** Number of tokens, the end included. */
  readonly tokens: number;
  /** The metres, each a class. */
  readonly metres: readonly string[];
}

/** Tunes as tokens. */
export interface EncodedTunes extends HostTensor {
  /** The tokens, row by row. */
  readonly data: Int32Array;
  /** Tunes, and places of each. */
  readonly shape: [tunes: number, length: number];
}

/** The metre of each tune, as a class. */
export interface EncodedMetres extends HostTensor {
  readonly data: Int32Array;
  readonly shape: [tunes: number];
}

/** Tunes as data for `batches`. */
export interface TuneData {
  /** Int32 `[tunes, length]`: the tokens of the notes, the end, then -1. */
  readonly x: EncodedTunes;
  /** Int32 `[tunes]`: the class of each metre. */
  readonly condition: EncodedMetres;
}

const keyOf = ({ pitch, length }: Note): string => `${pitch ?? 'rest'} ${length}`;

/**
 * All notes and metres that occur in some tunes, as tokens and classes.
 *
 * @param tunes - the tunes, such as from {@link readMidi}; {@link transposeTune} moves them to one key, so that there are fewer tokens
 * @returns a vocabulary: plain JSON, to be saved with a model
 * @throws TypeError or RangeError if a tune is wrong, or if there is none
 * @example
 * ```ts
 * const tunes = readAbc('X:1\nM:3/4\nL:1/4\nK:C\nCDC|');
 * const { notes, end, tokens } = noteVocabulary(tunes);
 * console.log(notes.map(({ pitch }) => pitch), end, tokens); // [60, 62] 2 3
 * ```
 */
export function noteVocabulary(tunes: readonly Tune[]): NoteVocabulary {
  const where = 'noteVocabulary';
  checkTunes(where, tunes);
  const found = new Map(
    tunes.flatMap(({ notes }) =>
      notes.map(({ pitch, length }) => [keyOf({ pitch, length }), { pitch, length }] as const),
    ),
  );
  if (found.size === 0) throw outOfRange(where, 'tunes', 'must have notes', { seen: 'none' });
  const notes = [...found.values()].sort((a, b) => (a.pitch ?? -1) - (b.pitch ?? -1) || a.length - b.length);
  const metres = [...new Set(tunes.map(({ metre }) => metre))].sort();
  return { notes, end: notes.length, tokens: notes.length + 1, metres };
}

/** Throws unless a value is a vocabulary, without other members. */
export function checkVocabulary(where: string, argument: string, vocabulary: NoteVocabulary): void {
  const any = {} as const;
  const rules = { notes: checkNotes, end: any, tokens: any, metres: checkMetres };
  const { notes, end, tokens } = readOptions(where, vocabulary, rules, argument);
  if (end !== notes.length || tokens !== notes.length + 1) {
    const rule = `must be one more than the ${notes.length} notes, and the end the last token`;
    throw outOfRange(where, `${argument}.tokens`, rule, { got: tokens });
  }
}

function checkMetres(where: string, argument: string, metres: readonly string[]): void {
  if (!Array.isArray(metres)) throw wrongKind(where, argument, 'must be an array', { got: metres });
  metres.forEach((metre, i) => checkMetre(where, `${argument}[${i}]`, metre));
}

/**
 * Tunes as data for a token model: notes as tokens, and metres as classes.
 *
 * @param tunes - tunes whose notes and metres are in the vocabulary
 * @param options - `vocabulary`, and `length`, the places of each tune: a longer tune is cut and has no end
 * @returns data for `batches`
 * @throws TypeError or RangeError if an argument is wrong, also for a note or metre that is not in the vocabulary
 * @example
 * ```ts
 * const tunes = readAbc('X:1\nM:3/4\nL:1/4\nK:C\nCDC|');
 * const vocabulary = noteVocabulary(tunes);
 * console.log(encodeTunes(tunes, { vocabulary, length: 5 }).x.data); // Int32Array(5) [ 0, 1, 0, 2, -1 ]
 * ```
 */
export function encodeTunes(
  tunes: readonly Tune[],
  options: {
    /** The tokens of the notes. */
    readonly vocabulary: NoteVocabulary;
    /** Places of each tune. */
    readonly length: number;
  },
): TuneData {
  const where = 'encodeTunes';
  checkTunes(where, tunes);
  const { vocabulary, length } = readOptions(where, options, { vocabulary: checkVocabulary, length: checkInteger });
  if (tunes.length === 0) throw outOfRange(where, 'tunes', 'must hold at least one', { seen: 'none' });
  const tokens = new Map(vocabulary.notes.map((note, token) => [keyOf(note), token]));
  const data = new Int32Array(tunes.length * length).fill(-1);
  tunes.forEach(({ notes }, row) => {
    notes.slice(0, length).forEach((note, i) => {
      const token = tokens.get(keyOf(note));
      if (token === undefined) {
        const rule = 'must be in the vocabulary';
        throw outOfRange(where, `tunes[${row}].notes[${i}]`, rule, { seen: keyOf(note) });
      }
      data[row * length + i] = token;
    });
    if (notes.length < length) data[row * length + notes.length] = vocabulary.end;
  });
  const classes = tunes.map(({ metre }, row) => {
    const found = vocabulary.metres.indexOf(metre);
    if (found >= 0) return found;
    throw outOfRange(where, `tunes[${row}].metre`, 'must be in the vocabulary', { got: metre });
  });
  return {
    x: { data, shape: [tunes.length, length] },
    condition: { data: Int32Array.from(classes), shape: [tunes.length] },
  };
}

/**
 * The notes of a row of tokens, up to the end or to the first -1.
 *
 * @param tokens - such as a row of the samples of a token model
 * @param vocabulary - the notes of the tokens
 * @returns the notes
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const tunes = readAbc('X:1\nM:3/4\nL:1/4\nK:C\nCDC|');
 * console.log(decodeNotes([1, 0, 2, -1], noteVocabulary(tunes)).map(({ pitch }) => pitch)); // [ 62, 60 ]
 * ```
 */
export function decodeNotes(tokens: ArrayLike<number>, vocabulary: NoteVocabulary): Note[] {
  const where = 'decodeNotes';
  checkVocabulary(where, 'vocabulary', vocabulary);
  const { notes, end } = vocabulary;
  checkObject(where, 'tokens', tokens);
  const row = Array.from(tokens);
  const stop = row.findIndex((token) => token === -1 || token === end);
  return row.slice(0, stop < 0 ? row.length : stop).map((token, i) => {
    const note = notes[token];
    if (note !== undefined) return note;
    throw outOfRange(where, `tokens[${i}]`, `must be a token, 0 ... ${end}, or -1`, { got: token });
  });
}
