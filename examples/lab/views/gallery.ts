import type { Pictures } from '../experiment/pictures.js';
import type { Canvas } from './canvas.js';

/** Pictures under a title. */
export interface Strip {
  readonly title: string;
  /** The bytes of pictures one after the other; undefined before they are computed. */
  readonly bytes: Uint8Array | undefined;
}

/** Pixels of a canvas for a title, in CSS pixels. */
const TITLE = 22;
/** Pixels between pictures, of the pictures' own. */
const GAP = 2;

/** Draws strips of pictures below each other; each pixel becomes a square of whole pixels of the screen. */
export function drawGallery(
  { context, width, height, colors }: Canvas,
  strips: readonly Strip[],
  shape: Pictures['shape'],
  columns = 8,
): void {
  const [, high, across] = shape;
  const screen = context.getTransform().a;
  const counts = strips.map(({ bytes }) => (bytes === undefined ? 0 : bytes.length / sizeOf(shape)));
  const rows = counts.reduce((sum, count) => sum + Math.ceil(count / columns), 0);
  const room = [
    (width * screen) / (columns * (across + GAP)),
    ((height - strips.length * TITLE) * screen) / (rows * (high + GAP)),
  ];
  const scale = Math.max(1, Math.floor(Math.min(...room)));
  let top = 0;
  strips.forEach(({ title, bytes }, i) => {
    context.fillStyle = colors.text;
    context.font = '13px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillText(title, 0, top + TITLE / 2);
    top += TITLE;
    const lines = Math.ceil(counts[i]! / columns);
    if (bytes === undefined || lines === 0) return;
    const sheet = new OffscreenCanvas(columns * (across + GAP) - GAP, lines * (high + GAP) - GAP);
    const pen = sheet.getContext('2d')!;
    for (let n = 0; n < counts[i]!; n++) {
      const place = [(n % columns) * (across + GAP), Math.floor(n / columns) * (high + GAP)] as const;
      pen.putImageData(pictureOf(bytes, n, shape), ...place);
    }
    context.save();
    // whole pixels of the screen
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(sheet, 0, Math.round(top * screen), sheet.width * scale, sheet.height * scale);
    context.restore();
    top += (lines * (high + GAP) * scale) / screen;
  });
}

/** The first n pictures of a set. */
export const firstOf = ({ data, shape }: Pictures, n: number): Uint8Array => data.subarray(0, n * sizeOf(shape));

/** The mean pixel of pictures from 0, black, to 1, white, in words. */
export const brightness = (bytes: Uint8Array): string =>
  (bytes.reduce((sum, byte) => sum + byte, 0) / (255 * bytes.length)).toFixed(2);

/** Bytes in a picture. */
export const sizeOf = ([, ...sides]: Pictures['shape']): number => sides.reduce((product, side) => product * side, 1);

function pictureOf(bytes: Uint8Array, n: number, shape: Pictures['shape']): ImageData {
  const [, high, across, channels] = shape;
  const picture = new ImageData(across, high);
  const from = n * sizeOf(shape);
  for (let i = 0; i < high * across; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = bytes[from + channels * i + (channels === 1 ? 0 : c)]!;
    picture.data[4 * i + 3] = 255;
  }
  return picture;
}
