// Winograd's F(4x4, 3x3): 4x4 outputs of a 3x3 filter by 36 products instead of 144 (Lavin and Gray, "Fast algorithms for
// convolutional neural networks", 2016). Each transform is one matrix, applied to the columns and then to the rows of a
// square of vectors of 4 channels: a line at a time, by way of a square in memory. Columns and rows share one call, since a
// function that is called at one place only is compiled into it, which is a sixth faster.
// The matrices, with names as in the paper: B for inputs (6x6), G for filters (6x3), A for outputs (6x4).

/** Bytes of a square of 6x6 vectors, which transforms need to work in. */
export const SQUARE_BYTES: usize = 576;

/** y = Bᵀ x. */
function inputLine(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const x0 = v128.load(x),
    x1 = v128.load(x + xStep),
    x2 = v128.load(x + 2 * xStep),
    x3 = v128.load(x + 3 * xStep),
    x4 = v128.load(x + 4 * xStep),
    x5 = v128.load(x + 5 * xStep);
  const two = f32x4.splat(2),
    four = f32x4.splat(4),
    five = f32x4.splat(5);
  const even = f32x4.sub(x4, f32x4.mul(x2, four)),
    odd = f32x4.sub(x3, f32x4.mul(x1, four));
  const evenHalf = f32x4.sub(x4, x2),
    oddHalf = f32x4.mul(f32x4.sub(x3, x1), two);
  v128.store(y, f32x4.sub(f32x4.add(f32x4.mul(x0, four), x4), f32x4.mul(x2, five)));
  v128.store(y + yStep, f32x4.add(even, odd));
  v128.store(y + 2 * yStep, f32x4.sub(even, odd));
  v128.store(y + 3 * yStep, f32x4.add(evenHalf, oddHalf));
  v128.store(y + 4 * yStep, f32x4.sub(evenHalf, oddHalf));
  v128.store(y + 5 * yStep, f32x4.sub(f32x4.add(f32x4.mul(x1, four), x5), f32x4.mul(x3, five)));
}

/** y = Bᵀ x B of 6x6 vectors: rows of x are `xRow` bytes apart, columns `xColumn`, all vectors of y `yStep`. */
export function inputSquare(x: usize, xRow: usize, xColumn: usize, y: usize, yStep: usize, square: usize): void {
  for (let i: usize = 0; i < 12; i++) {
    const isColumn = i < 6,
      row = i - 6;
    inputLine(
      isColumn ? x + i * xColumn : square + 96 * row,
      isColumn ? xRow : 16,
      isColumn ? square + 16 * i : y + 6 * row * yStep,
      isColumn ? 96 : yStep,
    );
  }
}

/** y = G x. */
function filterLine(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const x0 = v128.load(x),
    x1 = v128.load(x + xStep),
    x2 = v128.load(x + 2 * xStep);
  const sixth = f32x4.splat(<f32>(-1.0 / 6.0));
  const outer = f32x4.mul(f32x4.add(x0, x2), sixth),
    middle = f32x4.mul(x1, sixth);
  const far = f32x4.add(f32x4.mul(x0, f32x4.splat(<f32>(1.0 / 24.0))), f32x4.mul(x2, f32x4.splat(<f32>(1.0 / 6.0)))),
    farMiddle = f32x4.mul(x1, f32x4.splat(<f32>(1.0 / 12.0)));
  v128.store(y, f32x4.mul(x0, f32x4.splat(0.25)));
  v128.store(y + yStep, f32x4.add(outer, middle));
  v128.store(y + 2 * yStep, f32x4.sub(outer, middle));
  v128.store(y + 3 * yStep, f32x4.add(far, farMiddle));
  v128.store(y + 4 * yStep, f32x4.sub(far, farMiddle));
  v128.store(y + 5 * yStep, x2);
}

/** y = G x Gᵀ of 3x3 vectors that stand one after the other. */
export function filterSquare(x: usize, y: usize, yStep: usize, square: usize): void {
  for (let i: usize = 0; i < 9; i++) {
    const isColumn = i < 3,
      row = i - 3;
    filterLine(
      isColumn ? x + 16 * i : square + 48 * row,
      isColumn ? 48 : 16,
      isColumn ? square + 16 * i : y + 6 * row * yStep,
      isColumn ? 48 : yStep,
    );
  }
}

