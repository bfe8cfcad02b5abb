import type { KernelFunction } from '../composition/compose.js';

/** A kernel that wasm lacks. */
export interface AddedKernel {
  readonly kernelName: string;
  readonly kernel: KernelFunction;
  /** What takes the place of the operation of this name: `ownOperation` of src/tensor finds it. */
  readonly operation?: unknown;
}

/** A kernel that replaces one of wasm's, and may call it. */
export interface ReplacedKernel {
  readonly kernelName: string;
  replace(original: KernelFunction): KernelFunction;
}
