import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from '../../gradients/custom-gradient.js';
import type { ApplyOptions, Part } from '../../nets/network.js';
import { checkExamples, checkInteger, checkRecord, checkShape } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';

/** The result of {@link Quantizer.quantize}. The caller disposes the tensors. */
export interface Quantized {
  /** The code of each vector, float32 `[batch, ..., size]`. Its gradient with respect to the vectors is that of a smooth function. */
  readonly z: Tensor;
  /** The index of each code, int32 `[batch, ...]`; K, which is no code, for a vector with NaN, whose z is NaN. */
  readonly indices: Tensor;
  /** A training loss for whatever computes the vectors, `[batch]`; absent if there is none. */
  readonly penalty?: Tensor | undefined;
}

/**
 * Replaces vectors by codes, which are numbered 0 ... codes - 1. {@link finiteScalarQuantizer} and {@link createCodebook} make one, and you
 * can write one by hand; `checkQuantizer` in `/testing` has the laws.
 */
export interface Quantizer extends Part {
  /** Numbers in a vector. */
  readonly size: number;
  /** The number of codes, K. */
  readonly codes: number;
  /**
   * Replaces vectors by their codes.
   *
   * @param h - float32 `[batch, ..., size]`
   * @param options - with `training`, a quantizer that learns its codes moves them, once per update, and draws from `random`
   */
  quantize(h: Tensor, options?: ApplyOptions): Quantized;
  /**
   * The codes with these indices.
   *
   * @param indices - int32 `[...]`
   * @returns float32 `[..., size]`, NaN for an index out of range; the caller disposes it
   */
  lookUp(indices: Tensor): Tensor;
  /**
   * The index of the nearest code. `indicesOf(lookUp(i))` = i.
   *
   * @param z - float32 `[..., size]`
   * @returns int32 `[...]`, K where z is NaN; the caller disposes it
   */
  indicesOf(z: Tensor): Tensor;
}

/** Throws unless `value` is a quantizer. */
export function checkQuantizer(where: string, argument: string, value: Quantizer): void {
  checkRecord(where, argument, value, 'quantize lookUp indicesOf', 'finiteScalarQuantizer(...), createCodebook(...)');
  checkInteger(where, `${argument}.size`, value.size);
  checkInteger(where, `${argument}.codes`, value.codes);
}

/** Throws unless `vectors` are float32 `[..., size]`. */
export function checkVectors(where: string, argument: string, vectors: Tensor, size: number): void {
  checkExamples(where, argument, vectors);
  checkShape(where, argument, vectors, [...vectors.shape.slice(0, -1), size], 'The last axis holds a vector.');
}

/** `value()`, with the gradient of y. */
export function straightThrough(y: Tensor, value: () => Tensor): Tensor {
  return customGradient(
    [y],
    () => [value(), []],
    (dy) => [() => tf.clone(dy)],
  );
}

/** Latents `[rows, places * size]` or `[rows, ..., size]` as `[rows, places, size]`, checked. */
export function vectorsIn(where: string, z: Tensor, size: number): Tensor {
  checkExamples(where, 'z', z);
  const places = Math.ceil(z.size / z.shape[0] / size);
  if (places * size * z.shape[0] !== z.size) {
    throw wrongShape(where, 'z', [null, places * size], z.shape, `It holds vectors of ${size} numbers.`);
  }
  return tf.reshape(z, [z.shape[0], places, size]);
}

/** Codes as latents, `[rows, places * size]`, from their indices, `[rows, places]`. */
export function latentsOf(quantizer: Quantizer, indices: Tensor): Tensor {
  return tf.reshape(quantizer.lookUp(indices), [indices.shape[0], -1]);
}
