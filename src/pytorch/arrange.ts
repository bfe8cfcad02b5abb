/** How the numbers of a tensor are laid out in PyTorch. */
export interface Arrangement {
  /** Our shape. */
  readonly shape: readonly number[];
  /** Axis i in PyTorch is our axis `axes[i]`. */
  readonly axes: readonly number[];
  /** For each of our axes, our index at each of PyTorch's; undefined if they are the same. */
  readonly orders?: readonly (ArrayLike<number> | undefined)[] | undefined;
}

/** The shape in PyTorch. */
export function torchShapeOf({ shape, axes }: Arrangement): number[] {
  return axes.map((axis) => shape[axis]!);
}

/** Our numbers in PyTorch's order. */
export function arrange<A extends Float32Array | Int32Array>(numbers: A, arrangement: Arrangement): A {
  const from = placesOf(arrangement);
  const arranged = numbers.slice() as A;
  for (let i = 0; i < from.length; i++) arranged[i] = numbers[from[i]!]!;
  return arranged;
}

/** PyTorch's numbers in our order. */
export function arrangeBack<A extends Float32Array | Int32Array>(numbers: A, arrangement: Arrangement): A {
  const to = placesOf(arrangement);
  const arranged = numbers.slice() as A;
  for (let i = 0; i < to.length; i++) arranged[to[i]!] = numbers[i]!;
  return arranged;
}

/** For each of PyTorch's numbers, in order, its index in ours. */
function placesOf({ shape, axes, orders = [] }: Arrangement): Int32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  return axes.reduce<Int32Array>((places, axis) => {
    const size = shape[axis]!;
    const longer = new Int32Array(places.length * size);
    let at = 0;
    for (const place of places) {
      for (let i = 0; i < size; i++) longer[at++] = place + (orders[axis]?.[i] ?? i) * strides[axis]!;
    }
    return longer;
  }, new Int32Array(1));
}
