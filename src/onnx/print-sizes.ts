import type { RecordedType, Recording } from '../record/recording.js';
import type { Printer } from './printer.js';
import { termsOf, type Shape } from './sizes.js';

/** Integers as an input of a node: a constant, or computed from the sizes of inputs. */
export function printSizes(p: Printer, numbers: Shape, sizes: Recording['sizes']): string {
  if (numbers.every((one) => typeof one === 'number')) return p.constant(BigInt64Array.from(numbers, BigInt));
  const parts = numbers.map((one) => printSize(p, one, sizes));
  return parts.length === 1 ? parts[0]! : p.node('Concat', parts, { axis: 0 });
}

/** `[1]`: a size as an integer, or as a float. */
export function printSize(p: Printer, size: Shape[number], sizes: Recording['sizes'], type?: RecordedType): string {
  const isFloat = type === 'float32';
  const terms = Object.entries(termsOf(size));
  // halves and the like are summed as integers
  const whole = isFloat ? 1 : denominatorOf(terms.map(([, factor]) => factor));
  const constant = (value: number): string =>
    p.constant(isFloat ? Float32Array.of(value) : BigInt64Array.of(BigInt(Math.round(value))));
  const parts = terms.map(([product, factor]) => {
    if (product === '1') return constant(factor * whole);
    const lengths = product.split('*').map((name) => {
      const { of, axis } = sizes[name]!;
      return p.node('Shape', [p.get(of)], { start: axis, end: axis + 1 });
    });
    const length = lengths.reduce((a, b) => p.node('Mul', [a, b]));
    const value = isFloat ? p.cast(length, type) : length;
    return factor * whole === 1 ? value : p.node('Mul', [value, constant(factor * whole)]);
  });
  const sum = parts.reduce((a, b) => p.node('Add', [a, b]));
  return whole === 1 ? sum : p.node('Div', [sum, constant(whole)]);
}

/** The smallest number by which all factors become integers. */
function denominatorOf(factors: readonly number[]): number {
  let whole = 1;
  while (whole < 10000 && factors.some((factor) => Math.abs(factor * whole - Math.round(factor * whole)) > 1e-6))
    whole++;
  return whole;
}
