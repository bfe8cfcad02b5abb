import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkInteger } from '../tensor/plain-checks.js';
import { checkTune, type Tune } from './tune.js';

/**
 * A tune in another key: moved by semitones, or by the shortest way to a key signature.
 *
 * pitch' = pitch + semitones; a sharp more in the key signature is 7 semitones up or 5 down
 *
 * @param tune - the tune
 * @param options - `semitones`, or `sharps`, the number of sharps of the new key signature (-7 ... 7, flats are negative), to which a tune moves by
 *   -5 ... 6 semitones. `{ sharps: 0 }` gives all tunes the same scale: the signature is used rather than the tonic, because files state it, so a Dorian
 *   tune is then in D, and a minor one in A
 * @returns a new tune; after `semitones` its signature has -5 ... 6 sharps
 * @throws TypeError or RangeError if an argument is wrong, or if a note would leave 0 ... 127
 * @example
 * ```ts
 * const tune = { title: 'A', metre: '4/4', sharps: 2, notes: [{ pitch: 62, length: 96 }] };
 * console.log(transposeTune(tune, { sharps: 0 }).notes.map(({ pitch }) => pitch)); // [60]
 * ```
 */
export function transposeTune(
  tune: Tune,
  options: {
    /** How far to move, in semitones; none by default. */
    readonly semitones?: number | undefined;
    /** The key signature to move to, instead of `semitones`; none by default. */
    readonly sharps?: number | undefined;
  },
): Tune {
  const where = 'transposeTune';
  checkTune(where, 'tune', tune);
  const { semitones, sharps } = readOptions(where, options, {
    semitones: { is: checkInteger, default: undefined, least: -127, most: 127 },
    sharps: { is: checkInteger, default: undefined, least: -7, most: 7 },
  });
  if ((semitones === undefined) === (sharps === undefined)) {
    throw wrongKind(where, 'options', 'must have either `semitones` or `sharps`', { got: options });
  }
  const up = semitones ?? within12(7 * (sharps! - tune.sharps));
  const notes = tune.notes.map(({ pitch, length }, i) => {
    const moved = pitch === null ? null : pitch + up;
    if (moved === null || (moved >= 0 && moved <= 127)) return { pitch: moved, length };
    throw outOfRange(where, `tune.notes[${i}]`, `must stay in 0 ... 127 when it moves by ${up}`, { got: pitch });
  });
  return { ...tune, sharps: sharps ?? within12(tune.sharps + 7 * up), notes };
}

/** The number in -5 ... 6 that differs from an integer by a multiple of 12. */
function within12(n: number): number {
  return ((((n + 5) % 12) + 12) % 12) - 5;
}
