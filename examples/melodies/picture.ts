import * as tf from '@tensorflow/tfjs';
import { encodePng } from 'tfjs-generative/node';
import { barLength, lengthOf, onsetsOf, type Tune } from './tune.js';

/** A tune to draw. */
export interface Roll {
  readonly tune: Tune;
  /** Notes that were given, from the first to before the second number; they are drawn in a quieter colour. */
  readonly given?: readonly [from: number, to: number];
}

type Colour = readonly [red: number, green: number, blue: number];

const GROUND: Colour = [255, 255, 255];
const PAPER: Colour = [247, 249, 252];
/** The rows of the black keys of a piano. */
const BLACK_KEYS: Colour = [236, 240, 246];
const BAR_LINE: Colour = [190, 199, 212];
/** The line of every fourth bar, where a phrase of most tunes starts. */
const PHRASE_LINE: Colour = [125, 138, 160];
const NOTE: Colour = [11, 92, 173];
const GIVEN: Colour = [229, 154, 90];

/** Pixels of a semitone, of a unit of length and around the rows. */
const [SEMITONE, UNIT, MARGIN] = [8, 1, 14];
/** Semitones above and below the notes. */
const SPACE = 2;

/** Piano rolls, one below the other, as a PNG: time from left to right, pitch from bottom to top, and a line at each bar. */
export async function drawRolls(rolls: readonly Roll[]): Promise<Uint8Array> {
  const pitches = rolls.flatMap(({ tune }) => tune.notes.flatMap(({ pitch }) => (pitch === null ? [] : [pitch])));
  // one scale for all, so that rows can be compared
  const top = Math.max(...pitches) + SPACE;
  const semitones = top - Math.min(...pitches) + SPACE + 1;
  const row = semitones * SEMITONE;
  const width = 2 * MARGIN + Math.max(...rolls.map(({ tune }) => lengthOf(tune.notes))) * UNIT + 1;
  const height = MARGIN + rolls.length * (row + MARGIN);
  const pixels = new Int32Array(width * height * 3);
  const fill = (x: number, y: number, w: number, h: number, colour: Colour): void => {
    for (let down = y; down < y + h; down++) {
      for (let right = x; right < x + w; right++) pixels.set(colour, 3 * (down * width + right));
    }
  };
  fill(0, 0, width, height, GROUND);
  for (const [i, { tune, given: [from, to] = [0, 0] }] of rolls.entries()) {
    const y = MARGIN + i * (row + MARGIN);
    const length = lengthOf(tune.notes);
    for (let k = 0; k < semitones; k++) {
      const isBlack = [1, 3, 6, 8, 10].includes((((top - k) % 12) + 12) % 12);
      fill(MARGIN, y + k * SEMITONE, length * UNIT, SEMITONE, isBlack ? BLACK_KEYS : PAPER);
    }
    const bar = barLength(tune.metre);
    for (let k = 0; k * bar <= length; k++) {
      fill(MARGIN + k * bar * UNIT, y, 1, row, k % 4 === 0 ? PHRASE_LINE : BAR_LINE);
    }
    const onsets = onsetsOf(tune.notes);
    for (const [n, note] of tune.notes.entries()) {
      if (note.pitch === null) continue;
      const colour = n >= from && n < to ? GIVEN : NOTE;
      const [x, w] = [MARGIN + onsets[n]! * UNIT + 1, Math.max(1, note.length * UNIT - 2)];
      const above = y + (top - note.pitch) * SEMITONE + 1;
      // corners of one pixel are left out, so that a note looks round
      fill(x, above + 1, w, SEMITONE - 4, colour);
      if (w > 2) for (const edge of [above, above + SEMITONE - 3]) fill(x + 1, edge, w - 2, 1, colour);
    }
  }
  const image = tf.tidy(() => tf.div(tf.tensor3d(pixels, [height, width, 3], 'int32'), 255));
  const png = await encodePng(image);
  image.dispose();
  return png;
}
