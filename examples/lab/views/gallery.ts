import type { Pictures } from '../experiment/pictures.js';
import type { Canvas } from './canvas.js';
import type { LabView, Seen } from './view.js';

/** Pictures under a title. */
export interface Strip {
  /** Nothing for more of the strip before. */
  readonly title: string;
  /** The bytes of pictures one after the other; undefined before they are computed. */
  readonly bytes: Uint8Array | undefined;
  /** A word above each picture of the first row. */
  readonly notes?: readonly string[] | undefined;
  /** Pictures in a row, if they are fewer than in others. */
  readonly columns?: number | undefined;
  /** The number of a column that has a frame. */
  readonly framed?: number | undefined;
}

/** What a view of pictures shows. */
interface Gallery extends Pick<LabView, 'name' | 'title' | 'about' | 'families' | 'arrays'> {
  strips(seen: Seen, pictures: Pictures): readonly Strip[];
  /** Pictures in a row; 8 by default. */
  columns?(seen: Seen): number;
  describe(seen: Seen, pictures: Pictures): string | undefined;
}

/** The height of a line of text, in CSS pixels. */
const LINE = 22;
/** The least number of pixels between pictures, of the pictures' own. */
const GAP = 2;

/** A view of strips of pictures below each other; where there is room, each of their pixels is a square of whole pixels of the screen. */
export function gallery({ strips, columns = () => 8, describe, ...view }: Gallery): LabView {
  return {
    ...view,
    for: 'pictures',
    isOpen: true,
    // before there are pictures
    ratio: 0.5,
    height(width, seen) {
      const { pictures } = seen;
      if (pictures === undefined) return width * 0.5;
      const across = columns(seen);
      const scale = scaleFor(width, across, pictures.shape);
      return strips(seen, pictures).reduce((sum, strip) => {
        const text = (strip.title === '' ? 0 : LINE) + (strip.notes === undefined ? 0 : LINE);
        return sum + text + rowsOf(strip, across, pictures.shape) * (pictures.shape[1] + GAP) * scale;
      }, 0);
    },
    draw(canvas, seen) {
      const { pictures } = seen;
      if (pictures !== undefined) drawStrips(canvas, strips(seen, pictures), columns(seen), pictures.shape);
    },
    describe: (seen) =>
      (seen.pictures === undefined ? undefined : describe(seen, seen.pictures)) ?? 'The pictures are not computed yet.',
  };
}

/** The first n pictures of a set. */
export const firstOf = ({ data, shape }: Pictures, n: number): Uint8Array => data.subarray(0, n * sizeOf(shape));

/** The mean pixel of pictures, from 0 for black to 1 for white. */
export const brightness = (bytes: Uint8Array): string =>
  (bytes.reduce((sum, byte) => sum + byte, 0) / (255 * bytes.length)).toFixed(2);

/** By how much the pixels of pictures differ from those of the data on average, in percent of the way from black to white. */
export const difference = (bytes: Uint8Array, { data }: Pictures): string =>
  `${((100 * bytes.reduce((sum, byte, i) => sum + Math.abs(byte - data[i]!), 0)) / (255 * bytes.length)).toFixed(0)}%`;

/** Bytes in a picture. */
export const sizeOf = ([, ...sides]: Pictures['shape']): number => sides.reduce((product, side) => product * side, 1);

const rowsOf = ({ bytes, columns: own }: Strip, columns: number, shape: Pictures['shape']): number =>
  bytes === undefined ? 0 : Math.ceil(bytes.length / sizeOf(shape) / (own ?? columns));

/** CSS pixels for a pixel of a picture: a whole number of those of the screen, if there is room for two. What is left of the width goes between the columns. */
function scaleFor(width: number, columns: number, [, , across]: Pictures['shape']): number {
  const fits = (width * devicePixelRatio) / (columns * (across + GAP) - GAP);
  return (fits < 2 ? fits : Math.floor(fits)) / devicePixelRatio;
}

function drawStrips(
  { context, width, colors }: Canvas,
  strips: readonly Strip[],
  columns: number,
  shape: Pictures['shape'],
): void {
  const [, high, across] = shape;
  const scale = scaleFor(width, columns, shape);
  const step = columns === 1 ? 0 : (width - across * scale) / (columns - 1);
  let top = 0;
  context.fillStyle = colors.text;
  context.textBaseline = 'middle';
  const write = (text: string, x: number, most = width): void => context.fillText(text, x, top + LINE / 2, most);
  for (const strip of strips) {
    if (strip.title !== '') {
      context.font = '13px system-ui, sans-serif';
      write(strip.title, 0);
      top += LINE;
    }
    if (strip.notes !== undefined) {
      context.font = '11px system-ui, sans-serif';
      strip.notes.forEach((note, i) => write(note, i * step, across * scale));
      top += LINE;
    }
    const rows = rowsOf(strip, columns, shape);
    if (rows === 0) continue;
    const own = strip.columns ?? columns;
    const sheet = new OffscreenCanvas(own * across, rows * (high + GAP) - GAP);
    const pen = sheet.getContext('2d')!;
    for (let n = 0; n < strip.bytes!.length / sizeOf(shape); n++) {
      pen.putImageData(pictureOf(strip.bytes!, n, shape), (n % own) * across, Math.floor(n / own) * (high + GAP));
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, Math.round(top * devicePixelRatio));
    const times = scale * devicePixelRatio;
    context.imageSmoothingEnabled = times < 2;
    for (let i = 0; i < own; i++) {
      const from = [i * across, 0, across, sheet.height] as const;
      context.drawImage(
        sheet,
        ...from,
        Math.round(i * step * devicePixelRatio),
        0,
        across * times,
        sheet.height * times,
      );
    }
    context.restore();
    if (strip.framed !== undefined) {
      context.strokeStyle = colors.samples;
      context.lineWidth = 2;
      context.strokeRect(strip.framed * step + 1, top + 1, across * scale - 2, (rows * (high + GAP) - GAP) * scale - 2);
    }
    top += rows * (high + GAP) * scale;
  }
}

/** One of some pictures. */
export function pictureOf(bytes: Uint8Array, n: number, shape: Pictures['shape']): ImageData {
  const [, high, across, channels] = shape;
  const picture = new ImageData(across, high);
  const from = n * sizeOf(shape);
  for (let i = 0; i < high * across; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = bytes[from + channels * i + (channels === 1 ? 0 : c)]!;
    picture.data[4 * i + 3] = 255;
  }
  return picture;
}
