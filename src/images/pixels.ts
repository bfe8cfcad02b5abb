/** A picture as it was decoded; `ImageData` has this form. */
export interface Pixels {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green, blue and alpha of each pixel, from 0 to 255, row by row from the top left; not premultiplied. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A picture without alpha: red, green and blue of each pixel. */
export interface Colours {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Lays a picture over a background: alpha / 255 * colour + (1 - alpha / 255) * background, rounded. */
export function addBackground({ width, height, data }: Pixels, background: readonly number[]): Colours {
  const colours = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < colours.length; from += 4, to += 3) {
    const alpha = data[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const over = alpha * data[from + channel]! + (255 - alpha) * background[channel]!;
      colours[to + channel] = Math.round(over / 255);
    }
  }
  return { width, height, data: colours };
}

/** Whether red, green and blue are the same in each pixel. */
export function isGrey({ data }: Colours): boolean {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}

/** The luma of each pixel, 0.299 R + 0.587 G + 0.114 B, with the integers of Pillow's `convert('L')`. */
export function luma({ data }: Colours): Uint8Array {
  const grey = new Uint8Array(data.length / 3);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = (19595 * data[3 * i]! + 38470 * data[3 * i + 1]! + 7471 * data[3 * i + 2]! + 32768) >> 16;
  }
  return grey;
}
