import { MIXTURE_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf } from '../heap/heap.js';
import { roundUp, share } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** Bytes of a cache line. */
const LINE = 64;

/** The log-density of a mixture, the responsibilities of its components, and their weights. */
export const mixture: AddedKernel = {
  kernelName: MIXTURE_KERNEL,
  kernel: ({ inputs, backend }) => {
    const heap = heapOf(backend);
    const [rows, size] = inputs['z']!.shape as [number, number];
    const components = inputs['logits']!.shape[0]!;
    const outputs = [[rows], [rows, components], [components]].map(heap.make);
    const [values, responsibilities, weights] = outputs.map(heap.addressOf) as [number, number, number];
    const ranges = share(heap.threads(), rows, components * size);
    // space for 2 * size + 2 numbers for each component of a multiple of eight
    const own = roundUp(heap.run.unaryScratch() + 8 * (size + 1) * roundUp(components, 8), LINE);
    const normalizer = heap.scratch(LINE + own * Math.max(1, ranges.length));
    const scratch = normalizer + LINE;
    const addressOf = (name: string): number => heap.addressOf(inputs[name]!);
    const job = {
      z: addressOf('z'),
      means: addressOf('means'),
      logVariances: addressOf('logVariances'),
      logits: addressOf('logits'),
      normalizer,
      values,
      responsibilities,
      size,
      components,
    };
    // without dimensions, the density is the normaliser itself, and the responsibilities are the weights
    heap.write(normalizer, [0]);
    heap.run.mixture({ ...job, values: normalizer, responsibilities: weights, begin: 0, count: 1, size: 0, scratch });
    heap.runAll(
      'mixture',
      ranges.map((range, i) => ({ ...job, ...range, scratch: scratch + own * i })),
    );
    return outputs;
  },
};
