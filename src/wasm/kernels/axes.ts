// Small networks call reductions more often than any other kernel: these functions create no object that they do not need.

/** The axes of a reduction as the bits of a number; 0 if tfjs's kernel should report an error about them. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): number {
  if (axis === undefined || axis === null) return 2 ** rank - 1;
  if (typeof axis === 'number') return bitOf(axis, rank);
  let reduced = 0;
  for (const one of axis) {
    const bit = bitOf(one, rank);
    if (bit === 0 || (reduced & bit) !== 0) return 0;
    reduced |= bit;
  }
  return reduced;
}

function bitOf(axis: number, rank: number): number {
  const isAxis = Number.isInteger(axis) && axis >= -rank && axis < rank;
  return isAxis ? 1 << (axis < 0 ? axis + rank : axis) : 0;
}

/** The shape that is left by a reduction of these axes. */
export function keptShape(shape: readonly number[], reduced: number, keepDims: boolean): number[] {
  const kept: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    if (((reduced >> axis) & 1) === 0) kept.push(shape[axis]!);
    else if (keepDims) kept.push(1);
  }
  return kept;
}
