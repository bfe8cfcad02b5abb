import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { gpuOf, type Gpu } from '../device/gpu.js';

/** A kernel that tfjs's backend lacks. */
export interface AddedKernel<Operation = unknown> extends KernelConfig {
  /** What takes the place of the operation of this name: `ownOperation` of src/tensor finds it. */
  readonly operation?: Operation | undefined;
}

/** The inputs of a kernel with these names. */
export type Inputs<Name extends string = string> = Readonly<Record<Name, TensorInfo>>;

/** A kernel that gets what it needs of its backend. */
export function kernelOf<Operation>(
  kernelName: string,
  run: (gpu: Gpu, inputs: Inputs, attributes: object) => TensorInfo | TensorInfo[],
  operation?: Operation,
): AddedKernel<Operation> {
  return {
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => run(gpuOf(backend), inputs as Inputs, attrs ?? {}),
    operation,
  };
}

/** The inputs `x0`, `x1`, ... of a kernel, of this letter. */
export function inputsByLetter(inputs: Inputs, letter: string): TensorInfo[] {
  return Object.entries(inputs).flatMap(([name, x]) => (name.startsWith(letter) ? [x] : []));
}
