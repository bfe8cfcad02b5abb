import type { KernelFunction } from '../composition/compose.js';

/** A kernel that wasm lacks. */
export interface AddedKernel {
  readonly kernelName: string;
  readonly kernel: KernelFunction;
}

/** A kernel that wasm has, built on top of the one that it replaces. */
export interface ReplacedKernel {
  readonly kernelName: string;
  replace(original: KernelFunction): KernelFunction;
}
