import { PICTURES } from '../training/sizes.js';
import { gallery, sizeOf } from './gallery.js';
import { callsUntil, levelsOf } from './levels.js';

/** Samples of a diffusion model while they are made. */
export const making = gallery({
  name: 'making',
  title: 'From noise to a sample',
  about:
    'Each row shows one sample being made, step by step from noise on the left to the sample on the right. The frame marks the noise level of the slider.',
  families: ['diffusion'],
  arrays: ['making', 'levels'],
  strips({ frame, look }, { shape }) {
    const title = 'Samples being made';
    const bytes = frame.pictures['making'];
    if (bytes === undefined) return [{ title, bytes }];
    const levels = levelsOf(frame);
    const now = callsUntil(levels, look.noise);
    const stops = stopsOf(levels.length, now);
    return [{ title, bytes: columnsOf(bytes, levels.length, stops, sizeOf(shape)), framed: stops.indexOf(now) }];
  },
  columns: ({ frame }) => Math.min(PICTURES.stops, levelsOf(frame).length),
  describe({ frame, look }) {
    const levels = levelsOf(frame);
    const now = callsUntil(levels, look.noise);
    return levels.length === 0
      ? undefined
      : `${PICTURES.making} samples on their way from noise, in ${levels.length - 1} calls of the network; after ${now} of them the noise level is ${levels[now]!.toFixed(2)}.`;
  },
});

/** Of `count` stops those that there is room for: evenly spread from the first to the last, and `now`. */
function stopsOf(count: number, now: number): number[] {
  const shown = Math.min(count, PICTURES.stops);
  const stops = Array.from({ length: shown }, (_, i) => Math.round((i * (count - 1)) / Math.max(1, shown - 1)));
  const apart = stops.map((stop) => Math.abs(stop - now));
  stops[apart.indexOf(Math.min(...apart))] = now;
  return stops;
}

/** Some columns of rows of `count` pictures. */
function columnsOf(bytes: Uint8Array, count: number, stops: readonly number[], size: number): Uint8Array {
  const rows = bytes.length / (count * size);
  const chosen = new Uint8Array(rows * stops.length * size);
  for (let row = 0; row < rows; row++) {
    stops.forEach((stop, i) => {
      const from = (row * count + stop) * size;
      chosen.set(bytes.subarray(from, from + size), (row * stops.length + i) * size);
    });
  }
  return chosen;
}
