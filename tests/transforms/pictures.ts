import * as tf from '@tensorflow/tfjs-core';
import { createRandom, type RandomStream } from '../../src/index.js';

/** A stream whose uniform numbers are given, one row per picture and the same for each. */
export function given(...rows: readonly (readonly number[])[]): RandomStream {
  const left = [...rows];
  const uniform = ([batch]: readonly number[]) => tf.tile(tf.tensor2d([[...left.shift()!]]), [batch!, 1]);
  return { ...createRandom(1), uniform };
}

/** What describes an affine change of a picture. */
export interface Change {
  readonly flip: number;
  readonly flop: number;
  /** In pixels. */
  readonly right: number;
  readonly down: number;
  readonly cos: number;
  readonly sin: number;
  readonly factor: number;
}

/** One picture `[height, width]`, changed, in float64 and one pixel at a time. */
export function expectedPicture(
  pixels: readonly number[],
  [height, width]: readonly [number, number],
  { flip, flop, right, down, cos, sin, factor }: Change,
): number[] {
  const [x0, y0] = [(width - 1) / 2, (height - 1) / 2];
  const mirrored = (i: number, n: number): number => {
    const turn = ((i % (2 * n)) + 2 * n) % (2 * n);
    return turn < n ? turn : 2 * n - 1 - turn;
  };
  const at = (x: number, y: number): number => pixels[mirrored(y, height) * width + mirrored(x, width)]!;
  return Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [(i % width) - right - x0, Math.floor(i / width) - down - y0];
    const u = x0 + ((flip === 1 ? -1 : 1) / factor) * (cos * x + sin * y);
    const v = y0 + ((flop === 1 ? -1 : 1) / factor) * (cos * y - sin * x);
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const line = (y: number): number => (1 - (u - left)) * at(left, y) + (u - left) * at(left + 1, y);
    return (1 - (v - top)) * line(top) + (v - top) * line(top + 1);
  });
}

/** Smooth pictures: a place that is rounded by 2^-11 pixels changes a number by less than 3e-4. */
export const smooth = (shape: [number, number, number, number]): tf.Tensor => {
  const [, height, width, channels] = shape;
  const value = (i: number): number => {
    const [column, row] = [Math.floor(i / channels) % width, Math.floor(i / (channels * width)) % height];
    return Math.sin(0.5 * column + (i % channels)) + Math.cos(0.4 * row + Math.floor(i / (channels * width * height)));
  };
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => value(i)),
    shape,
  );
};

/** Every `count`-th number, from the one at `start`. */
export const every = (numbers: readonly number[], start: number, count: number): number[] =>
  numbers.filter((_, i) => i % count === start);
