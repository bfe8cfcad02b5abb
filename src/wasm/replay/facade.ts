import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { lendHeap, type Heap } from '../heap/heap.js';

/** The members of the wasm backend that are used here; not all are public. */
export interface Backend extends BackendWasm {
  readonly dataIdMap: BackendWasm['dataIdMap'] & {
    has(dataId: object): boolean;
    get(dataId: object): { readonly id: number; readonly memoryOffset: number };
    delete(dataId: object): boolean;
  };
}

/** What a facade does in place of the backend and its heap. */
export interface FacadeHooks {
  /** Makes the next tensor of the kernel that runs. */
  readonly make: (shape: number[], dtype: DataType) => TensorInfo;
  readonly dispose: (dataId: object, force?: boolean) => boolean;
  readonly share: (dataId: object) => void;
  /** Called when a kernel uses more of the backend than tensors and jobs of the module: what it does is not known then. */
  readonly touch: () => void;
  /** Called when a kernel makes a tensor from numbers of the host. */
  readonly refuse: () => void;
  readonly heap: Partial<Heap>;
}

/** Members through which kernels reach the numbers of tensors, or tfjs's own functions. */
const REACHING = ['dataIdMap', 'wasm', 'typedArrayFromHeap', 'readSync', 'read', 'uploadToGPU'] as const;
const WRITING = ['write', 'move'] as const;

/** A backend for kernels that are called with it: it makes tensors where it is told, and notes which kernels do more than run the module. */
export function facadeOf(backend: Backend, heap: Heap, hooks: FacadeHooks): Backend {
  const { make, dispose, share, touch, refuse } = hooks;
  const makeOutput = (shape: number[], dtype: DataType, address?: number | null, values?: unknown): TensorInfo => {
    if (address != null) refuse();
    const made = make(shape, dtype);
    if (values != null) {
      touch();
      backend.typedArrayFromHeap(made).set(values as Float32Array);
    }
    return made;
  };
  const watched = (name: keyof Backend, note: () => void): PropertyDescriptor => ({
    get: () => {
      note();
      const member: unknown = backend[name];
      return typeof member === 'function' ? (member.bind(backend) as unknown) : member;
    },
  });
  const facade = Object.create(backend, {
    makeOutput: { value: makeOutput },
    disposeData: { value: dispose },
    incRef: { value: share },
    ...Object.fromEntries(REACHING.map((name) => [name, watched(name as keyof Backend, touch)])),
    ...Object.fromEntries(WRITING.map((name) => [name, watched(name, refuse)])),
  }) as Backend;
  const asMade = (shape: readonly number[]): TensorInfo => makeOutput([...shape], 'float32');
  lendHeap(facade, { ...heap, backend: facade, make: asMade, ...hooks.heap });
  return facade;
}
