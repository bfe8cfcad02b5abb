import type { Colours } from './pixels.js';

/** A part of a picture, in whole pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Converts a part of a picture to another size. A side that shrinks is averaged over areas: an output pixel is the mean of
 * the pixels under it, and a pixel under its edge counts in proportion. A side that grows is interpolated linearly between
 * the centres of pixels. A side that keeps its length is copied.
 *
 * The arithmetic uses only float64 and float32, so every browser and Node compute the same bytes. A canvas would not do
 * that: browsers shrink pictures in different ways, and some skip pixels.
 */
export function resample(picture: Colours, part: Rectangle, width: number, height: number): Colours {
  const across = createTaps(part.width, width);
  const down = createTaps(part.height, height);
  const rows = new Float32Array(3 * width * part.height);
  for (let row = 0, to = 0; row < part.height; row++) {
    const start = (part.top + row) * picture.width + part.left;
    for (let column = 0; column < width; column++) {
      const first = 3 * (start + across.first[column]!);
      for (let channel = 0; channel < 3; channel++, to++) {
        let sum = 0;
        for (let tap = 0; tap < across.count; tap++) {
          sum += across.weights[column * across.count + tap]! * picture.data[first + 3 * tap + channel]!;
        }
        rows[to] = sum;
      }
    }
  }
  const data = new Uint8Array(3 * width * height);
  const line = 3 * width;
  for (let row = 0; row < height; row++) {
    const first = line * down.first[row]!;
    for (let i = 0; i < line; i++) {
      let sum = 0;
      for (let tap = 0; tap < down.count; tap++) {
        sum += down.weights[row * down.count + tap]! * rows[first + line * tap + i]!;
      }
      data[row * line + i] = Math.round(sum);
    }
  }
  return { width, height, data };
}

/** The pixels that contribute to each output pixel: `count` from `first[i]` on, with weights that sum to 1. */
interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  /** `count` for each output pixel. */
  readonly weights: Float64Array;
}

function createTaps(from: number, to: number): Taps {
  const scale = from / to;
  // an interval that begins and ends within pixels touches one more than its length
  const count = Math.min(from, scale > 1 ? Math.ceil(scale) + 1 : 2);
  const first = new Int32Array(to);
  const weights = new Float64Array(count * to);
  for (let i = 0; i < to; i++) {
    // the left edge of an area, or the place between two centres
    const begin = scale > 1 ? i * scale : Math.min(Math.max((i + 0.5) * scale - 0.5, 0), from - 1);
    first[i] = Math.min(Math.floor(begin), from - count);
    for (let tap = 0; tap < count; tap++) {
      const pixel = first[i]! + tap;
      weights[i * count + tap] =
        scale > 1
          ? Math.max(0, Math.min(pixel + 1, begin + scale) - Math.max(pixel, begin)) / scale
          : Math.max(0, 1 - Math.abs(pixel - begin));
    }
  }
  return { count, first, weights };
}