/** y = Aᵀ x. */
function outputLine(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const x1 = v128.load(x + xStep),
    x2 = v128.load(x + 2 * xStep),
    x3 = v128.load(x + 3 * xStep),
    x4 = v128.load(x + 4 * xStep);
  const near = f32x4.add(x1, x2),
    nearOdd = f32x4.sub(x1, x2),
    far = f32x4.add(x3, x4),
    farOdd = f32x4.sub(x3, x4);
  v128.store(y, f32x4.add(f32x4.add(v128.load(x), near), far));
  v128.store(y + yStep, f32x4.add(nearOdd, f32x4.mul(farOdd, f32x4.splat(2))));
  v128.store(y + 2 * yStep, f32x4.add(near, f32x4.mul(far, f32x4.splat(4))));
  v128.store(y + 3 * yStep, f32x4.add(f32x4.add(nearOdd, f32x4.mul(farOdd, f32x4.splat(8))), v128.load(x + 5 * xStep)));
}

/** y = Aᵀ x A of 6x6 vectors that are `xStep` bytes apart, to 4x4 vectors one after the other. */
export function outputSquare(x: usize, xStep: usize, y: usize, square: usize): void {
  for (let i: usize = 0; i < 10; i++) {
    const isColumn = i < 6,
      row = i - 6;
    outputLine(
      isColumn ? x + i * xStep : square + 96 * row,
      isColumn ? 6 * xStep : 16,
      isColumn ? square + 16 * i : y + 64 * row,
      isColumn ? 96 : 16,
    );
  }
}

/** y = A x. */
function outputGradientLine(x: usize, xStep: usize, y: usize, yStep: usize): void {
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
  v128.store(y + 4 * yStep, f32x4.sub(farEven, farOdd));
  v128.store(y + 5 * yStep, x3);
}

/** y = A x Aᵀ of 4x4 vectors to 6x6. */
export function outputGradientSquare(
  x: usize,
  xRow: usize,
  xColumn: usize,
  y: usize,
  yStep: usize,
  square: usize,
): void {
  for (let i: usize = 0; i < 10; i++) {
    const isColumn = i < 4,
      row = i - 4;
    outputGradientLine(
      isColumn ? x + i * xColumn : square + 64 * row,
      isColumn ? xRow : 16,
      isColumn ? square + 16 * i : y + 6 * row * yStep,
      isColumn ? 64 : yStep,
    );
  }
}

/** y = Gᵀ x. */
function filterGradientLine(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const x1 = v128.load(x + xStep),
    x2 = v128.load(x + 2 * xStep),
    x3 = v128.load(x + 3 * xStep),
    x4 = v128.load(x + 4 * xStep);
  const sixth = f32x4.splat(<f32>(1.0 / 6.0)),
    twelfth = f32x4.splat(<f32>(1.0 / 12.0));
  const near = f32x4.mul(f32x4.add(x1, x2), sixth),
    far = f32x4.add(x3, x4);
  const nearOdd = f32x4.mul(f32x4.sub(x2, x1), sixth);
  v128.store(
    y,
    f32x4.add(
      f32x4.sub(f32x4.mul(v128.load(x), f32x4.splat(0.25)), near),
      f32x4.mul(far, f32x4.splat(<f32>(1.0 / 24.0))),
    ),
  );
  v128.store(y + yStep, f32x4.add(nearOdd, f32x4.mul(f32x4.sub(x3, x4), twelfth)));
  v128.store(y + 2 * yStep, f32x4.add(f32x4.sub(f32x4.mul(far, sixth), near), v128.load(x + 5 * xStep)));
}

/** y = Gᵀ x G of 6x6 vectors to 3x3, all `step` bytes apart. */
export function filterGradientSquare(x: usize, xStep: usize, y: usize, yStep: usize, square: usize): void {
  for (let i: usize = 0; i < 9; i++) {
    const isColumn = i < 6,
      row = i - 6;
    filterGradientLine(
      isColumn ? x + i * xStep : square + 96 * row,
      isColumn ? 6 * xStep : 16,
      isColumn ? square + 16 * i : y + 3 * row * yStep,
      isColumn ? 96 : yStep,
    );
  }
}
