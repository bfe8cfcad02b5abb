import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap.js';
import { split } from '../jobs.js';
import { FEW_CHANNELS } from './forward.js';
import { type Convolution, filterBytes, imageBytes, layOut, outputBytes } from './layout.js';
import { asWinograd } from './winograd.js';

/** The gradient of a convolution in its filter, on the heap. */
export function filterGradient(
  heap: Heap,
  conv: Convolution,
  x: TensorInfo,
  dy: TensorInfo,
  filterShape: readonly number[],
): TensorInfo {
  const { run } = heap;
  const batch = x.shape[0]!;
  const dw = heap.make(filterShape);
  // two sums, over halves of the batch
  const chunks = split(batch, 2);
  const tiled = asWinograd(conv, chunks[0]!.count);
  const name =
    tiled !== null
      ? 'winogradFilterGradient'
      : conv.outChannels < FEW_CHANNELS
        ? 'filterGradientOfFew'
        : 'filterGradient';
  const bytes = filterBytes(conv);
  const [at, second, ...scratch] = layOut(heap, tiled ?? conv, (here) => [
    bytes,
    ...chunks.map(({ count }) => run[`${name}Scratch`](here, count)),
  ]) as [number, number, ...number[]];
  const [images, gradients, first] = [heap.addressOf(x), heap.addressOf(dy), heap.addressOf(dw)];
  const jobs = chunks.map(({ begin, count }, i) => {
    const [from, gradient] = [images + begin * imageBytes(conv), gradients + begin * outputBytes(conv)];
    return [at, from, gradient, i === 0 ? first : second, count, scratch[i]!];
  });
  heap.runAll(name, jobs);
  if (chunks.length > 1) run.addNumbers(first, second, bytes / 4);
  return dw;
}
