import type { TensorInfo } from '@tensorflow/tfjs-core';
import { filled, type KernelFunction } from '../composition/compose.js';
import { axesOf, keptShape } from './axes.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * A reduction of nothing, over at least one axis of a tensor without numbers; undefined for all others. tfjs's kernels return what was on
 * the heap.
 */
export function emptyReduction(args: Parameters<KernelFunction>[0], value: number): TensorInfo | undefined {
  const { shape, dtype } = args.inputs['x']!;
  if (!shape.includes(0)) return undefined;
  const {
    axis,
    reductionIndices = axis,
    keepDims,
  } = args.attrs as {
    axis?: number | number[];
    reductionIndices?: number | number[];
    keepDims: boolean;
  };
  const reduced = axesOf(reductionIndices, shape.length);
  if (reduced === 0) return undefined;
  return filled(args.backend, keptShape(shape, reduced, keepDims), value, dtype);
}

/** The neutral elements of reductions; integers have no infinity, and get 0 for it. */
const NEUTRAL = { Max: -Infinity, Min: Infinity, Prod: 1, Any: 0, All: 1 };

/** tfjs's kernel divides by the sizes. */
const transpose: ReplacedKernel = {
  kernelName: 'Transpose',
  replace: (original) => (args) => {
    const { shape, dtype } = args.inputs['x']!;
    if (!shape.includes(0)) return original(args);
    const order = args.attrs!['perm'] as number[];
    return filled(
      args.backend,
      order.map((axis) => shape[axis]!),
      0,
      dtype,
    );
  },
};

const reductions = Object.entries(NEUTRAL).map(([kernelName, neutral]): ReplacedKernel => ({
  kernelName,
  replace: (original) => (args) => emptyReduction(args, neutral) ?? original(args),
}));

export const emptyReductions: readonly ReplacedKernel[] = [transpose, ...reductions];
