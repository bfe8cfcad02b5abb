import * as tf from '@tensorflow/tfjs-core';

/** Kernels that send nothing to a GPU: they only give the same numbers another shape or another handle. */
const FREE = new Set(['Reshape', 'Identity']);

/**
 * The kernels of the current backend that a function calls, in order, without those that are free on a GPU and those
 * that another kernel calls.
 */
export function dispatchedKernels(run: () => void): string[] {
  const calls: string[] = [];
  let depth = 0;
  const kernels = tf.getKernelsForBackend(tf.getBackend());
  const replace = (kernel: tf.KernelConfig): void => {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
    tf.registerKernel(kernel);
  };
  for (const kernel of kernels) {
    const kernelFunc: tf.KernelFunc = (params) => {
      if (depth === 0) calls.push(kernel.kernelName);
      depth++;
      try {
        return kernel.kernelFunc(params);
      } finally {
        depth--;
      }
    };
    replace({ ...kernel, kernelFunc });
  }
  try {
    run();
  } finally {
    kernels.forEach(replace);
  }
  return calls.filter((name) => !FREE.has(name));
}
