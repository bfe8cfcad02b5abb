import type { Heap } from '../heap.js';
import { split } from '../jobs.js';
import { type Convolution, imageBytes, layOut, outputBytes } from './layout.js';

/** Channels from which Winograd's form is the faster one. */
const FEWEST_CHANNELS = 16;
/** Tiles from which it pays to transform the filter. */
const FEWEST_TILES = 16;

/**
 * The convolution as Winograd's F(4x4, 3x3) does it, with whole tiles of 4x4 outputs; null where that is impossible or slower.
 * It takes 36 products a tile in place of 9 for each output.
 */
export function asWinograd(conv: Convolution, batch: number): Convolution | null {
  const { height, width, channels, outChannels } = conv;
  if (![height, width].every(({ filter, stride }) => filter === 3 && stride === 1)) return null;
  if (channels % 8 !== 0 || outChannels % 8 !== 0 || Math.min(channels, outChannels) < FEWEST_CHANNELS) return null;
  const tiles = Math.ceil(height.output / 4) * Math.ceil(width.output / 4);
  const saving = (9 * height.output * width.output) / (36 * tiles);
  if (saving < 1.75 || tiles * batch < FEWEST_TILES) return null;
  const [down, across] = [height, width].map((side) => ({ ...side, padded: 4 * Math.ceil(side.output / 4) + 2 }));
  return { ...conv, height: down!, width: across! };
}

/** The convolution with the filter turned around that is the input's gradient of a convolution of stride 1. */
export function turned({ height, width, channels, outChannels }: Convolution): Convolution | null {
  const sides = [height, width].map((side) => {
    const [input, before] = [side.output, side.filter - 1 - side.before];
    return { ...side, input, output: side.input, before, padded: side.input + side.filter - 1 };
  });
  // with padding that no output reaches the images would have to be cut
  const fits = sides.every(({ input, before, padded }) => before >= 0 && before + input <= padded);
  return fits ? { height: sides[0]!, width: sides[1]!, channels: outChannels, outChannels: channels } : null;
}

/** Addresses of what goes into a convolution and out of it. */
export interface Operands {
  readonly x: number;
  readonly filter: number;
  readonly y: number;
  readonly bias: number;
  readonly slope: number;
}

/** Runs a convolution, or, with `isBackward`, an input's gradient with the filter of the forward pass. */
export function winograd(heap: Heap, conv: Convolution, batch: number, isBackward: boolean, operands: () => Operands) {
  const { run } = heap;
  const chunks = split(batch, 8);
  const channels = split(conv.channels, 2, 4);
  const [at, panels, packing, ...scratch] = layOut(heap, conv, (here) => [
    run.winogradPanelBytes(here),
    channels.length * run.packWinogradScratch(),
    ...chunks.map(({ count }) => run.winogradScratch(here, count)),
  ]) as [number, number, number, ...number[]];
  const { x, filter, y, bias, slope } = operands();
  const pack = ({ begin, count }: { begin: number; count: number }, i: number): number[] => {
    const own = packing + i * run.packWinogradScratch();
    return [at, filter, panels, isBackward ? 1 : 0, begin, count, own];
  };
  heap.runAll('packWinogradFilter', channels.map(pack));
  const jobs = chunks.map(({ begin, count }, i) => {
    const [from, to] = [x + begin * imageBytes(conv), y + begin * outputBytes(conv)];
    return [at, from, panels, to, count, bias, slope, scratch[i]!];
  });
  heap.runAll('winograd', jobs);
}
