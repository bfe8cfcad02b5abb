import { MIXTURE_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf } from '../heap/heap.js';
import { roundUp, share } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** The log-density of each component of a mixture of Gaussians at each point, together with its weight. */
export const mixture: AddedKernel = {
  kernelName: MIXTURE_KERNEL,
  kernel: ({ inputs, backend }) => {
    const heap = heapOf(backend);
    const [rows, size] = inputs['z']!.shape as [number, number];
    const components = inputs['means']!.shape[0]!;
    const joint = heap.make([rows, components]);
    const ranges = share(heap.threads(), rows, components * size);
    const own = roundUp(heap.run.unaryScratch() + 8 * (size + 1) * roundUp(components, 8), 64);
    const scratch = heap.scratch(own * ranges.length);
    const addressOf = (name: string): number => heap.addressOf(inputs[name]!);
    const job = {
      z: addressOf('z'),
      means: addressOf('means'),
      logVariances: addressOf('logVariances'),
      logWeights: addressOf('logWeights'),
      y: heap.addressOf(joint),
      size,
      components,
    };
    heap.runAll(
      'jointLogProb',
      ranges.map((range, i) => ({ ...job, ...range, scratch: scratch + own * i })),
    );
    return joint;
  },
};
