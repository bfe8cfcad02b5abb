import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import { halveRows, split, type Range } from '../heap/jobs.js';
import { FEW_CHANNELS } from './convolve.js';
import type { Convolution } from '../heap/module-calls.generated.js';
import { filterBytes, layOut, rowLayout } from './layout.js';
import { asWinograd, rowsOfTiles } from './winograd.js';

/** The functions of the module that compute the gradient, each with the function that returns the scratch space it needs. */
const scratchOf = {
  filterGradient: 'filterGradientScratch',
  filterGradientOfFew: 'filterGradientOfFewScratch',
  winogradFilterGradient: 'winogradFilterGradientScratch',
} as const;

/** The numbers by which jobs divide a gradient if there are more threads than sums: no sum changes, and each is read as a whole. */
function divide(threads: number, conv: Convolution, name: keyof typeof scratchOf): readonly Range[] {
  if (name === 'filterGradient') return split(conv.outChannels, threads, 8);
  const line = name === 'filterGradientOfFew' ? conv.width.filter : conv.height.stride;
  return split(line * conv.channels, threads, 4);
}

function fastest(conv: Convolution, isTiled: boolean): keyof typeof scratchOf {
  if (isTiled) return 'winogradFilterGradient';
  return conv.outChannels < FEW_CHANNELS ? 'filterGradientOfFew' : 'filterGradient';
}

/** The gradient of a convolution with respect to its filter, on the heap. */
export function filterGradient(
  heap: Heap,
  conv: Convolution,
  x: TensorInfo,
  dy: TensorInfo,
  filterShape: readonly number[],
): TensorInfo {
  const { run } = heap;
  const dw = heap.make(filterShape);
  const batch = x.shape[0]!;
  const tiled = asWinograd(conv, Math.ceil(batch / 2));
  // two partial sums
  const chunks = halveRows(
    tiled === null ? rowLayout(batch, conv.height.output, conv.width.output) : rowsOfTiles(batch, tiled),
  );
  const name = fastest(conv, tiled !== null);
  const parts = divide(Math.ceil(heap.threads() / chunks.length), conv, name);
  const bytes = filterBytes(conv);
  const pieces = chunks.flatMap(({ begin, count: rows }, i) =>
    parts.map(({ begin: from, count }) => ({ isFirst: i === 0, first: begin, rows, from, count })),
  );
  const [at, second, ...scratch] = layOut(heap, tiled ?? conv, (here) => [
    bytes,
    ...pieces.map(({ rows, count }) => run[scratchOf[name]]({ conv: here, rows, count })),
  ]) as [number, number, ...number[]];
  const [images, gradients, to] = [heap.addressOf(x), heap.addressOf(dy), heap.addressOf(dw)];
  const jobs = pieces.map(({ isFirst, ...piece }, i) => ({
    conv: at,
    x: images,
    dy: gradients,
    dw: isFirst ? to : second,
    ...piece,
    scratch: scratch[i]!,
  }));
  heap.runAll(name, jobs);
  if (chunks.length > 1) run.addNumbers({ target: to, source: second, n: bytes / 4 });
  return dw;
}
