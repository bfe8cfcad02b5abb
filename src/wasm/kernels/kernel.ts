import type { KernelFunction } from '../composition/compose.js';

/** A kernel that wasm lacks. */
export interface AddedKernel {
  readonly kernelName: string;
  readonly kernel: KernelFunction;
}

/** A kernel that replaces one of wasm's, and may call it. */
export interface ReplacedKernel {
  readonly kernelName: string;
  replace(original: KernelFunction): KernelFunction;
}
