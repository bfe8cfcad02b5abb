import type { KernelFunction } from '../composition/compose.js';

/** A kernel that wasm lacks. */
export interface AddedKernel {
  readonly kernelName: string;
  readonly kernel: KernelFunction;
  /** Runs only where the module is available: `heapOf(backend)` is not null. */
  readonly needsHeap?: boolean | undefined;
}

/** A kernel that wasm has, built on top of the one that it replaces. */
export interface ReplacedKernel {
  readonly kernelName: string;
  replace(original: KernelFunction): KernelFunction;
}
