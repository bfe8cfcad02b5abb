import { chain, outline, type Kind } from '../layer.js';
import { modulation, normed } from './dit-block.js';
import { timeOf } from './with-step-sizes.js';

interface DitOptions {
  readonly size: number | readonly [number, number];
  readonly channels: number;
  readonly patch?: number;
  readonly width?: number;
  readonly depth?: number;
  readonly heads?: number;
  readonly classes?: number | null;
  readonly stepSizes?: number | null;
}

export const dit: Kind<DitOptions> = {
  parts: ({ size, patch = 2, width = 64, depth = 4, heads = 4, classes, stepSizes }) => {
    const grid = pairOf(size).map((length) => length / patch);
    const blocks = Array.from({ length: depth }, () => outline('ditBlock', { inputs: width, heads }));
    const dense = outline('dense');
    const last = outline('withScaleAndShift', {}, outline('plainNorm', { width }), modulation());
    const body = chain(dense, outline('places', { grid, width }), ...blocks, last, dense);
    const time = chain(outline('timeEmbedding', { size: width }), outline('dense', { activation: 'swish' }), dense);
    const patches = outline('patchwise', { size: patch }, body);
    return [outline('withTimesteps', {}, patches, timeOf(time, stepSizes), ...(classes ? [outline('embedding')] : []))];
  },
  input: ({ size, channels }) => [...pairOf(size), channels],
};

export const plainNorm: Kind<{ readonly width: number }> = {
  emit: (graph, x, { options: { width } }) => normed(graph, x, width),
};

/** The waves of the row and the column of each place. */
export const places: Kind<{ readonly grid: readonly number[]; readonly width: number }> = {
  emit: (graph, x, { options: { grid, width } }) => {
    const [rows, columns] = grid as [number, number];
    const quarter = width / 4;
    const waves = Float32Array.from({ length: rows * columns * width }, (_, i) => {
      const [place, wave] = [Math.floor(i / width), i % width];
      const along = wave < 2 * quarter ? Math.floor(place / columns) : place % columns;
      const angle = along * 10_000 ** (-(wave % quarter) / quarter);
      return Math.floor(wave / quarter) % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    const input = graph.last(x);
    return graph.node('Add', [input, graph.node('Reshape', [waves, [rows, columns, width]], {}, input)]);
  },
};

function pairOf(size: DitOptions['size']): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size;
}
