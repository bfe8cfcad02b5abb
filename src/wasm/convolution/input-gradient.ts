import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import { shareRows } from '../heap/jobs.js';
import { FEW_CHANNELS } from './convolve.js';
import type { Convolution } from '../heap/module-calls.generated.js';
import { filterBytes, layOut, rowLayout } from './layout.js';
import { asWinograd, turned, winograd } from './winograd.js';

/** The gradient of a convolution with respect to its images, on the heap. */
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
      negativeSlope: 1,
    }));
  }
  return dx;
}

function addWindows(heap: Heap, conv: Convolution, dy: TensorInfo, filter: TensorInfo, dx: TensorInfo): void {
  const { run } = heap;
  const chunks = shareRows(heap.threads(), rowLayout(dy.shape[0]!, conv.height.input, conv.width.input));
  const ofFew = conv.outChannels < FEW_CHANNELS;
  const scratchBytes = ofFew ? run.inputGradientOfFewScratch : run.inputGradientScratch;
  const [at, packed, ...scratch] = layOut(heap, conv, (here) => [
    ofFew ? filterBytes(conv) : run.transposedPanelBytes({ conv: here }),
    ...chunks.map(({ count }) => scratchBytes({ conv: here, rows: count })),
  ]) as [number, number, ...number[]];
  const pack = ofFew ? run.transposeFilter : run.packTransposedFilter;
  pack({ conv: at, filter: heap.addressOf(filter), packed });
  const [from, to] = [heap.addressOf(dy), heap.addressOf(dx)];
  const jobs = chunks.map(({ begin, count }, i) => ({
    conv: at,
    dy: from,
    packed,
    dx: to,
    first: begin,
    rows: count,
    scratch: scratch[i]!,
  }));
  heap.runAll(ofFew ? 'inputGradientOfFew' : 'inputGradient', jobs);
}
