import type { Size } from '../record/recording.js';

/** The sizes of axes. */
export type Shape = readonly Size[];

/** a + factor b. */
export function plus(a: Size, b: Size, factor = 1): Size {
  const sum = new Map(Object.entries(termsOf(a)));
  for (const [product, value] of Object.entries(termsOf(b))) sum.set(product, (sum.get(product) ?? 0) + factor * value);
  const terms = Array.from(sum).filter(([, value]) => value !== 0);
  return terms.every(([product]) => product === '1') ? (sum.get('1') ?? 0) : Object.fromEntries(terms.sort());
}

/** The factors of the products of free sizes; that of the product '1' is the constant. */
export function termsOf(size: Size): Readonly<Record<string, number>> {
  return typeof size === 'number' ? { '1': size } : size;
}

/** All sizes times each other. */
export function productOf(shape: Shape): Size {
  return shape.reduce<Size>((total, size) => {
    const products = Object.entries(termsOf(total)).flatMap(([a, factor]) =>
      Object.entries(termsOf(size)).map(([b, other]): Size => {
        const names = [...a.split('*'), ...b.split('*')].filter((name) => name !== '1').sort();
        return { [names.join('*') || '1']: factor * other };
      }),
    );
    return products.reduce((a, b) => plus(a, b), 0);
  }, 1);
}

/** A text that is the same for equal shapes only. */
export function keyOf(shape: Shape): string {
  return JSON.stringify(shape.map((size) => plus(size, 0)));
}

/** Whether two shapes are equal, whatever the free sizes are. */
export function isSame(a: Shape, b: Shape): boolean {
  return keyOf(a) === keyOf(b);
}

/** A shape without the axes of size 1 that come first. */
export function withoutFirstOnes(shape: Shape): Shape {
  const start = shape.findIndex((size) => size !== 1);
  return start < 0 ? [] : shape.slice(start);
}
