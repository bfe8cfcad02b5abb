import type { Tensor } from '@tensorflow/tfjs-core';
import type { RecordedNumbers } from './recording.js';

/** Tensors by the names of a kernel's inputs. */
export type KernelInputs = Readonly<Record<string, Tensor | undefined>>;

/** Parts of tfjs's engine that are not public. */
export interface PatchedEngine {
  runKernel(name: string, inputs: KernelInputs, attributes?: object): Tensor | Tensor[];
  runKernelFunc(call: { readonly forwardFunc?: unknown; readonly inputs: unknown }): Tensor | Tensor[];
  read(dataId: object): unknown;
  readSync(dataId: object): unknown;
}

/** Methods of the engine that are replaced. */
export type EnginePatches = Partial<Pick<PatchedEngine, 'runKernel' | 'runKernelFunc' | 'read' | 'readSync'>>;

/** Replaces methods; returns the function that puts back what was there, which may be the library's own replacement. */
export function patchEngine(engine: PatchedEngine, patches: EnginePatches): () => void {
  const names = Object.keys(patches);
  const owned = names.map((name) => Object.getOwnPropertyDescriptor(engine, name));
  Object.assign(engine, patches);
  return () => {
    names.forEach((name, i) => {
      if (owned[i]) Object.defineProperty(engine, name, owned[i]);
      else Reflect.deleteProperty(engine, name);
    });
  };
}

/** The numbers of a tensor; cpu keeps numbers that were bools as bytes. */
export async function numbersOfTensor(tensor: Tensor): Promise<RecordedNumbers> {
  const numbers = await tensor.data();
  if (tensor.dtype === 'int32') return Int32Array.from(numbers);
  return tensor.dtype === 'bool' ? Uint8Array.from(numbers) : Float32Array.from(numbers);
}
