import type { KernelFunction } from '../composition/compose.js';

/** A kernel that wasm lacks. */
export interface AddedKernel {
  readonly kernelName: string;
  readonly kernel: KernelFunction;
  /** It is run only where the module is: `heapOf(backend)` is not null. */
  readonly needsHeap?: boolean | undefined;
}

/** A kernel that wasm has, made anew on top of the one that it replaces. */
export interface ReplacedKernel {
  readonly kernelName: string;
  replace(original: KernelFunction): KernelFunction;
}
