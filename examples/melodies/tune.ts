/** A quarter note in units of length: the least number that holds 32nd notes (3 units) and triplets of sixteenths (4 units). */
export const QUARTER = 24;

/** A note, or a rest. */
export interface Note {
  /** MIDI's number, 60 for middle C; null for a rest. */
  readonly pitch: number | null;
  /** In units, of which a quarter note has {@link QUARTER}. */
  readonly length: number;
}

/** A melody of one voice, as it sounds: repeats are written out. */
export interface Tune {
  readonly title: string;
  /** As in `6/8`. */
  readonly metre: string;
  /** Number of sharps of the key signature; flats are negative. */
  readonly sharps: number;
  /** They start on a bar line: a rest fills the bar of a pick-up. */
  readonly notes: readonly Note[];
}

/** Length of a bar, in units. */
export function barLength(metre: string): number {
  const [beats, unit] = metre.split('/').map(Number);
  return (beats! * 4 * QUARTER) / unit!;
}

/** Length of some notes, in units. */
export function lengthOf(notes: readonly Note[]): number {
  return notes.reduce((sum, { length }) => sum + length, 0);
}

/** The onset of each note, in units, and after them the end of the last. */
export function onsetsOf(notes: readonly Note[]): number[] {
  const onsets = [0];
  for (const { length } of notes) onsets.push(onsets.at(-1)! + length);
  return onsets;
}

/**
 * Notes before a pick-up: a rest that fills its bar, or nothing if it is no pick-up. So every tune starts on a bar line, and its bars can
 * be counted without further marks.
 */
export function restBefore(pickUp: number, bar: number): Note[] {
  return pickUp % bar === 0 ? [] : [{ pitch: null, length: bar - (pickUp % bar) }];
}

/**
 * The tune in the key signature without sharps and flats, moved by at most six semitones. The signature is used rather than the tonic,
 * because a file states it; a Dorian tune becomes one on D, and a minor one becomes one on A.
 */
export function transposed(tune: Tune): Tune {
  // a sharp more is seven semitones up
  const up = ((((-7 * tune.sharps) % 12) + 12 + 5) % 12) - 5;
  const notes = tune.notes.map(({ pitch, length }) => ({ pitch: pitch === null ? null : pitch + up, length }));
  return { ...tune, sharps: 0, notes };
}
