import type { Tolerance } from '../support/close.js';
import { attentionKernels } from './attention-kernels.js';
import { functionKernels } from './function-kernels.js';
import { layerKernels } from './layer-kernels.js';
import { updateKernels } from './update-kernels.js';

/** Numbers of inputs, by name. */
export type Given = Readonly<Record<string, readonly number[]>>;

/** A kernel with what it must compute; the laws of kernels.test.ts hold for each. */
export interface KernelCase {
  readonly kernel: string;
  /** The shapes of its inputs for a size, which may be 0. */
  readonly shapes: (n: number) => Readonly<Record<string, readonly number[]>>;
  readonly attributes?: (n: number) => object;
  /** The smallest size, by default 0. */
  readonly least?: number;
  /** Inputs of integers. */
  readonly integers?: readonly string[];
  /** What becomes of numbers from -2 to 2 before an input of this name has them. */
  readonly draw?: Readonly<Record<string, (u: number) => number>>;
  /** The outputs for inputs of a size, in float64. */
  readonly formula: (given: Given, n: number) => readonly (readonly number[])[];
  readonly tolerance?: Tolerance;
}

export const kernelCases: readonly KernelCase[] = [
  ...updateKernels,
  ...functionKernels,
  ...layerKernels,
  ...attentionKernels,
];
