import { PICTURES } from '../training/sizes.js';
import { firstOf, gallery, sizeOf } from './gallery.js';

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a discriminator says of pictures and of samples. */
export const scores = gallery({
  name: 'scores',
  title: 'What the discriminator says',
  about:
    'The probability that each picture is real, according to D. If data and samples get about the same, D cannot distinguish them.',
  families: ['gan'],
  arrays: ['scores'],
  strips({ frame }, pictures) {
    const all = [...(frame.arrays['scores'] ?? [])];
    const half = all.length / 2;
    const samples = frame.pictures['samples']?.subarray(0, half * sizeOf(pictures.shape));
    return [
      { title: 'Data', bytes: firstOf(pictures, half), notes: all.slice(0, half).map(percent) },
      { title: 'Samples', bytes: samples, notes: all.slice(half).map(percent) },
    ];
  },
  columns: () => PICTURES.compared,
  describe({ frame }) {
    const all = frame.arrays['scores'];
    if (all === undefined) return undefined;
    const [data, samples] = [all.subarray(0, all.length / 2), all.subarray(all.length / 2)];
    return `On average, D gives pictures of the data a probability of ${percent(mean(data))} of being real, and samples ${percent(mean(samples))}.`;
  },
});
