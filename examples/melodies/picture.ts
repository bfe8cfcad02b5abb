import * as tf from '@tensorflow/tfjs-core';
import { barLength, noteOnsets, type Tune } from 'tfjs-generative/music';
import { encodePng } from 'tfjs-generative/node';
import { lengthOf } from './measures.js';

/** A tune to draw. */
export interface Roll {
  readonly tune: Tune;
  /** Notes that were given, from the first to before the second number; they are drawn in orange. */
  readonly given?: readonly [from: number, to: number];
}

type Colour = readonly [red: number, green: number, blue: number];

const PAPER: Colour = [247, 249, 252];
/** The rows of the black keys of a piano. */
const BLACK_KEYS: Colour = [236, 240, 246];
const BAR_LINE: Colour = [190, 199, 212];
/** The line of every fourth bar, where a phrase of most tunes starts. */
const PHRASE_LINE: Colour = [125, 138, 160];
const NOTE: Colour = [11, 92, 173];
const GIVEN: Colour = [229, 154, 90];

/** Pixels of a semitone, of a bar, around the lines and between tunes. */
const [SEMITONE, BAR, MARGIN] = [4, 60, 12];
/** Bars in a line, and lines of a tune: more of it is not drawn. */
const [BARS, LINES] = [16, 2];
/** Semitones above and below the notes. */
const SPACE = 2;

/** Piano rolls of the same height, one below the other, as a PNG: time from left to right, pitch from bottom to top, and a line at each bar. */
export async function drawRolls(rolls: readonly Roll[]): Promise<Uint8Array> {
  const drawn = rolls.map(linesOf).filter(({ length }) => length > 0);
  const semitones = Math.max(0, ...drawn.flat().map((line) => line.semitones));
  const count = Math.max(0, ...drawn.map(({ length }) => length));
  const lines = drawn.flatMap((own) =>
    // lines of one tune are close to each other
    Array.from({ length: count }, (_, i) => ({
      ...(own[i] ?? { ...own[0]!, bars: 0, notes: [] }),
      height: semitones * SEMITONE + (i === count - 1 ? 2 * MARGIN : MARGIN / 2),
    })),
  );
  const [width, height] = [2 * MARGIN + BARS * BAR + 1, lines.reduce((sum, line) => sum + line.height, MARGIN)];
  const pixels = new Int32Array(width * height * 3).fill(255);
  const fill = (x: number, y: number, w: number, h: number, colour: Colour): void => {
    for (let down = y; down < y + h; down++) {
      for (let right = x; right < x + w; right++) pixels.set(colour, 3 * (down * width + MARGIN + right));
    }
  };
  let y = MARGIN;
  for (const { bars, top, notes, height } of lines) {
    for (let k = 0; k < semitones; k++) {
      const isBlack = [1, 3, 6, 8, 10].includes((((top - k) % 12) + 12) % 12);
      fill(0, y + k * SEMITONE, bars * BAR, SEMITONE, isBlack ? BLACK_KEYS : PAPER);
    }
    for (let k = 0; bars > 0 && k <= bars; k++)
      fill(k * BAR, y, 1, semitones * SEMITONE, k % 4 === 0 ? PHRASE_LINE : BAR_LINE);
    for (const { pitch, from, to, given } of notes) {
      const [x, w] = [Math.round(from * BAR) + 2, Math.max(2, Math.round((to - from) * BAR) - 3)];
      const above = y + (top - pitch) * SEMITONE;
      const colour = given ? GIVEN : NOTE;
      // corners of one pixel are left out, so that a note looks round
      fill(x, above + 1, w, SEMITONE - 2, colour);
      if (w > 2) for (const edge of [above, above + SEMITONE - 1]) fill(x + 1, edge, w - 2, 1, colour);
    }
    y += height;
  }
  const image = tf.tidy(() => tf.div(tf.tensor3d(pixels, [height, width, 3], 'int32'), 255));
  const png = await encodePng(image);
  image.dispose();
  return png;
}

interface Line {
  /** Number of its bars. */
  readonly bars: number;
  /** The pitch of the uppermost row, and the number of rows that the tune needs. */
  readonly top: number;
  readonly semitones: number;
  /** Onset and end in bars, from the start of the line. */
  readonly notes: readonly {
    readonly pitch: number;
    readonly from: number;
    readonly to: number;
    readonly given: boolean;
  }[];
}

/** Lines of sixteen bars. A note that is held into the next line ends with its own. */
function linesOf({ tune: { metre, notes }, given: [first, after] = [0, 0] }: Roll): Line[] {
  const bar = barLength(metre);
  const count = Math.min(LINES, Math.ceil(lengthOf({ notes }) / (bar * BARS)));
  const sounds = noteOnsets(notes)
    .slice(0, -1)
    .map((onset, i) => ({
      pitch: notes[i]!.pitch,
      line: Math.floor(onset / (bar * BARS)),
      from: (onset / bar) % BARS,
      to: Math.min(BARS, ((onset / bar) % BARS) + notes[i]!.length / bar),
      given: i >= first && i < after,
    }))
    .flatMap(({ pitch, ...sound }) => (pitch === null || sound.line >= count ? [] : [{ pitch, ...sound }]));
  if (sounds.length === 0) return [];
  const top = Math.max(...sounds.map(({ pitch }) => pitch)) + SPACE;
  const semitones = top - Math.min(...sounds.map(({ pitch }) => pitch)) + SPACE + 1;
  return Array.from({ length: count }, (_, line) => ({
    bars: Math.min(BARS, Math.ceil(lengthOf({ notes }) / bar) - line * BARS),
    top,
    semitones,
    notes: sounds.filter((sound) => sound.line === line),
  }));
}
