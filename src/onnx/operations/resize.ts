import type { RecordedTensor, Size } from '../../record/recording.js';
import { numberOf } from '../attributes.js';
import type { Operation, Operations } from '../operation.js';
import { toFirst, toLast, type Printer } from '../printer.js';
import { isSame, plus, productOf, termsOf } from '../sizes.js';

/** The nearest pixel, which no rounding can change, as a whole factor puts each pixel within half of its own. */
function enlarged(p: Printer, images: string, factors: readonly number[]): string {
  const maker = p.maker(images);
  if (maker?.operator !== 'Resize')
    return p.node('Resize', [images, undefined, p.constant(Float32Array.from(factors))]);
  const before = p.stored(maker.inputs[2]!)!.data as Float32Array;
  return enlarged(
    p,
    maker.inputs[0]!,
    factors.map((factor, i) => factor * before[i]!),
  );
}

/**
 * Prints copies of each row of a matrix side by side as larger images, if the matrix consists of pixels or rows of images that exist with their
 * channels second; otherwise returns false.
 */
export function printRepeated(
  p: Printer,
  { length, 0: x }: readonly RecordedTensor[],
  output: RecordedTensor,
): boolean {
  const form = p.forms(x!)[0]!;
  if (!form.isFirst || x!.shape.length !== 2) return false;
  const last = toLast(form.shape);
  // the axis along which the images become larger: behind it are the numbers of a row
  const axis = [2, 1].find((axis) =>
    isSame(x!.shape, [productOf(last.slice(0, axis + 1)), productOf(last.slice(axis + 1))]),
  );
  if (axis === undefined) return false;
  const factors = [1, 1, 1, 1];
  factors[axis + 1] = length;
  const shape = form.shape.map((size, i) => plus(0, size, factors[i]));
  p.set(output, enlarged(p, form.name, factors), shape, true);
  return true;
}

/** For each pixel of one axis of the result, the pixel that it is. */
function sourcesOf(from: number, to: number, alignCorners: unknown, halfPixelCenters: unknown): number[] {
  const edge = alignCorners && to > 1 ? 1 : 0;
  const ratio = (from - edge) / (to - edge);
  return Array.from({ length: to }, (_, i) => {
    const place = ratio * (halfPixelCenters ? i + 0.5 : i);
    return Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place));
  });
}

/** 1 where a row's pixel is that of a column. */
const matrixOf = (sources: readonly number[], from: number): number[] =>
  sources.flatMap((source) => Array.from({ length: from }, (_, i) => Number(i === source)));

const resize: Operation = (p, _, { inputs, attributes, outputs: [output] }) => {
  const { images } = inputs as { images: RecordedTensor };
  const termOf = (size: Size): number => Object.values(termsOf(size))[0]!;
  const factors = [1, 2].map((axis) => termOf(output!.shape[axis]!) / termOf(images.shape[axis]!));
  const { alignCorners, halfPixelCenters } = attributes;
  const isWhole = [1, 2].every(
    (axis, i) =>
      Number.isInteger(factors[i]) && isSame([plus(0, images.shape[axis]!, factors[i])], [output!.shape[axis]!]),
  );
  if (isWhole && !alignCorners) {
    p.set(output!, enlarged(p, p.first(images), [1, 1, ...factors]), toFirst(output!.shape), true);
    return;
  }
  return [1, 2].reduce((x, axis) => {
    const places = sourcesOf(
      numberOf(p, images.shape[axis]),
      numberOf(p, output!.shape[axis]),
      alignCorners,
      halfPixelCenters,
    );
    return p.node('Gather', [x, p.constant(BigInt64Array.from(places, BigInt))], { axis });
  }, p.get(images));
};

/** The sums of the pixels that one became: products with matrices of zeros and ones. */
const resizeGradient: Operation = (p, _, { inputs, attributes, outputs: [output] }) => {
  const { images, dy } = inputs as { images: RecordedTensor; dy: RecordedTensor };
  const [down, across] = [1, 2].map((axis) => {
    const [from, to] = [numberOf(p, images.shape[axis]), numberOf(p, dy.shape[axis])];
    const sources = sourcesOf(from, to, attributes['alignCorners'], false);
    return p.constant(Float32Array.from(matrixOf(sources, from)), [to, from]);
  });
  const rows = p.node('MatMul', [p.first(dy), across!]);
  p.set(output!, p.node('MatMul', [p.transpose(down!, [1, 0]), rows]), toFirst(output!.shape), true);
};

export const resizing: Operations = { ResizeNearestNeighbor: resize, ResizeNearestNeighborGrad: resizeGradient };
