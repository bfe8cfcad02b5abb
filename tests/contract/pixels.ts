import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LikelihoodCase } from './likelihoods.js';

/** One number of the data with its parameters, rounded to float32 as in the tensors. */
export interface Pixel {
  readonly x: number;
  readonly parameters: readonly number[];
}

/** Every number of a case's data with each of the given parameters. */
export function pixelsOf({ x }: LikelihoodCase, parameters: readonly (readonly number[])[]): Pixel[] {
  return parameters.flatMap((own) => x.map((value) => ({ x: Math.fround(value), parameters: own.map(Math.fround) })));
}

/** Pixels as the tensors that a likelihood takes: `shape` is the shape of the data, with channels on the last axis. */
export function tensorsOf(pixels: readonly Pixel[], shape: readonly number[]): { x: Tensor; parameters: Tensor } {
  const channels = shape.at(-1)!;
  const size = pixels[0]!.parameters.length;
  const numbers: number[] = [];
  for (let first = 0; first < pixels.length; first += channels) {
    const own = pixels.slice(first, first + channels);
    for (let block = 0; block < size; block++) numbers.push(...own.map(({ parameters }) => parameters[block]!));
  }
  return {
    x: tf.tensor(
      pixels.map(({ x }) => x),
      [...shape],
    ),
    parameters: tf.tensor(numbers, [...shape.slice(0, -1), channels * size]),
  };
}

/** This many pixels, cycling through those of a case. */
export function cycle(pixels: readonly Pixel[], count: number): Pixel[] {
  return Array.from({ length: count }, (_, i) => pixels[(i * 7) % pixels.length]!);
}
