// Winograd's F(4x4, 3x3): 4x4 outputs of a 3x3 filter by 36 products instead of 144, and F(4x4, 2x2), by 25 instead of 64 (Lavin and
// Gray, "Fast algorithms for convolutional neural networks", 2016). Polynomials are multiplied by their values at the points 0, 1, -1, 2,
// -2 and infinity; 2x2 filters need all but -2. Each transform is one matrix, applied to the columns and then to the rows of a
// square of vectors of 4 channels, with the paper's names: B for inputs, G for filters, A for outputs. `taps` is 3 or 2.

/** The bytes of the largest square, 6x6 vectors, in which transforms work. */
export const SQUARE_BYTES: usize = 576;

/** How many points a filter of `taps` taps needs on each axis. */
// @inline
export function pointsOf(taps: i32): i32 {
  return taps + 3;
}

/** y = M x Mᵀ of a square x of vectors: a line at a time, by way of a square in memory. */
export function transform<M>(
  taps: i32,
  x: usize,
  xRow: usize,
  xColumn: usize,
  y: usize,
  yRow: usize,
  yColumn: usize,
  square: usize,
): void {
  // with constants, and inlined into this function, lines are a sixth faster
  if (taps == 2) transformLines<M>(2, x, xRow, xColumn, y, yRow, yColumn, square);
  else transformLines<M>(3, x, xRow, xColumn, y, yRow, yColumn, square);
}

// @inline
function transformLines<M>(
  taps: i32,
  x: usize,
  xRow: usize,
  xColumn: usize,
  y: usize,
  yRow: usize,
  yColumn: usize,
  square: usize,
): void {
  // the matrices have methods but no fields, so no object exists
  const matrix = changetype<M>(0);
  const columns = matrix.columns(taps),
    lines = columns + matrix.rows(taps);
  const width = (<usize>columns) << 4;
  for (let i = 0; i < lines; i++) {
    const isColumn = i < columns,
      row = <usize>(i - columns);
    matrix.apply(
      taps,
      isColumn ? x + <usize>i * xColumn : square + row * width,
      isColumn ? xRow : 16,
      isColumn ? square + ((<usize>i) << 4) : y + row * yRow,
      isColumn ? width : yColumn,
    );
  }
}

/** Bᵀ: a tile of the images at the points. */
@unmanaged
export class Input {
  // @inline
  rows(taps: i32): i32 {
    return pointsOf(taps);
  }
  // @inline
  columns(taps: i32): i32 {
    return pointsOf(taps);
  }
  // @inline
  apply(taps: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
    const x0 = v128.load(x),
      x1 = v128.load(x + xStep),
      x2 = v128.load(x + 2 * xStep),
      x3 = v128.load(x + 3 * xStep),
      x4 = v128.load(x + 4 * xStep);
    const two = f32x4.splat(2);
    const odd = f32x4.sub(x3, x1),
      oddTwice = f32x4.mul(odd, two);
    if (taps == 2) {
      const x1Twice = f32x4.mul(x1, two);
      v128.store(y, f32x4.add(f32x4.mul(f32x4.sub(x0, x2), two), odd));
      v128.store(y + yStep, f32x4.sub(f32x4.sub(x3, x2), x1Twice));
      v128.store(y + 2 * yStep, f32x4.sub(f32x4.add(x3, x1Twice), f32x4.mul(x2, f32x4.splat(3))));
      v128.store(y + 3 * yStep, odd);
      v128.store(y + 4 * yStep, f32x4.sub(f32x4.sub(x4, x2), oddTwice));
      return;
    }
    const x5 = v128.load(x + 5 * xStep);
    const four = f32x4.splat(4),
      five = f32x4.splat(5);
    const even = f32x4.sub(x4, x2);
    const nearEven = f32x4.sub(x4, f32x4.mul(x2, four)),
      nearOdd = f32x4.sub(x3, f32x4.mul(x1, four));
    v128.store(y, f32x4.sub(f32x4.add(f32x4.mul(x0, four), x4), f32x4.mul(x2, five)));
    v128.store(y + yStep, f32x4.add(nearEven, nearOdd));
    v128.store(y + 2 * yStep, f32x4.sub(nearEven, nearOdd));
    v128.store(y + 3 * yStep, f32x4.add(even, oddTwice));
    v128.store(y + 4 * yStep, f32x4.sub(even, oddTwice));
    v128.store(y + 5 * yStep, f32x4.sub(f32x4.add(f32x4.mul(x1, four), x5), f32x4.mul(x3, five)));
  }
}

/** G: the taps of a filter at the points. */
@unmanaged
export class Filter {
  // @inline
  rows(taps: i32): i32 {
    return pointsOf(taps);
  }
  // @inline
  columns(taps: i32): i32 {
    return taps;
  }
  // @inline
  apply(taps: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
    const x0 = v128.load(x),
      x1 = v128.load(x + xStep);
    const half = f32x4.splat(0.5),
      sixth = f32x4.splat(<f32>(1.0 / 6.0)),
      third = f32x4.splat(<f32>(1.0 / 3.0));
    if (taps == 2) {
      v128.store(y, f32x4.mul(x0, half));
      v128.store(y + yStep, f32x4.mul(f32x4.add(x0, x1), f32x4.splat(-0.5)));
      v128.store(y + 2 * yStep, f32x4.mul(f32x4.sub(x1, x0), sixth));
      v128.store(y + 3 * yStep, f32x4.add(f32x4.mul(x0, sixth), f32x4.mul(x1, third)));
      v128.store(y + 4 * yStep, x1);
      return;
    }
    const x2 = v128.load(x + 2 * xStep);
    const minusSixth = f32x4.splat(<f32>(-1.0 / 6.0));
    const outer = f32x4.mul(f32x4.add(x0, x2), minusSixth),
      middle = f32x4.mul(x1, minusSixth);
    const far = f32x4.add(f32x4.mul(x0, f32x4.splat(<f32>(1.0 / 24.0))), f32x4.mul(x2, sixth)),
      farMiddle = f32x4.mul(x1, f32x4.splat(<f32>(1.0 / 12.0)));
    v128.store(y, f32x4.mul(x0, f32x4.splat(0.25)));
    v128.store(y + yStep, f32x4.add(outer, middle));
    v128.store(y + 2 * yStep, f32x4.sub(outer, middle));
    v128.store(y + 3 * yStep, f32x4.add(far, farMiddle));
    v128.store(y + 4 * yStep, f32x4.sub(far, farMiddle));
    v128.store(y + 5 * yStep, x2);
  }
}

