import type { Value } from '../graph.js';
import { chain, outline, repeated, type Kind } from '../layer.js';
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
    const blocks = repeated(depth, () => outline('ditBlock', { inputs: width, heads }));
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

/** The largest number of waves along an axis: a file may name any size, and has no weights for the places. */
const MAX_WAVES = 2 ** 22;

/** The waves of the row and the column of each place. */
export const places: Kind<{ readonly grid: readonly number[]; readonly width: number }> = {
  emit: (graph, x, { options: { grid, width } }) => {
    const quarter = width / 4;
    if (Math.max(...grid) * width > MAX_WAVES) graph.refuse('a dit for images of so many patches', 'Use larger ones.');
    // the first half of the numbers of each row, or the second half of those of each column, among zeros
    const waves = (axis: number): Value => {
      const numbers = Float32Array.from({ length: grid[axis]! * width }, (_, i) => {
        const wave = (i % width) - 2 * quarter * axis;
        const angle = Math.floor(i / width) * 10_000 ** (-(wave % quarter) / quarter);
        return wave < 0 || wave >= 2 * quarter ? 0 : wave < quarter ? Math.sin(angle) : Math.cos(angle);
      });
      return graph.node('Reshape', [numbers, axis > 0 ? [1, -1, width] : [-1, 1, width]], {}, x);
    };
    const places = graph.node('Add', [waves(0), waves(1)]);
    return graph.node('Add', [graph.last(x), places], {}, { rank: x.rank });
  },
};

function pairOf(size: DitOptions['size']): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size;
}
