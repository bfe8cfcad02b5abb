import type { PictureShape, Pictures } from '../../experiment/pictures.js';

/** A sheet of pictures: one large picture, as bytes. */
export interface Sheet {
  readonly data: Uint8Array;
  readonly shape: readonly [images: number, height: number, width: number, channels: number];
}

/** Where pictures are on a sheet, in cells. */
export interface Cells {
  readonly at: readonly (readonly [column: number, row: number])[];
  /** Pixels around each picture. */
  readonly border: number;
  /** The class of each picture, if they have classes. */
  readonly labels?: Uint8Array;
}

/** Cuts pictures out of a sheet. */
export function cutSheet({ data: sheet, shape }: Sheet, { at, border, labels }: Cells, one: PictureShape): Pictures {
  const [, , width, channels] = shape;
  const [height, across] = one;
  const line = across * channels;
  const data = new Uint8Array(at.length * height * line);
  at.forEach(([column, row], i) => {
    const [left, top] = [column * (across + 2 * border) + border, row * (height + 2 * border) + border];
    for (let y = 0; y < height; y++) {
      const from = ((top + y) * width + left) * channels;
      data.set(sheet.subarray(from, from + line), (i * height + y) * line);
    }
  });
  return { data, shape: [at.length, ...one], labels };
}

/** All cells of a sheet without borders, row by row, on which so many classes take turns. */
export function everyCell({ shape: [, height, width] }: Sheet, [own, across]: PictureShape, classes: number): Cells {
  const columns = width / across;
  const count = columns * (height / own);
  return {
    border: 0,
    at: Array.from({ length: count }, (_, i) => [i % columns, Math.floor(i / columns)] as const),
    labels: Uint8Array.from({ length: count }, (_, i) => i % classes),
  };
}
