// The transforms of winograd-transforms.ts for 3x3 taps, on two vectors next to each other, which V8 joins to one of 256 bits where it
// makes wide ones, and which take less time for two narrow ones too. The sums and their order are those of single vectors.

/** The bytes of a square of 6x6 pairs. */
export const PAIRS_BYTES: usize = 1152;

/** A tile of the images at the points; from one pair to the next in x and in y there are `xColumn` and `yColumn` bytes. */
export function transformInputPairs(
  x: usize,
  xRow: usize,
  xColumn: usize,
  y: usize,
  yRow: usize,
  yColumn: usize,
  square: usize,
): void {
  for (let i: usize = 0; i < 12; i++) {
    const isColumn = i < 6;
    inputLine(
      isColumn ? x + i * xColumn : square + (i - 6) * 192,
      isColumn ? xRow : 32,
      isColumn ? square + (i << 5) : y + (i - 6) * yRow,
      isColumn ? 192 : yColumn,
    );
  }
}

/** The outputs of a tile, of the products at the points. */
export function transformOutputPairs(x: usize, xRow: usize, xColumn: usize, y: usize, square: usize): void {
  for (let i: usize = 0; i < 10; i++) {
    const isColumn = i < 6;
    outputLine(
      isColumn ? x + i * xColumn : square + (i - 6) * 192,
      isColumn ? xRow : 32,
      isColumn ? square + (i << 5) : y + ((i - 6) << 7),
      isColumn ? 192 : 32,
    );
  }
}

// @inline
function inputLine(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const two = f32x4.splat(2),
    four = f32x4.splat(4),
    five = f32x4.splat(5);
  const p1 = x + xStep,
    p2 = p1 + xStep,
    p3 = p2 + xStep,
    p4 = p3 + xStep,
    p5 = p4 + xStep;
  const a0 = v128.load(x),
    b0 = v128.load(x, 16),
    a1 = v128.load(p1),
    b1 = v128.load(p1, 16),
    a2 = v128.load(p2),
    b2 = v128.load(p2, 16),
    a3 = v128.load(p3),
    b3 = v128.load(p3, 16),
    a4 = v128.load(p4),
    b4 = v128.load(p4, 16),
    a5 = v128.load(p5),
    b5 = v128.load(p5, 16);
  const aOdd = f32x4.mul(f32x4.sub(a3, a1), two),
    bOdd = f32x4.mul(f32x4.sub(b3, b1), two);
  const aEven = f32x4.sub(a4, a2),
    bEven = f32x4.sub(b4, b2);
  const aNear = f32x4.sub(a4, f32x4.mul(a2, four)),
    bNear = f32x4.sub(b4, f32x4.mul(b2, four));
  const aNearOdd = f32x4.sub(a3, f32x4.mul(a1, four)),
    bNearOdd = f32x4.sub(b3, f32x4.mul(b1, four));
  store2(
    y,
    f32x4.sub(f32x4.add(f32x4.mul(a0, four), a4), f32x4.mul(a2, five)),
    f32x4.sub(f32x4.add(f32x4.mul(b0, four), b4), f32x4.mul(b2, five)),
  );
  y += yStep;
  store2(y, f32x4.add(aNear, aNearOdd), f32x4.add(bNear, bNearOdd));
  y += yStep;
  store2(y, f32x4.sub(aNear, aNearOdd), f32x4.sub(bNear, bNearOdd));
  y += yStep;
  store2(y, f32x4.add(aEven, aOdd), f32x4.add(bEven, bOdd));
  y += yStep;
  store2(y, f32x4.sub(aEven, aOdd), f32x4.sub(bEven, bOdd));
  y += yStep;
  store2(
    y,
    f32x4.sub(f32x4.add(f32x4.mul(a1, four), a5), f32x4.mul(a3, five)),
    f32x4.sub(f32x4.add(f32x4.mul(b1, four), b5), f32x4.mul(b3, five)),
  );
}

// @inline
function outputLine(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const two = f32x4.splat(2),
    four = f32x4.splat(4),
    eight = f32x4.splat(8);
  const p1 = x + xStep,
    p2 = p1 + xStep,
    p3 = p2 + xStep,
    p4 = p3 + xStep,
    p5 = p4 + xStep;
  const a0 = v128.load(x),
    b0 = v128.load(x, 16),
    a1 = v128.load(p1),
    b1 = v128.load(p1, 16),
    a2 = v128.load(p2),
    b2 = v128.load(p2, 16),
    a3 = v128.load(p3),
    b3 = v128.load(p3, 16),
    a4 = v128.load(p4),
    b4 = v128.load(p4, 16),
    a5 = v128.load(p5),
    b5 = v128.load(p5, 16);
  const aNear = f32x4.add(a1, a2),
    bNear = f32x4.add(b1, b2);
  const aNearOdd = f32x4.sub(a1, a2),
    bNearOdd = f32x4.sub(b1, b2);
  const aFar = f32x4.add(a3, a4),
    bFar = f32x4.add(b3, b4);
  const aFarOdd = f32x4.sub(a3, a4),
    bFarOdd = f32x4.sub(b3, b4);
  store2(y, f32x4.add(f32x4.add(a0, aNear), aFar), f32x4.add(f32x4.add(b0, bNear), bFar));
  y += yStep;
  store2(y, f32x4.add(aNearOdd, f32x4.mul(aFarOdd, two)), f32x4.add(bNearOdd, f32x4.mul(bFarOdd, two)));
  y += yStep;
  store2(y, f32x4.add(aNear, f32x4.mul(aFar, four)), f32x4.add(bNear, f32x4.mul(bFar, four)));
  y += yStep;
  store2(
    y,
    f32x4.add(f32x4.add(aNearOdd, f32x4.mul(aFarOdd, eight)), a5),
    f32x4.add(f32x4.add(bNearOdd, f32x4.mul(bFarOdd, eight)), b5),
  );
}

// @inline
function store2(y: usize, a: v128, b: v128): void {
  v128.store(y, a);
  v128.store(y, b, 16);
}
