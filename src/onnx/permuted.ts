import type { Constant } from './write-model.js';

/** Numbers with their axes in another order. */
export function permuted({ data, shape }: Constant, perm: readonly number[]): Constant {
  const sizes = perm.map((axis) => shape[axis]!);
  const strides = perm.map((axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const turned = data.slice() as Float32Array<ArrayBuffer>;
  turned.forEach((_, i) => {
    let [rest, place] = [i, 0];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      place += (rest % sizes[axis]!) * strides[axis]!;
      rest = Math.floor(rest / sizes[axis]!);
    }
    turned[i] = data[place] as number;
  });
  return { shape: sizes, data: turned };
}
