import * as tf from '@tensorflow/tfjs-core';
import type { DataType, KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

/** Computes a kernel's result from its inputs and attributes, on the backend that it gets. */
export type KernelFunction = KernelConfig['kernelFunc'];

/** The calls from which a kernel is composed. Their results belong to the composition, which frees them when it ends. */
export interface Composition {
  /** Runs the registered wasm kernel of this name. */
  run(kernelName: string, inputs: NamedTensorInfoMap, attributes?: NamedAttrMap): TensorInfo;
  /** Runs a kernel function, such as the one that a kernel replaces. */
  call(kernel: KernelFunction, inputs: NamedTensorInfoMap, attributes?: NamedAttrMap): TensorInfo;
  /** Returns the same numbers in another shape, without a copy. */
  reshape(x: TensorInfo, shape: readonly number[]): TensorInfo;
  /** Reorders the axes; there is no copy if only axes of size one move. */
  transpose(x: TensorInfo, permutation: readonly number[]): TensorInfo;
  /** Takes a box of the given size out of `x`. */
  slice(x: TensorInfo, begin: readonly number[], size: readonly number[]): TensorInfo;
  /** Concatenates tensors along an axis. */
  concat(parts: readonly TensorInfo[], axis: number): TensorInfo;
  /** Frees an intermediate result early, to keep the peak of memory low. */
  free(x: TensorInfo): void;
}

/**
 * Composes a kernel from others: runs `build`, returns its result, and frees every other tensor that was
 * made on the way, also when `build` throws.
 *
 * @param backend - the backend that the kernel was called with; not kept, since it can be removed and created again
 * @param build - makes the result, a tensor that one of its calls returned
 * @returns the result; the caller owns one reference to it
 */
export function compose(backend: object, build: (composition: Composition) => TensorInfo): TensorInfo {
  const owned = new Set<TensorInfo>();
  const dispose = (x: TensorInfo): void => void (backend as tf.KernelBackend).disposeData(x.dataId);

  const call: Composition['call'] = (kernel, inputs, attributes = {}) => {
    const made = kernel({ inputs, attrs: attributes, backend });
    const outputs = Array.isArray(made) ? made : [made];
    for (const output of outputs) owned.add(output);
    return outputs[0]!;
  };
  const run: Composition['run'] = (kernelName, inputs, attributes) =>
    call(tf.getKernel(kernelName, 'wasm').kernelFunc, inputs, attributes);

  const composition: Composition = {
    call,
    run,
    reshape: (x, shape) => run('Reshape', { x }, { shape: [...shape] }),
    transpose: (x, permutation) => run('Transpose', { x }, { perm: [...permutation] }),
    slice: (x, begin, size) => run('Slice', { x }, { begin: [...begin], size: [...size] }),
    // Concat takes an array where tfjs's type of inputs declares a record; the engine also passes an array.
    concat: (parts, axis) => run('Concat', [...parts] as unknown as NamedTensorInfoMap, { axis }),
    free(x) {
      if (owned.delete(x)) dispose(x);
    },
  };

  let result: TensorInfo | undefined;
  try {
    result = build(composition);
    return result;
  } finally {
    for (const x of owned) if (x !== result) dispose(x);
  }
}

/** A tensor of one value, by default of zeros. */
export function filled(backend: object, shape: number[], value = 0, dtype: DataType = 'float32'): TensorInfo {
  return compose(backend, ({ run }) => run('Fill', {}, { shape, value, dtype }));
}
