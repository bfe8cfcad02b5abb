import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
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
}

/** Draws a case of an operation. */
export type Drawn = (draw: Draw) => FuzzCase;

export const as3D = (x: Tensor | undefined): tf.Tensor3D => x as tf.Tensor3D;
export const as4D = (x: Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;
export const as5D = (x: Tensor | undefined): tf.Tensor5D => x as tf.Tensor5D;
export const as1D = (x: Tensor | undefined): tf.Tensor1D => x as tf.Tensor1D;

/** The inputs of a case on the backend in use, the same for the same seed. */
export function tensorsOf({ inputs }: FuzzCase, seed: number): Tensor[] {
  const draw = drawOf(seed + 7);
  return inputs.map(({ shape, dtype = 'float32', below = 2, least = 0, isPositive = false }) => {
    const size = tf.util.sizeFromShape([...shape]);
    const values = Array.from({ length: size }, () => {
      if (dtype !== 'float32') return draw.integer(least, below - 1);
      const value = draw.integer(-(2 ** 20), 2 ** 20) / 2 ** 20;
      return isPositive ? value + 1.5 : value;
    });
    return tf.tensor(values, [...shape], dtype);
  });
}
