import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { MIXTURE_GRADIENT_KERNEL, MIXTURE_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { halve, roundUp, share } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** Bytes of a cache line, or of the numbers of a panel, for each dimension or component. */
const LINE = 64;

/** The log-density of a mixture, the responsibilities of its components, and their weights. */
export const mixture: AddedKernel = {
  kernelName: MIXTURE_KERNEL,
  kernel: ({ inputs, backend }) => {
    const heap = heapOf(backend);
    const { rows, size, components } = sizesOf(inputs);
    const [values, responsibilities, weights] = [
      heap.make([rows]),
      heap.make([rows, components]),
      heap.make([components]),
    ];
    const ranges = share(heap.threads(), rows, components * size);
    const own = scratchOf(heap, 2 * (size + 1) * roundUp(components, 8));
    const normalizer = heap.scratch(LINE + own * Math.max(1, ranges.length));
    const scratch = normalizer + LINE;
    const { z, means, logVariances, logits } = addressesOf(
      heap,
      inputs as Inputs<'z' | 'means' | 'logVariances' | 'logits'>,
    );
    const sources = { z, means, logVariances, logits, normalizer, components };
    heap.write(normalizer, [0]);
    heap.run.mixture({
      ...sources,
      values: normalizer,
      responsibilities: heap.addressOf(weights),
      begin: 0,
      count: 1,
      size: 0,
      scratch,
    });
    const targets = addressesOf(heap, { values, responsibilities });
    const jobs = ranges.map((range, i) => ({ ...sources, ...targets, ...range, size, scratch: scratch + own * i }));
    heap.runAll('mixture', jobs);
    return [values, responsibilities, weights];
  },
};

/** The gradients with respect to z, means, log-variances and logits. */
export const mixtureGradient: AddedKernel = {
  kernelName: MIXTURE_GRADIENT_KERNEL,
  kernel: ({ inputs, backend }) => {
    const heap = heapOf(backend);
    const { rows, size, components } = sizesOf(inputs);
    const made = {
      dz: heap.make([rows, size]),
      dMeans: heap.make([components, size]),
      dLogVariances: heap.make([components, size]),
      dLogits: heap.make([components]),
    };
    const ranges = halve(components, rows * size);
    const wide = roundUp(size, 8);
    const own = scratchOf(heap, rows + 2 * wide * (rows + ranges[0]!.count));
    const partial = roundUp(4 * rows * size, LINE);
    const scratch = heap.scratch(partial + own * ranges.length);
    const places = {
      ...addressesOf(heap, inputs as Inputs<'z' | 'means' | 'logVariances' | 'weights' | 'responsibilities' | 'dy'>),
      ...addressesOf(heap, made),
    };
    const jobs = ranges.map((range, i) => ({
      ...places,
      ...range,
      dz: i === 0 ? places.dz : scratch,
      rows,
      size,
      components,
      scratch: scratch + partial + own * i,
    }));
    heap.runAll('mixtureGradient', jobs);
    if (jobs.length > 1) heap.run.addNumbers({ target: places.dz, source: scratch, n: rows * size });
    return Object.values(made);
  },
};

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

function sizesOf({ z, means }: NamedTensorInfoMap): Readonly<Record<'rows' | 'size' | 'components', number>> {
  const [rows, size] = z!.shape as [number, number];
  return { rows, size, components: means!.shape[0]! };
}

function addressesOf<Name extends string>(heap: Heap, tensors: Inputs<Name>): Readonly<Record<Name, number>> {
  const named = Object.entries<TensorInfo>(tensors).map(([name, x]) => [name, heap.addressOf(x)]);
  return Object.fromEntries(named) as Record<Name, number>;
}

/** Bytes of scratch for a job with this many numbers. */
function scratchOf(heap: Heap, numbers: number): number {
  return roundUp(heap.run.unaryScratch() + 4 * numbers, LINE);
}
