import { describe, expect, test } from 'vitest';
import { resample } from '../../src/images/resample.js';
import { fitPicture } from '../../src/images/fit-picture.js';
import { steps } from '../support/png-file.js';

function picture(width: number, height: number) {
  const next = steps(width * 31 + height);
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => Math.floor(next() * 256)) };
}

const whole = ({ width, height }: { width: number; height: number }) => ({ left: 0, top: 0, width, height });

/** The mean of what lies under each output pixel, in float64: each pixel is cut into so many that the edges fall between them. */
function areaAverage(source: ReturnType<typeof picture>, width: number, height: number): number[] {
  const result: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        // source.width * width small columns in all, source.width of them under each output pixel
        for (let y = row * source.height; y < (row + 1) * source.height; y++) {
          for (let x = column * source.width; x < (column + 1) * source.width; x++) {
            sum += source.data[3 * (Math.floor(y / height) * source.width + Math.floor(x / width)) + channel]!;
          }
        }
        result.push(sum / (source.width * source.height));
      }
    }
  }
  return result;
}

/** Rounding is half a level at most. */
function expectRounded(bytes: Uint8Array, numbers: readonly number[]): void {
  expect(bytes.length).toBe(numbers.length);
  const worst = Math.max(...numbers.map((number, i) => Math.abs(number - bytes[i]!)));
  expect(worst).toBeLessThanOrEqual(0.5 + 1e-4);
}

describe('resample', () => {
  test.each([
    [12, 8, 4, 2],
    [13, 11, 5, 4],
    [64, 48, 28, 28],
    [33, 32, 32, 31],
    [100, 3, 7, 3],
    [9, 50, 1, 1],
  ])('shrinks %i x %i to %i x %i as the average over areas', (width, height, toWidth, toHeight) => {
    const source = picture(width, height);
    const { data } = resample(source, whole(source), toWidth, toHeight);
    expectRounded(data, areaAverage(source, toWidth, toHeight));
  });

  test('turns a fine chessboard into an even grey, where taking every n-th pixel would make it black or white', () => {
    const data = Uint8Array.from({ length: 3 * 60 * 60 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return ((pixel % 60) + Math.floor(pixel / 60)) % 2 === 0 ? 255 : 0;
    });
    const small = resample({ width: 60, height: 60, data }, whole({ width: 60, height: 60 }), 15, 15);
    expect(new Set(small.data)).toEqual(new Set([128]));
  });

  test('copies if no length changes, and only crops if the part has the size of the result', () => {
    const source = picture(6, 5);
    expect(resample(source, whole(source), 6, 5).data).toEqual(source.data);
    const part = resample(source, { left: 2, top: 1, width: 3, height: 2 }, 3, 2);
    const rows = [1, 2].map((row) => [...source.data.subarray(3 * (6 * row + 2), 3 * (6 * row + 5))]);
    expect([...part.data]).toEqual(rows.flat());
  });

  test('enlarges linearly between the centres of pixels, and repeats the border', () => {
    const ramp = { width: 2, height: 1, data: Uint8Array.of(0, 100, 200, 80, 100, 40) };
    // centres at 1/4 and 3/4 of the width; output centres at 1/8, 3/8, 5/8, 7/8
    const { data } = resample(ramp, whole(ramp), 4, 2);
    const line = [0, 100, 200, 20, 100, 160, 60, 100, 80, 80, 100, 40];
    expect([...data]).toEqual([...line, ...line]);
  });

  test('keeps black, white and every uniform colour at all sizes', () => {
    for (const [from, to] of [
      [7, 3],
      [3, 7],
      [1, 5],
      [1000, 3],
    ] as const) {
      const even = { width: from, height: 2, data: new Uint8Array(6 * from).map((_, i) => [255, 0, 77][i % 3]!) };
      const { data } = resample(even, whole(even), to, 3);
      expect([...data]).toEqual(Array.from({ length: 9 * to }, (_, i) => [255, 0, 77][i % 3]));
    }
  });
});

describe('fitPicture', () => {
  /** The number of the column in red, of the row in green. */
  function numbered(width: number, height: number) {
    const data = new Uint8Array(3 * width * height);
    for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), 7], 3 * i);
    return { width, height, data };
  }
  const red = ({ data }: { data: Uint8Array }) => [...data].filter((_, i) => i % 3 === 0);
  const green = ({ data }: { data: Uint8Array }) => [...data].filter((_, i) => i % 3 === 1);
  const background = [255, 128.4, 0] as const;

  test('cover cuts equally from both sides and keeps the pixels that are left', () => {
    const wide = fitPicture(numbered(8, 2), [2, 4], { fit: 'cover', background });
    expect(red(wide)).toEqual([2, 3, 4, 5, 2, 3, 4, 5]);
    const tall = fitPicture(numbered(2, 9), [4, 2], { fit: 'cover', background });
    expect(green(tall)).toEqual([2, 2, 3, 3, 4, 4, 5, 5]);
  });

  test('cover shrinks by one factor and never runs over the border', () => {
    const even = { width: 300, height: 199, data: new Uint8Array(3 * 300 * 199).fill(9) };
    for (const size of [
      [32, 32],
      [1, 50],
      [50, 1],
      [199, 7],
      [400, 301],
    ] as const) {
      const { width, height, data } = fitPicture(even, size, { fit: 'cover', background });
      expect([height, width]).toEqual(size);
      expect(new Set(data)).toEqual(new Set([9]));
    }
  });

  test('contain keeps the whole picture in the middle of the background', () => {
    const { data } = fitPicture(numbered(4, 2), [4, 4], { fit: 'contain', background });
    const bar = Array.from({ length: 4 }, () => [255, 128, 0]).flat();
    expect([...data.subarray(0, 12)]).toEqual(bar);
    expect([...data.subarray(36)]).toEqual(bar);
    expect([...data.subarray(12, 36)]).toEqual([...numbered(4, 2).data]);
  });

  test('contain keeps at least one pixel of a very thin line', () => {
    const line = { width: 1000, height: 1, data: new Uint8Array(3000).fill(50) };
    const { data } = fitPicture(line, [8, 8], { fit: 'contain', background });
    expect([...data].filter((level) => level === 50).length).toBe(24);
  });

  test('stretch fills the size with the whole picture', () => {
    const { data } = fitPicture(numbered(8, 2), [2, 4], { fit: 'stretch', background });
    // pairs of columns are averaged: 0.5, 2.5, 4.5, 6.5
    expect(red({ data })).toEqual([1, 3, 5, 7, 1, 3, 5, 7]);
  });
});
