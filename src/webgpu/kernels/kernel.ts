import type { KernelConfig } from '@tensorflow/tfjs-core';

/** Computes a kernel's results from its inputs and attributes, on the backend that it gets. */
export type KernelFunction = KernelConfig['kernelFunc'];

/** A kernel that tfjs's backend lacks. */
export interface AddedKernel {
  readonly kernelName: string;
  readonly kernel: KernelFunction;
}

/** A kernel that replaces one of tfjs's, and may call it. */
export interface ReplacedKernel {
  readonly kernelName: string;
  replace(original: KernelFunction): KernelFunction;
}
