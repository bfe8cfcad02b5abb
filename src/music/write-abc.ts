import { SEMITONES, signature } from './abc-fields.js';
import { barLength, checkTune, type Note, type Tune } from './tune.js';

/** Major keys by their sharps, from seven flats on. */
const KEYS = ['Cb', 'Gb', 'Db', 'Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#'];
/** An eighth note, the unit of the lengths, in units of tunes. */
const EIGHTH = 12;
/** Bars in a line. */
const BARS = 4;
const SIGNS: Readonly<Record<number, string>> = { '-1': '_', 0: '=', 1: '^' };

/**
 * Writes a tune in ABC notation, in the major key of its signature: notes that cross a bar line as tied notes, and lengths that are no multiple of a
 * 32nd as triplets.
 *
 * @param tune - the tune
 * @returns a text that begins with `X:1`; change the number to put several tunes into one file, with an empty line between them
 * @throws TypeError or RangeError if the argument is wrong
 * @example
 * ```ts
 * const notes = [{ pitch: 62, length: 24 }, { pitch: 66, length: 24 }, { pitch: 69, length: 48 }];
 * console.log(writeAbc({ title: 'D', metre: '4/4', sharps: 2, notes }).split('\n')[5]); // D2F2A4|
 * ```
 * @see The ABC music standard 2.1, https://abcnotation.com/wiki/abc:standard:v2.1
 */
export function writeAbc(tune: Tune): string {
  checkTune('writeAbc', 'tune', tune);
  const { title, metre, sharps, notes } = tune;
  const bars = intoBars(notes, barLength(metre)).map((bar) => `${writeBar(bar, sharps)}|`);
  const lines = Array.from({ length: Math.ceil(bars.length / BARS) }, (_, i) =>
    bars.slice(i * BARS, (i + 1) * BARS).join(''),
  );
  const written = title.replace(/\p{Cc}+/gu, ' ').replaceAll('%', '\\%');
  return ['X:1', `T:${written}`, `M:${metre}`, 'L:1/8', `K:${KEYS[sharps + 7]}`, ...lines, ''].join('\n');
}

/** A note or a part of it, and whether it sounds on. */
interface Piece extends Note {
  readonly isTied: boolean;
}

/** Notes cut at the bar lines. */
function intoBars(notes: readonly Note[], bar: number): Piece[][] {
  const bars: Piece[][] = [];
  let left = 0;
  for (const { pitch, length } of notes) {
    for (let rest = length; rest > 0;) {
      if (left === 0) {
        bars.push([]);
        left = bar;
      }
      const own = Math.min(rest, left);
      rest -= own;
      left -= own;
      bars.at(-1)!.push({ pitch, length: own, isTied: rest > 0 && pitch !== null });
    }
  }
  return bars;
}

function writeBar(pieces: readonly Piece[], sharps: number): string {
  const changes = signature(sharps);
  const accidentals = new Map<string, number>();
  return pieces
    .map(({ pitch, length, isTied }, i) => {
      const isTriplet = length % 3 !== 0;
      let count = 0;
      if (isTriplet && (i === 0 || pieces[i - 1]!.length % 3 === 0)) {
        while ((pieces[i + count]?.length ?? 0) % 3 !== 0) count++;
      }
      const time = lengthText(isTriplet ? 1.5 * length : length);
      const begin = count === 0 ? '' : `(3:2:${count}`;
      return `${begin}${pitch === null ? 'z' : noteText(pitch, sharps, changes, accidentals)}${time}${isTied ? '-' : ''}`;
    })
    .join('');
}

/** A length as a multiple of an eighth. */
function lengthText(units: number): string {
  let [over, under] = [2 * units, 2 * EIGHTH];
  for (const prime of [2, 2, 2, 3]) {
    if (over % prime === 0 && under % prime === 0) [over, under] = [over / prime, under / prime];
  }
  return `${over === 1 && under > 1 ? '' : over === under ? '' : over}${under === 1 ? '' : `/${under}`}`;
}

/** A pitch by the letter that needs no accidental, or a sharp in keys with sharps, or a flat in others. */
function noteText(
  pitch: number,
  sharps: number,
  changes: Readonly<Record<string, number>>,
  accidentals: Map<string, number>,
): string {
  const spellings = Object.entries(SEMITONES).flatMap(([letter, semitones]) =>
    [-1, 0, 1].flatMap((change) => {
      const above = pitch - 60 - semitones - change;
      return above % 12 === 0 ? [{ letter, change, octave: above / 12 }] : [];
    }),
  );
  const preferred = sharps >= 0 ? 1 : -1;
  const { letter, change, octave } =
    spellings.find((one) => one.change === changes[one.letter]) ??
    spellings.find((one) => one.change === 0) ??
    spellings.find((one) => one.change === preferred)!;
  const name = `${letter}${octave}`;
  const sign = (accidentals.get(name) ?? changes[letter]) === change ? '' : SIGNS[change]!;
  if (sign !== '') accidentals.set(name, change);
  const marks = octave > 0 ? "'".repeat(octave - 1) : ','.repeat(-octave);
  return `${sign}${octave > 0 ? letter.toLowerCase() : letter}${marks}`;
}
