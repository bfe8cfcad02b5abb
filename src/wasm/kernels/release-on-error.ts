import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunction } from '../composition/compose.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * Releases the inputs of a kernel of tfjs that throws, for example because the heap is full: the kernel has already counted itself among
 * the owners of their numbers, which would otherwise never be freed.
 */
export function releaseOnError(original: KernelFunction): KernelFunction {
  return (args) => {
    const backend = args.backend as BackendWasm;
    const owners = Object.values(args.inputs).map((input) => {
      const { dataId } = input as TensorInfo;
      return { dataId, count: backend.refCount(dataId) };
    });
    try {
      return original(args);
    } catch (error) {
      for (const { dataId, count } of owners) while (backend.refCount(dataId) > count) backend.disposeData(dataId);
      throw error;
    }
  };
}

/** Kernels of tfjs that share the numbers of their inputs before they allocate memory. */
export const releasingKernels: readonly ReplacedKernel[] = ['BatchToSpaceND', 'Pack'].map((kernelName) => ({
  kernelName,
  replace: releaseOnError,
}));
