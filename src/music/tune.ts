import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkInteger, checkObject } from '../tensor/plain-checks.js';

/**
 * The number of units in a quarter note, 24: the smallest number with which 32nd notes (3 units) and triplets of sixteenths (4 units) have whole
 * lengths. All lengths and times of a {@link Tune} are in units.
 */
export const unitsPerQuarter = 24;

/** A note or a rest. */
export interface Note {
  /** The number of MIDI, 0 ... 127, where 60 is middle C; null for a rest. */
  readonly pitch: number | null;
  /** In units, of which a quarter note has {@link unitsPerQuarter}; at least 1. */
  readonly length: number;
}

/** A melody with one voice as it sounds: repeats are written out. Functions refuse other members: one could be a misspelt one. */
export interface Tune {
  /** May be empty. */
  readonly title: string;
  /** Such as `'6/8'`. */
  readonly metre: string;
  /** Number of sharps in the key signature, -7 ... 7; flats are negative. */
  readonly sharps: number;
  /** They begin on a bar line: a rest completes the bar of a pick-up. */
  readonly notes: readonly Note[];
}

/**
 * The length of a bar, in units: `4 * unitsPerQuarter * beats / unit` for the metre beats/unit.
 *
 * @param metre - such as `'6/8'`
 * @returns a whole number of units
 * @throws TypeError or RangeError unless the metre is a fraction whose bars have a whole number of units
 * @example
 * ```ts
 * console.log(barLength('6/8')); // 72
 * ```
 */
export function barLength(metre: string): number {
  return checkMetre('barLength', 'metre', metre);
}

/** Throws unless a value is a metre; returns the length of its bars. */
export function checkMetre(where: string, argument: string, metre: unknown): number {
  const [, beats, unit] = (typeof metre === 'string' && /^(\d{1,3})\/(\d{1,3})$/.exec(metre)) || [];
  const bar = (4 * unitsPerQuarter * Number(beats)) / Number(unit);
  if (bar > 0 && Number.isInteger(bar)) return bar;
  const rule = "must be a fraction such as '6/8', with bars of whole 96ths";
  throw (typeof metre === 'string' ? outOfRange : wrongKind)(where, argument, rule, { got: metre });
}

/**
 * The time at which each note begins, and after those the end of the last one, in units.
 *
 * onset_1 = 0, onset_(i + 1) = onset_i + length_i
 *
 * @param notes - notes and rests, in order
 * @returns one more number than there are notes
 * @throws TypeError or RangeError if a note is wrong
 * @example
 * ```ts
 * console.log(noteOnsets([{ pitch: 60, length: 24 }, { pitch: null, length: 12 }])); // [ 0, 24, 36 ]
 * ```
 */
export function noteOnsets(notes: readonly Note[]): number[] {
  checkNotes('noteOnsets', 'notes', notes);
  return onsetsOf(notes);
}

/** The onsets of notes that have been checked. */
export function onsetsOf(notes: readonly Note[]): number[] {
  const onsets = [0];
  for (const { length } of notes) onsets.push(onsets.at(-1)! + length);
  return onsets;
}

/** Throws unless a value is a list of notes. */
export function checkNotes(where: string, argument: string, notes: readonly Note[]): void {
  if (!Array.isArray(notes)) throw wrongKind(where, argument, 'must be an array of notes', { got: notes });
  notes.forEach((note: Note, i) => {
    checkObject(where, `${argument}[${i}]`, note);
    if (note.pitch !== null) checkInteger(where, `${argument}[${i}].pitch`, note.pitch, { least: 0, most: 127 });
    checkInteger(where, `${argument}[${i}].length`, note.length, { most: 0x7fff_ffff });
  });
}

/** Throws unless a value is a string. */
export function checkText(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'string') throw wrongKind(where, argument, 'must be a string', { got: value });
}

/** Throws unless a value is a tune, without other members. */
export function checkTune(where: string, argument: string, tune: Tune): void {
  const sharps = { is: checkInteger, least: -7, most: 7 };
  readOptions(where, tune, { title: checkText, metre: checkMetre, sharps, notes: checkNotes }, argument);
}

/** Throws unless a value is a list of tunes. */
export function checkTunes(where: string, tunes: readonly Tune[]): void {
  if (!Array.isArray(tunes)) throw wrongKind(where, 'tunes', 'must be an array of tunes', { got: tunes });
  tunes.forEach((tune: Tune, i) => checkTune(where, `tunes[${i}]`, tune));
}

/**
 * The notes of a voice that begins with a pick-up, with a rest that completes its bar; rests that follow each other become one. So every tune begins
 * on a bar line, and its bars can be counted without further marks.
 */
export function fromBarLine(notes: readonly Note[], pickUp: number, bar: number): Note[] {
  const lead = pickUp % bar === 0 ? [] : [{ pitch: null, length: bar - (pickUp % bar) }];
  const joined: Note[] = [];
  for (const note of [...lead, ...notes]) {
    const last = joined.at(-1);
    if (note.pitch === null && last?.pitch === null) {
      joined[joined.length - 1] = { pitch: null, length: last.length + note.length };
    } else joined.push(note);
  }
  return joined;
}
