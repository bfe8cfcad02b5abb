import { outOfRange } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkNumber } from '../tensor/plain-checks.js';
import { barLength, checkTune, onsetsOf, unitsPerQuarter, type Tune } from './tune.js';

/** Ticks in a unit of length, 20, so that a quarter note has 480. */
const TICKS = 480 / unitsPerQuarter;
/** Velocities of the first note of a bar, and of others: by these, `readMidi` finds the bars again. */
const [ACCENT, PLAIN] = [105, 80];

/**
 * Writes a tune as a Standard MIDI file of one track, with its title, tempo, metre and key signature; the first note of each bar is louder.
 *
 * @param tune - the tune
 * @param options - `tempo`: quarter notes per minute; default 120
 * @returns the bytes of the file, 480 ticks per quarter note
 * @throws TypeError or RangeError if an argument is wrong, or unless the metre is a power of two below the line
 * @example
 * ```ts
 * const bytes = writeMidi({ title: 'C', metre: '4/4', sharps: 0, notes: [{ pitch: 60, length: 96 }] });
 * console.log(bytes.length); // 61
 * ```
 */
export function writeMidi(
  tune: Tune,
  options: {
    /** Quarter notes per minute; default 120. */
    readonly tempo?: number | undefined;
  } = {},
): Uint8Array {
  const where = 'writeMidi';
  checkTune(where, 'tune', tune);
  const { tempo } = readOptions(where, options, { tempo: { is: checkNumber, default: 120, least: 4, most: 6e7 } });
  const { title, metre, sharps, notes } = tune;
  const [beats, unit] = metre.split('/').map(Number) as [number, number];
  const power = Math.log2(unit);
  if (!Number.isInteger(power) || beats > 255) {
    const rule = 'must have at most 255 beats of a power of two';
    throw outOfRange(where, 'tune.metre', rule, { got: metre });
  }
  const name = [...new TextEncoder().encode(title)];
  const microseconds = Math.round(6e7 / tempo);
  const track = [
    ...[0, 0xff, 0x03, ...variable(name.length), ...name],
    ...[0, 0xff, 0x51, 3, ...bigEndian(microseconds, 3)],
    ...[0, 0xff, 0x58, 4, beats, power, 24, 8],
    ...[0, 0xff, 0x59, 2, sharps & 0xff, 0],
  ];
  const bar = barLength(metre);
  const onsets = onsetsOf(notes);
  /** Ticks since the event before. */
  let since = 0;
  notes.forEach(({ pitch, length }, i) => {
    if (length * TICKS + since > 0xfff_ffff) {
      throw outOfRange(where, `tune.notes[${i}].length`, 'must be shorter', { got: length });
    }
    since += length * TICKS;
    if (pitch === null) return;
    // a tick of silence, so that a player hears two equal notes as two
    const ticks = length * TICKS - 1;
    const velocity = onsets[i]! % bar === 0 ? ACCENT : PLAIN;
    track.push(...variable(since - ticks - 1), 0x90, pitch, velocity, ...variable(ticks), 0x80, pitch, 0);
    since = 1;
  });
  track.push(...variable(since), 0xff, 0x2f, 0);
  const header = [...letters('MThd'), ...bigEndian(6, 4), 0, 0, 0, 1, ...bigEndian(480, 2)];
  return Uint8Array.from([header, letters('MTrk'), bigEndian(track.length, 4), track].flat());
}

function letters(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 0xff);
}

/** A number below 2^28, with 7 bits in each byte. */
function variable(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
