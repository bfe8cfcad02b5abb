import { outOfRange, wrongKind } from '../tensor/errors.js';

/** The number of rows of an encoded table; throws unless its numbers are finite and its indices exist. */
export function checkNumbersOf(
  where: string,
  encoded: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
  width: number,
  sizes: readonly number[],
): number {
  const { data, shape } = (encoded ?? {}) as Partial<typeof encoded>;
  if (data === undefined || !Array.isArray(shape)) {
    throw wrongKind(where, 'encoded', 'must be a record of data and shape', { got: encoded });
  }
  const [count = 0] = shape as readonly number[];
  if (shape.length !== 2 || shape[1] !== width || data.length !== count * width) {
    throw wrongKind(where, 'encoded', `must have the shape [rows, ${width}]`, { seen: `[${shape.join(', ')}]` });
  }
  for (let i = 0; i < data.length; i++) {
    const size = sizes[(i % width) - width + sizes.length];
    const isRight =
      size === undefined ? Number.isFinite(data[i]) : Number.isInteger(data[i]) && data[i]! >= 0 && data[i]! < size;
    if (isRight) continue;
    const rule = size === undefined ? 'must be finite' : `must be an index below ${size}`;
    throw outOfRange(where, `encoded.data[${i}]`, rule, { got: data[i] });
  }
  return count;
}
