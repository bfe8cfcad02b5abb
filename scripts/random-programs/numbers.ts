import * as tf from '@tensorflow/tfjs-core';

/** The numbers of one tensor or list, and where it stands in a value. */
export interface Numbers {
  readonly path: string;
  readonly shape: string;
  readonly values: ArrayLike<number>;
}

/** All numbers in a value: of tensors, typed arrays, lists, and fields; of parts those of their variables. */
export async function numbersIn(value: unknown, path = '', depth = 5): Promise<Numbers[]> {
  if (typeof value === 'number') return [{ path, shape: 'number', values: [value] }];
  if (value === null || typeof value !== 'object' || depth === 0) return [];
  if (value instanceof tf.Tensor) {
    if (value.dtype === 'string' || value.isDisposed) return [];
    return [
      {
        path,
        shape: `${value.dtype} [${(value as tf.Tensor).shape.join(', ')}]`,
        values: (await value.data<'float32'>()).slice(),
      },
    ];
  }
  if (value instanceof Date) return [{ path, shape: 'date', values: [value.getTime()] }];
  if (ArrayBuffer.isView(value)) return [{ path, shape: 'array', values: Array.from(value as Float32Array) }];
  const { dispose, variables } = value as { readonly dispose?: unknown; readonly variables?: unknown };
  if (typeof dispose === 'function')
    return Array.isArray(variables) ? numbersIn(variables, `${path}.variables`, 2) : [];
  const found: Numbers[] = [];
  for (const [name, inner] of Object.entries(value))
    if (!timed.test(name)) found.push(...(await numbersIn(inner, `${path}.${name}`, depth - 1)));
  return found;
}

/** Results that the docs say may be NaN: the error of a mean of one number, and an optimizer's numbers before its first update. */
const documented = /\.(standardError|learningRate|gradientNorm|largestGradientNorm)$/;
/** What a clock says. */
const timed = /^(seconds|secondsLeft|rate|wallTime)$/;

/** The first number that is not finite, in words. */
export function notFinite(all: readonly Numbers[]): string | undefined {
  for (const { path, values } of all)
    for (let i = 0; i < values.length; i++)
      if (!Number.isFinite(values[i]) && !documented.test(path))
        return `${path || 'the result'} holds ${values[i]} at ${i}`;
  return undefined;
}

/**
 * Where two results differ by more than a share of their size; undefined if they agree. `isOneScale` measures them by the largest of all:
 * a gradient that is 0 up to rounding stands beside others.
 */
export function differenceOf(
  a: readonly Numbers[],
  b: readonly Numbers[],
  tolerance: number,
  isOneScale = false,
): string | undefined {
  if (a.length !== b.length) return `${a.length} results, and ${b.length}`;
  const largest = isOneScale ? sizeOf([...a, ...b]) : 0;
  for (const [k, one] of a.entries()) {
    const other = b[k]!;
    if (one.shape !== other.shape || one.values.length !== other.values.length)
      return `${one.path} is ${one.shape}, and ${other.shape}`;
    const size = Math.max(0.01, largest, sizeOf([one, other]));
    for (let i = 0; i < one.values.length; i++) {
      const [x, y] = [one.values[i]!, other.values[i]!];
      if (Object.is(x, y) || x === y) continue;
      if (tolerance > 0 && Math.abs(x - y) <= tolerance * size) continue;
      return `${one.path || 'the result'} is ${x} at ${i}, and ${y}`;
    }
  }
  return undefined;
}

/** The largest absolute value of the finite numbers. */
function sizeOf(all: readonly Numbers[]): number {
  let size = 0;
  for (const { values } of all)
    for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) size = Math.max(size, Math.abs(values[i]!));
  return size;
}
