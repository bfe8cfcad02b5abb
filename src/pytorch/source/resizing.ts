import type { RecordedAttribute, RecordedTensor } from '../../record/recording.js';
import { numberOf, tupleOf, type PythonOperations, type PythonPrinter } from './python-printer.js';

/** For each pixel of an axis of the larger images, the pixel that it is. */
function sourcesOf(
  p: PythonPrinter,
  from: RecordedTensor,
  to: RecordedTensor,
  { alignCorners, halfPixelCenters }: Readonly<Record<string, RecordedAttribute>>,
): string[] {
  return [1, 2].map((axis) => {
    const [size, wanted] = [numberOf(p, from.shape[axis]), numberOf(p, to.shape[axis])];
    const edge = alignCorners && wanted > 1 ? 1 : 0;
    const ratio = (size - edge) / (wanted - edge);
    const places = Array.from({ length: wanted }, (_, i) => {
      const place = ratio * (halfPixelCenters ? i + 0.5 : i);
      return Math.min(size - 1, alignCorners ? Math.round(place) : Math.floor(place));
    });
    return `[${places.join(', ')}]`;
  });
}

export const resizing: PythonOperations = {
  ResizeNearestNeighbor: (p, { inputs: { images }, attributes, outputs: [output] }) => {
    const [rows, columns] = sourcesOf(p, images!, output!, attributes);
    return `${p.help('nearest')}(${p.tensor(images!)}, ${rows}, ${columns})`;
  },
  ResizeNearestNeighborGrad: (p, { inputs: { images, dy }, attributes: { alignCorners } }) => {
    const [rows, columns] = sourcesOf(p, images!, dy!, { alignCorners: alignCorners ?? false });
    const size = tupleOf(p, images!.shape.slice(1, 3));
    return `${p.help('nearest_dx')}(${p.tensor(dy!)}, ${rows}, ${columns}, ${size})`;
  },
};
