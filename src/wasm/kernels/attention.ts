import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AttentionNumbers } from '../../operations/attention.js';
import { ATTENTION_GRADIENT_KERNEL, ATTENTION_KERNEL } from '../../tensor/own-kernels.js';
import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { roundUp, shares, split } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** With fewer multiplications, a second job costs more than it saves. */
const WORTH_DIVIDING = 2 ** 17;
/** More jobs than threads: if a thread is interrupted, the others do the rest. */
const JOBS_OF_THREAD = 4;

/** Causal or full attention, without a copy of a head. The second output holds the weights, of which only those that are seen are written. */
export const attention: AddedKernel = {
  kernelName: ATTENTION_KERNEL,
  operation: composedInOneKernel(ATTENTION_KERNEL, 'x weights'),
  kernel: ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const heap = heapOf(backend);
    const numbers = attrs as unknown as AttentionNumbers;
    const [batch, tokens, channels] = x.shape as [number, number, number];
    const y = heap.make([batch, tokens, channels / 3]);
    const weights = heap.make([batch, numbers.heads, tokens, tokens]);
    const [from, kept, to] = [x, weights, y].map(heap.addressOf) as [number, number, number];
    const { jobs, sizes } = divide(heap, x, numbers, heap.run.attentionScratch);
    heap.runAll(
      'attention',
      jobs.map((job) => ({ x: from, weights: kept, y: to, ...sizes, ...job })),
    );
    return [y, weights];
  },
};

/** Its gradient, in the shape of the projections. */
export const attentionGradient: AddedKernel = {
  kernelName: ATTENTION_GRADIENT_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const { x, weights, dy } = inputs as { x: TensorInfo; weights: TensorInfo; dy: TensorInfo };
    const heap = heapOf(backend);
    const dx = heap.make(x.shape);
    const [from, kept, slope, to] = [x, weights, dy, dx].map(heap.addressOf) as [number, number, number, number];
    const { jobs, sizes } = divide(heap, x, attrs as unknown as AttentionNumbers, heap.run.attentionGradientScratch);
    heap.runAll(
      'attentionGradient',
      jobs.map((job) => ({ x: from, weights: kept, dy: slope, dx: to, ...sizes, ...job })),
    );
    return dx;
  },
};

/** Jobs of some heads each, with scratch space of their own. */
function divide(
  heap: Heap,
  { shape }: TensorInfo,
  { heads, causal }: AttentionNumbers,
  scratchOf: (job: { readonly tokens: number; readonly size: number }) => number,
) {
  const [batch, tokens, channels] = shape as [number, number, number];
  const size = channels / 3 / heads;
  const parts = shares(heap.threads(), batch * tokens * tokens * channels, WORTH_DIVIDING);
  const ranges = split(batch * heads, parts === 1 ? 1 : parts * JOBS_OF_THREAD);
  const own = roundUp(scratchOf({ tokens, size }), 64);
  const scratch = heap.scratch(own * ranges.length);
  const jobs = ranges.map(({ begin, count }, i) => ({ first: begin, count, scratch: scratch + own * i }));
  return { jobs, sizes: { tokens, heads, size, causal } };
}
