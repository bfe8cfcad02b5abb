import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { NAN_PATTERNS } from '../nan-patterns.js';
import { drawOf, type Draw } from './draw.js';

/** An input of a case. `int32` numbers lie in 0 ... `below` - 1, others in -1 ... 1, or in 0.5 ... 2.5 if positive. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32' | 'bool';
  readonly below?: number;
  readonly least?: number;
  readonly isPositive?: boolean;
}

/** One call of an operation. */
export interface FuzzCase {
  /** The options, as a reader would write them. */
  readonly options: object;
  readonly inputs: readonly Input[];
  readonly run: (...inputs: Tensor[]) => Tensor | Tensor[];
  /** The same made of other operations, where cpu is wrong itself. */
  readonly reference?: (...inputs: Tensor[]) => Tensor | Tensor[];
  /** Whether it has a gradient in each of its float32 inputs; true by default. */
  readonly isDifferentiable?: boolean;
  /**
   * Whether wasm may give NaN where cpu gives a number, if there is NaN or infinity among the inputs: where zeros are added around
   * images and 0 times NaN is NaN, and in sums that are computed in tiles.
   */
  readonly maySpread?: boolean;
  /** Whether gradients are judged there as well; by default, unless what has spread chooses another branch of the gradient. */
  readonly hasSpecialGradients?: boolean;
}

/** What an input may hold: numbers, or among them NaN of various bits, and infinities. */
export type Filling = 'finite' | 'special';

/** Draws a case of an operation. */
export type Drawn = (draw: Draw) => FuzzCase;

export const as3D = (x: Tensor | undefined): tf.Tensor3D => x as tf.Tensor3D;
export const as4D = (x: Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;
export const as5D = (x: Tensor | undefined): tf.Tensor5D => x as tf.Tensor5D;
export const as1D = (x: Tensor | undefined): tf.Tensor1D => x as tf.Tensor1D;

/** NaN of various bits, more often than the infinities. */
const SPECIAL = [...NAN_PATTERNS, 0x7f800000, 0xff800000];

/** One to three special numbers in one of the inputs, or a fifth of all numbers. */
function addSpecial(inputs: readonly Float32Array[], draw: Draw): void {
  const write = (to: Float32Array, at: number): void => void (new Uint32Array(to.buffer)[at] = draw.pick(SPECIAL));
  if (draw.chance(0.4)) {
    for (const numbers of inputs) for (let i = 0; i < numbers.length; i++) if (draw.chance(0.2)) write(numbers, i);
  }
  const one = draw.pick(inputs);
  for (let count = draw.integer(1, 3); count > 0; count--) write(one, draw.integer(0, one.length - 1));
}

/** The inputs of a case on the backend in use, the same for the same seed. */
export function tensorsOf({ inputs }: FuzzCase, seed: number, filling: Filling = 'finite'): Tensor[] {
  const draw = drawOf(seed + 7);
  const numbers = inputs.map(({ shape, dtype = 'float32', below = 2, least = 0, isPositive = false }) => {
    const size = tf.util.sizeFromShape([...shape]);
    const values = Array.from({ length: size }, () => {
      if (dtype !== 'float32') return draw.integer(least, below - 1);
      const value = draw.integer(-(2 ** 20), 2 ** 20) / 2 ** 20;
      return isPositive ? value + 1.5 : value;
    });
    return dtype === 'float32' ? Float32Array.from(values) : values;
  });
  const floats = numbers.filter((values): values is Float32Array<ArrayBuffer> => values instanceof Float32Array);
  if (filling === 'special' && floats.length > 0) addSpecial(floats, drawOf(seed + 23));
  return inputs.map(({ shape, dtype = 'float32' }, i) => tf.tensor(numbers[i]!, [...shape], dtype));
}
