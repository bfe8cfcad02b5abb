import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../../src/wasm/heap/heap.js';
import type { ModuleJobs } from '../../src/wasm/heap/module-calls.generated.js';

type Job = ModuleJobs['adamStep'];
type Tensors = Readonly<
  Record<'variable' | 'gradient' | 'mean' | 'square' | 'newVariable' | 'newMean' | 'newSquare', TensorInfo>
>;

/** A step of Adam for so many numbers, in so many jobs. */
export function adamJobs(heap: Heap, tensors: Tensors, numbers: number, count: number): Job[] {
  const n = numbers / count;
  return Array.from({ length: count }, (_, i): Job => {
    const at = (name: keyof Tensors): number => heap.addressOf(tensors[name]) + 4 * n * i;
    return {
      variable: at('variable'),
      gradient: at('gradient'),
      mean: at('mean'),
      square: at('square'),
      newVariable: at('newVariable'),
      newMean: at('newMean'),
      newSquare: at('newSquare'),
      n,
      meanShare: 0.1,
      meanKeep: 1,
      meanPull: 1,
      squareShare: 0.001,
      squareKeep: 1,
      squarePull: 1,
      rate: 0.1,
      scale: 1000,
      epsilon: 1e-8,
      kept: 1,
      least: 1e-30,
    };
  });
}
