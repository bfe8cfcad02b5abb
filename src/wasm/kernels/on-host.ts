import type { DataType, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** The numbers of a tensor, for a kernel that computes on the host. */
export function numbersOf<T = Float32Array>(backend: unknown, { dataId }: TensorInfo): T {
  return (backend as BackendWasm).readSync(dataId) as T;
}

/** The tensor of numbers that such a kernel made. */
export function written(
  backend: unknown,
  values: TypedArray,
  shape: number[],
  dtype: DataType = values instanceof Int32Array ? 'int32' : 'float32',
): TensorInfo {
  return { dataId: (backend as BackendWasm).write(values, shape, dtype), shape, dtype };
}
