import type { Heap } from '../heap/heap.js';
import { type Rows, shareRows, split } from '../heap/jobs.js';
import type { Axis, Convolution } from '../heap/module-calls.generated.js';
import { layOut } from './layout.js';

/** From this number of channels on, Winograd's form is faster. */
const FEWEST_CHANNELS = 16;
/** From this number of tiles on, it pays to transform the filter, or a sum of its gradient. */
const FEWEST_TILES = 16;
/** The number of products must fall by at least this factor, because the transforms take time too. */
const MIN_SAVING = 1.75;
/**
 * The most numbers that a transformed filter may have; it has 4 or 6 times the filter's size. This is 64 MB, which the heap keeps as
 * scratch space.
 */
const MAX_NUMBERS = 2 ** 24;

/**
 * The convolution in the form of Winograd's algorithm, with whole tiles of 4x4 outputs for each phase; null if that is impossible or
 * slower. F(4x4, 3x3) takes 36 products per tile instead of 9 per output, F(4x4, 2x2) 25 instead of 4. `../assembly/winograd-tiles.ts`
 * explains the phases.
 *
 * @param batch - how many images share a transform of the filter
 */
export function asWinograd(conv: Convolution, batch: number): Convolution | null {
  const { height, width, channels, outChannels, outPhases } = conv;
  const { filter, stride } = height;
  const phases = stride * outPhases;
  const taps = filter / phases;
  if ((taps !== 2 && taps !== 3) || width.filter !== filter || width.stride !== stride) return null;
  if (channels % 8 !== 0 || outChannels % 8 !== 0 || Math.min(channels, outChannels) < FEWEST_CHANNELS) return null;
  const tiles = tilesAlong(height, outPhases) * tilesAlong(width, outPhases);
  const products = (taps + 3) ** 2 * tiles * outPhases ** 2;
  const saving = (taps ** 2 * height.output * width.output) / products;
  if (saving < MIN_SAVING || tiles * batch < FEWEST_TILES) return null;
  if (((taps + 3) * phases) ** 2 * channels * outChannels > MAX_NUMBERS) return null;
  const [down, across] = [height, width].map((side) => {
    const reached = stride * (4 * tilesAlong(side, outPhases) + taps - 1);
    return { ...side, padded: Math.max(side.input + side.before, reached) };
  });
  return { ...conv, height: down!, width: across! };
}

function tilesAlong({ output, outBefore }: Axis, outPhases: number): number {
  return Math.ceil((output + outBefore) / (4 * outPhases));
}

/** The fewest tiles that are worth a job. */
const MIN_TILES = 16;

/** The rows of tiles of a convolution that {@link asWinograd} has made. */
export function rowsOfTiles(images: number, { height, width, outPhases }: Convolution): Rows {
  const least = Math.ceil(MIN_TILES / tilesAlong(width, outPhases));
  return { images, ofImage: tilesAlong(height, outPhases), least };
}

/**
 * The gradient of a convolution with respect to its input, as a convolution of stride 1 with the filter turned around. Its outputs have
 * as many phases as the stride. Null if there is more padding than the filter reaches.
 */
export function turned({ height, width, channels, outChannels }: Convolution): Convolution | null {
  const outPhases = height.stride;
  if (width.stride !== outPhases || height.filter % outPhases !== 0 || width.filter % outPhases !== 0) return null;
  const sides = [height, width].map((side) => {
    const outBefore = side.before % outPhases;
    const before = side.filter / outPhases - 1 - Math.floor(side.before / outPhases);
    return { ...side, stride: 1, input: side.output, output: side.input, before, outBefore };
  });
  // in that case the images would have to be cropped
  if (sides.some(({ before }) => before < 0)) return null;
  return { height: sides[0]!, width: sides[1]!, channels: outChannels, outChannels: channels, outPhases };
}

/** The addresses of a convolution's inputs and output. */
export interface Operands {
  readonly x: number;
  readonly filter: number;
  readonly y: number;
  readonly bias: number;
  readonly negativeSlope: number;
}

/** Runs a convolution, or, with `isBackward`, the gradient with respect to the input, with the filter of the forward pass. */
export function winograd(heap: Heap, conv: Convolution, batch: number, isBackward: boolean, operands: () => Operands) {
  const { run } = heap;
  const chunks = shareRows(heap.threads(), rowsOfTiles(batch, conv));
  const channels = split(conv.height.stride ** 2 * conv.channels, heap.threads(), 4);
  const [at, panels, packing, ...scratch] = layOut(heap, conv, (here) => [
    run.winogradPanelBytes({ conv: here }),
    channels.length * run.packWinogradScratch(),
    ...chunks.map(({ count }) => run.winogradScratch({ conv: here, rows: count })),
  ]) as [number, number, number, ...number[]];
  const { x, filter, y, bias, negativeSlope } = operands();
  const packs = channels.map(({ begin, count }, i) => {
    const own = packing + i * run.packWinogradScratch();
    return { conv: at, filter, panels, isBackward, first: begin, count, scratch: own };
  });
  heap.runAll('packWinogradFilter', packs);
  const jobs = chunks.map(({ begin, count }, i) => ({
    conv: at,
    x,
    panels,
    y,
    first: begin,
    rows: count,
    bias,
    negativeSlope,
    scratch: scratch[i]!,
  }));
  heap.runAll('winograd', jobs);
}
