import type { KernelConfig } from '@tensorflow/tfjs-core';

/** Computes a kernel's results from its inputs and attributes, on the backend that it gets. */
export type KernelFunction = KernelConfig['kernelFunc'];

/** A kernel that tfjs's backend lacks. */
export interface AddedKernel<Operation = unknown> {
  readonly kernelName: string;
  readonly kernel: KernelFunction;
  /** What takes the place of the operation of this name: `ownOperation` of src/tensor finds it. */
  readonly operation?: Operation;
}

/** A kernel that replaces one of tfjs's, and may call it. */
export interface ReplacedKernel {
  readonly kernelName: string;
  replace(original: KernelFunction): KernelFunction;
}
