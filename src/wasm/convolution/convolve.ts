import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import { shareRows } from '../heap/jobs.js';
import type { Convolution } from '../heap/module-calls.generated.js';
import { filterBytes, layOut, rowLayout } from './layout.js';
import { asWinograd, type Operands, winograd } from './winograd.js';

/** With fewer output channels, half of each panel of eight would be empty, and direct sums over the windows are faster. */
export const FEW_CHANNELS = 4;

/** activation(x * filter + bias), on the heap. */
export function convolve(
  heap: Heap,
  conv: Convolution,
  inputs: { readonly x: TensorInfo; readonly filter: TensorInfo; readonly bias?: TensorInfo | undefined },
  negativeSlope: number,
): TensorInfo {
  const batch = inputs.x.shape[0]!;
  const output = heap.make([batch, conv.height.output, conv.width.output, conv.outChannels]);
  const operands = (): Operands => ({
    x: heap.addressOf(inputs.x),
    filter: heap.addressOf(inputs.filter),
    y: heap.addressOf(output),
    bias: inputs.bias === undefined ? 0 : heap.addressOf(inputs.bias),
    negativeSlope,
  });
  const tiled = asWinograd(conv, batch);
  if (tiled === null) convolveWindows(heap, conv, batch, operands);
  else winograd(heap, tiled, batch, false, operands);
  return output;
}

function convolveWindows(heap: Heap, conv: Convolution, batch: number, operands: () => Operands): void {
  const { run } = heap;
  const chunks = shareRows(heap.threads(), rowLayout(batch, conv.height.output, conv.width.output));
  const toFew = conv.outChannels < FEW_CHANNELS;
  const scratchBytes = toFew ? run.convolveToFewScratch : run.convolveScratch;
  const [at, packed, ...scratch] = layOut(heap, conv, (here) => [
    toFew ? filterBytes(conv) : run.filterPanelBytes({ conv: here }),
    ...chunks.map(({ count }) => scratchBytes({ conv: here, rows: count })),
  ]) as [number, number, ...number[]];
  const { x, filter, y, bias, negativeSlope } = operands();
  const pack = toFew ? run.transposeFilter : run.packFilter;
  pack({ conv: at, filter, packed });
  const jobs = chunks.map(({ begin, count }, i) => ({
    conv: at,
    x,
    packed,
    y,
    first: begin,
    rows: count,
    bias,
    negativeSlope,
    scratch: scratch[i]!,
  }));
  heap.runAll(toFew ? 'convolveToFew' : 'convolve', jobs);
}
