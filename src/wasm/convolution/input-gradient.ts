import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap.js';
import { split } from '../jobs.js';
import { FEW_CHANNELS } from './forward.js';
import { type Convolution, filterBytes, imageBytes, layOut, outputBytes } from './layout.js';
import { asWinograd, turned, winograd } from './winograd.js';

/** The gradient of a convolution in its images, on the heap. */
export function inputGradient(heap: Heap, conv: Convolution, dy: TensorInfo, filter: TensorInfo): TensorInfo {
  const batch = dy.shape[0]!;
  const dx = heap.make([batch, conv.height.input, conv.width.input, conv.channels]);
  const around = turned(conv);
  const tiled = around === null ? null : asWinograd(around, batch);
  if (tiled === null) addWindows(heap, conv, dy, filter, dx);
  else {
    winograd(heap, tiled, batch, true, () => ({
      x: heap.addressOf(dy),
      filter: heap.addressOf(filter),
      y: heap.addressOf(dx),
      bias: 0,
      slope: 1,
    }));
  }
  return dx;
}

function addWindows(heap: Heap, conv: Convolution, dy: TensorInfo, filter: TensorInfo, dx: TensorInfo): void {
  const { run } = heap;
  const chunks = split(dy.shape[0]!, 8);
  const ofFew = conv.outChannels < FEW_CHANNELS;
  const scratchBytes = ofFew ? run.inputGradientOfFewScratch : run.inputGradientScratch;
  const [at, panels, ...scratch] = layOut(heap, conv, (here) => [
    ofFew ? filterBytes(conv) : run.transposedPanelBytes(here),
    ...chunks.map(({ count }) => scratchBytes(here, count)),
  ]) as [number, number, ...number[]];
  if (ofFew) run.transposeFilter(at, heap.addressOf(filter), panels);
  else run.packTransposedFilter(at, heap.addressOf(filter), panels);
  const [from, to] = [heap.addressOf(dy), heap.addressOf(dx)];
  const jobs = chunks.map(({ begin, count }, i) => {
    return [at, from + begin * outputBytes(conv), panels, to + begin * imageBytes(conv), count, scratch[i]!];
  });
  heap.runAll(ofFew ? 'inputGradientOfFew' : 'inputGradient', jobs);
}
