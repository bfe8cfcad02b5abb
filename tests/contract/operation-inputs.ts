import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Numbers } from './float64.js';
import type { Case, Input } from './operations.js';

/** Numbers of an input, spread over its range without ties, and rounded to float32. */
export function numbersOf({ shape, low = 0, high = 1, values }: Input, seed: number): Numbers {
  const size = tf.util.sizeFromShape([...shape]);
  const spread = (i: number): number => low + (high - low) * (((i + 1) * 0.618034 + seed * 0.37) % 1);
  return { shape, values: Array.from({ length: size }, (_, i) => Math.fround(values?.[i] ?? spread(i))) };
}

export const tensorOf = ({ shape, values }: Numbers, dtype: Input['dtype'] | 'float32' = 'float32'): Tensor =>
  tf.tensor([...values], [...shape], dtype);

/** Numbers of which some are NaN or infinite. */
export function specialOf({ inputs, special }: Case): readonly Input[] {
  if (special !== undefined) return special;
  const first = inputs.findIndex(({ dtype }) => dtype === undefined);
  return inputs.map((input, i) => {
    if (i !== first) return input;
    const values = [...numbersOf(input, i).values];
    [NaN, Infinity, -Infinity].forEach((odd, k) => (values[2 * k] = odd));
    return { ...input, values };
  });
}

export function emptyOf({ inputs, empty }: Case): readonly (readonly Input[])[] {
  const shapes = empty ?? [inputs.map(({ shape }, i) => (i === 0 ? [0, ...shape.slice(1)] : shape))];
  return shapes.map((list) => inputs.map((input, i) => ({ ...input, shape: list[i]! })));
}
