import { wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkInteger, checkNumber, checkObject } from '../tensor/plain-checks.js';
import { fromBarLine, type Note } from './tune.js';

/** A note as it was played. */
export interface PlayedNote {
  /** The number of MIDI, 0 ... 127. */
  readonly pitch: number;
  /** When it begins, in units, also fractions of them. */
  readonly start: number;
  /** When it ends, in units; after `start`. */
  readonly end: number;
}

/** Notes that start closer together than a 32nd are a chord, and a shorter silence belongs to the note before it. */
export const SHORTEST = 3;
/** A time in units whose sums are still exact. */
export const LONGEST_TIME = 0x7fff_ffff;

/**
 * One voice of notes that were played, such as on a keyboard: each begins and ends at the nearest place of a grid.
 *
 * Of notes that begin together, or less than a 32nd apart, the highest is kept. A note ends where the next begins, and a silence shorter than a
 * 32nd belongs to the note before it.
 *
 * @param played - notes in any order, whose times are in units: seconds * {@link unitsPerQuarter} * (quarter notes per minute) / 60
 * @param options - `grid`: the distance of its places in units, such as 6 for sixteenths, or several distances, such as `[6, 8]` for sixteenths and
 *   triplets of eighths, of which each time takes the nearest; default 1
 * @returns notes and rests from time 0 on
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const played = [{ pitch: 60, start: 0.4, end: 11 }, { pitch: 62, start: 12.7, end: 25 }];
 * console.log(quantizeNotes(played, { grid: 6 }).map(({ length }) => length)); // [ 12, 12 ]
 * ```
 */
export function quantizeNotes(
  played: readonly PlayedNote[],
  options: {
    /** Distance of the places of the grid, in units, or several distances; default 1. */
    readonly grid?: number | readonly number[] | undefined;
  } = {},
): Note[] {
  const where = 'quantizeNotes';
  const { grid } = readOptions(where, options, { grid: gridRule });
  if (!Array.isArray(played)) throw wrongKind(where, 'played', 'must be an array of notes', { got: played });
  played.forEach((note: PlayedNote, i) => {
    checkObject(where, `played[${i}]`, note);
    checkInteger(where, `played[${i}].pitch`, note.pitch, { least: 0, most: 127 });
    checkNumber(where, `played[${i}].start`, note.start, { least: 0, most: LONGEST_TIME });
    checkNumber(where, `played[${i}].end`, note.end, { above: note.start, most: LONGEST_TIME });
  });
  return notesOf(oneVoice(played, grid));
}

/** The rule of the option `grid`. */
export const gridRule = { is: checkGrid, default: 1 } as const;

function checkGrid(where: string, argument: string, grid: number | readonly number[]): void {
  const distances = [grid].flat();
  if (distances.length === 0) throw wrongKind(where, argument, 'must have at least one distance', { got: grid });
  distances.forEach((one) => checkInteger(where, argument, one, { most: 0xffff }));
}

/** The highest of notes that begin together, in order, on the grid; each ends no later than the next begins. */
export function oneVoice<T extends PlayedNote>(played: readonly T[], grid: number | readonly number[]): T[] {
  const distances = [grid].flat();
  const nearest = (time: number): number =>
    distances
      .map((distance) => distance * Math.round(time / distance))
      .reduce((best, one) => (Math.abs(one - time) < Math.abs(best - time) ? one : best));
  const ordered = played
    .map((note) => ({ note, unit: Math.round(note.start), start: nearest(note.start), end: nearest(note.end) }))
    .sort((a, b) => a.unit - b.unit);
  const voice: typeof ordered = [];
  for (const one of ordered) {
    const last = voice.at(-1);
    if (last === undefined || (one.unit - last.unit >= SHORTEST && one.start > last.start)) voice.push(one);
    else if (one.note.pitch > last.note.pitch) voice[voice.length - 1] = { ...one, unit: last.unit, start: last.start };
  }
  return voice.map(({ note, start, end }, i) => {
    const next = voice[i + 1]?.start ?? Infinity;
    return { ...note, start, end: Math.min(next, Math.max(start + Math.min(...distances), end)) };
  });
}

/** Notes, and rests where the voice is silent for at least a 32nd, from time 0 on. */
export function notesOf(voice: readonly PlayedNote[]): Note[] {
  const notes: Note[] = [];
  let at = 0;
  voice.forEach(({ pitch, start, end }, i) => {
    const next = voice[i + 1]?.start ?? Infinity;
    if (start > at) notes.push({ pitch: null, length: start - at });
    at = next - end < SHORTEST ? next : end;
    notes.push({ pitch, length: at - start });
  });
  return fromBarLine(notes, 0, 1);
}