/** Aᵀ: outputs of the products at the points, for 2x2 taps; for 3x3, winograd-pairs.ts has them. */
@unmanaged
class Output {
  // @inline
  rows(taps: i32): i32 {
    return 4;
  }
  // @inline
  columns(taps: i32): i32 {
    return pointsOf(taps);
  }
  // @inline
  apply(taps: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
    const x1 = v128.load(x + xStep),
      x2 = v128.load(x + 2 * xStep),
      x3 = v128.load(x + 3 * xStep),
      x4 = v128.load(x + 4 * xStep);
    const near = f32x4.add(x1, x2),
      nearOdd = f32x4.sub(x1, x2);
    v128.store(y, f32x4.add(f32x4.add(v128.load(x), near), x3));
    v128.store(y + yStep, f32x4.add(nearOdd, f32x4.mul(x3, f32x4.splat(2))));
    v128.store(y + 2 * yStep, f32x4.add(near, f32x4.mul(x3, f32x4.splat(4))));
    v128.store(y + 3 * yStep, f32x4.add(f32x4.add(nearOdd, f32x4.mul(x3, f32x4.splat(8))), x4));
  }
}

/** The outputs of a tile of 2x2 taps, from the products at its points. */
export function transformOutputs(x: usize, xRow: usize, xColumn: usize, y: usize, square: usize): void {
  transformLines<Output>(2, x, xRow, xColumn, y, 64, 16, square);
}

/** A: the gradient of the outputs at the points. */
@unmanaged
export class OutputGradient {
  // @inline
  rows(taps: i32): i32 {
    return pointsOf(taps);
  }
  // @inline
  columns(taps: i32): i32 {
    return 4;
  }
  // @inline
  apply(taps: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
    const x0 = v128.load(x),
      x1 = v128.load(x + xStep),
      x2 = v128.load(x + 2 * xStep),
      x3 = v128.load(x + 3 * xStep);
    const even = f32x4.add(x0, x2),
      odd = f32x4.add(x1, x3);
    const farEven = f32x4.add(x0, f32x4.mul(x2, f32x4.splat(4))),
      farOdd = f32x4.add(f32x4.mul(x1, f32x4.splat(2)), f32x4.mul(x3, f32x4.splat(8)));
    v128.store(y, x0);
    v128.store(y + yStep, f32x4.add(even, odd));
    v128.store(y + 2 * yStep, f32x4.sub(even, odd));
    v128.store(y + 3 * yStep, f32x4.add(farEven, farOdd));
    y += 4 * yStep;
    if (taps == 3) {
      v128.store(y, f32x4.sub(farEven, farOdd));
      y += yStep;
    }
    v128.store(y, x3);
  }
}

/** Gᵀ: the gradient of the taps of sums at the points. */
@unmanaged
export class FilterGradient {
  // @inline
  rows(taps: i32): i32 {
    return taps;
  }
  // @inline
  columns(taps: i32): i32 {
    return pointsOf(taps);
  }
  // @inline
  apply(taps: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
    const x0 = v128.load(x),
      x1 = v128.load(x + xStep),
      x2 = v128.load(x + 2 * xStep),
      x3 = v128.load(x + 3 * xStep),
      x4 = v128.load(x + 4 * xStep);
    const half = f32x4.splat(0.5),
      sixth = f32x4.splat(<f32>(1.0 / 6.0)),
      third = f32x4.splat(<f32>(1.0 / 3.0));
    if (taps == 2) {
      v128.store(y, f32x4.add(f32x4.mul(f32x4.sub(x0, x1), half), f32x4.mul(f32x4.sub(x3, x2), sixth)));
      const near = f32x4.sub(f32x4.mul(x2, sixth), f32x4.mul(x1, half));
      v128.store(y + yStep, f32x4.add(f32x4.add(near, f32x4.mul(x3, third)), x4));
      return;
    }
    const near = f32x4.mul(f32x4.add(x1, x2), sixth),
      nearOdd = f32x4.mul(f32x4.sub(x2, x1), sixth),
      far = f32x4.add(x3, x4),
      farOdd = f32x4.mul(f32x4.sub(x3, x4), f32x4.splat(<f32>(1.0 / 12.0)));
    const first = f32x4.sub(f32x4.mul(x0, f32x4.splat(0.25)), near);
    v128.store(y, f32x4.add(first, f32x4.mul(far, f32x4.splat(<f32>(1.0 / 24.0)))));
    v128.store(y + yStep, f32x4.add(nearOdd, farOdd));
    v128.store(y + 2 * yStep, f32x4.add(f32x4.sub(f32x4.mul(far, sixth), near), v128.load(x + 5 * xStep)));
  }
}
