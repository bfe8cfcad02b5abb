import * as tf from '@tensorflow/tfjs-core';
import type { DataType, NamedAttrMap, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import type { OwnDraw } from '../../random/stratify.js';
import type { KernelFunction } from '../composition/compose.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { facadeOf, type Backend } from './facade.js';
import { mapInputs } from './map-inputs.js';

/** A value of a step by its number, with the shape and type in which it is used. */
export interface ValueUse {
  readonly value: number;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** A value of a step: a tensor that was there before it, or that one of its kernels made. */
export interface TracedValue {
  readonly kind: 'variable' | 'input' | 'constant' | 'made';
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** The numbers of a constant. */
  readonly data?: Uint8Array;
}

/** A call of a kernel. */
export interface TracedCall {
  readonly name: string;
  readonly kernel: KernelFunction;
  /** A list where the kernel takes one. */
  readonly inputs: Readonly<Record<string, ValueUse | undefined>> | readonly ValueUse[];
  readonly attributes: NamedAttrMap | undefined;
  /** The tensors that it made, temporary ones included, in order. */
  readonly made: number[];
  /** The kernels that it called, and its own name. */
  readonly kernels: Set<string>;
  /** The most bytes of scratch memory that it asked for. */
  scratch: number;
  /** Whether its attributes differ between steps. */
  readonly isBound?: boolean;
}

/** The kernels of one step. */
export interface StepTrace {
  /** Variables first, in their order, then inputs in theirs. */
  readonly values: readonly TracedValue[];
  readonly calls: readonly TracedCall[];
  readonly metrics: Readonly<Record<string, ValueUse>>;
  /** The value of each variable at the end. */
  readonly after: readonly number[];
  readonly hostDraws: readonly TracedDraw[];
  /** Variables of others that it reads. */
  readonly outside: readonly Variable[];
  /** Why the step cannot be replayed, if so. */
  readonly refusal?: string | undefined;
}

/** Integers that the host drew. */
export interface TracedDraw {
  readonly random: RandomStream;
  readonly size: number;
  readonly draw: () => Int32Array;
  readonly list: Int32Array;
  /** How many calls came before it. */
  readonly at: number;
}

/** The operation that learns of draws on the host; it has no kernel. */
const DRAW = {
  kernelName: 'GenerativeDraw',
  backendName: 'wasm',
  kernelFunc: (): never => {
    throw new Error('GenerativeDraw is not a kernel.');
  },
};

export interface TraceOptions<Result> {
  readonly variables: readonly Variable[];
  readonly inputs: readonly Tensor[];
  /** Makes the step; returns metrics. */
  readonly step: () => Result;
  /** What the host draws in this step; it draws as always without it. */
  readonly drawn?: Int32Array | undefined;
}

/** Makes a step as usual, and notes its kernels. */
export function traceStep<Result extends Readonly<Record<string, Tensor>>>({
  variables,
  inputs,
  step,
  drawn,
}: TraceOptions<Result>): { readonly result: Result; readonly trace: StepTrace } {
  const backend = tf.backend() as unknown as Backend;
  const notes = createNotes(backend);
  const before = tf.memory().numTensors;
  for (const variable of variables) notes.leaf(variable, 'variable');
  for (const input of inputs) notes.leaf(input, 'input');
  const putBack = watchKernels(backend, notes);
  const hostDraws: TracedDraw[] = [];
  const operation: OwnDraw = (draw, size, random) => {
    const own = draw();
    const list = drawn ?? own;
    hostDraws.push({ random, size, draw, list, at: notes.calls.length });
    return list;
  };
  tf.registerKernel({ ...DRAW, operation } as tf.KernelConfig);
  let result: Result;
  try {
    result = step();
  } finally {
    tf.unregisterKernel(DRAW.kernelName, DRAW.backendName);
    putBack();
  }
  const use = ({ dataId, shape, dtype }: TensorInfo): ValueUse => ({ value: notes.idOf(dataId), shape, dtype });
  const metrics = Object.fromEntries(Object.entries<Tensor>(result).map(([name, tensor]) => [name, use(tensor)]));
  const after = variables.map(({ dataId }) => notes.idOf(dataId));
  const isComplete = [...Object.values(metrics).map(({ value }) => value), ...after].every((value) => value >= 0);
  const areMetrics = tf.memory().numTensors - before === Object.keys(result).length;
  const keeps =
    notes.older.some(({ isDisposed }) => isDisposed) || !areMetrics ? 'it keeps tensors of its own' : undefined;
  const refusal = notes.refusal ?? keeps ?? (isComplete ? undefined : 'its results come from no kernel');
  return {
    result,
    trace: { values: notes.values, calls: notes.calls, metrics, after, hostDraws, outside: notes.outside, refusal },
  };
}

interface Notes {
  readonly values: TracedValue[];
  readonly calls: TracedCall[];
  readonly outside: Variable[];
  /** Other tensors that were there before the step. */
  readonly older: Tensor[];
  refusal: string | undefined;
  leaf(tensor: TensorInfo, kind: 'variable' | 'input'): void;
  /** The value of a tensor that was seen, or -1. */
  idOf(dataId: object): number;
  use(tensor: TensorInfo): ValueUse;
  made(call: TracedCall, tensor: TensorInfo): void;
}

function createNotes(backend: Backend): Notes {
  const mark = tf.scalar(0);
  const firstId = mark.id;
  mark.dispose();
  const ids = new WeakMap<object, number>();
  const values: TracedValue[] = [];
  const add = ({ dataId, shape, dtype }: TensorInfo, more: Pick<TracedValue, 'kind' | 'data'>): number => {
    ids.set(dataId, values.length);
    return values.push({ shape: [...shape], dtype, ...more }) - 1;
  };
  const notes: Notes = {
    values,
    calls: [],
    outside: [],
    older: [],
    refusal: undefined,
    leaf(tensor, kind) {
      if (ids.has(tensor.dataId)) notes.refusal = 'variables or inputs share their numbers';
      add(tensor, { kind });
    },
    idOf: (dataId) => ids.get(dataId) ?? -1,
    use(tensor) {
      const { dataId, shape, dtype } = tensor;
      const known = ids.get(dataId);
      if (known !== undefined) return { value: known, shape, dtype };
      if (tensor instanceof tf.Variable) notes.outside.push(tensor as Variable);
      else if (tensor instanceof tf.Tensor && tensor.id < firstId) notes.older.push(tensor as Tensor);
      const numbers = backend.typedArrayFromHeap(tensor);
      const data = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).slice();
      return { value: add(tensor, { kind: 'constant', data }), shape, dtype };
    },
    made(call, tensor) {
      call.made.push(add(tensor, { kind: 'made' }));
    },
  };
  return notes;
}

/** Makes all kernels of the backend tell what they do; returns a function that undoes it. */
function watchKernels(backend: Backend, notes: Notes): () => void {
  let current: TracedCall | undefined;
  const heap = heapOf(backend);
  const facade = facadeOf(backend, heap, {
    make: (shape, dtype) => {
      const made = backend.makeOutput(shape, dtype);
      notes.made(current!, made);
      return made;
    },
    dispose: (dataId, force) => backend.disposeData(dataId, force),
    share: (dataId) => backend.incRef(dataId),
    touch: () => undefined,
    refuse: () => (notes.refusal ??= `${current?.name ?? 'a kernel'} computes on the host`),
    heap: {
      scratch: (bytes) => {
        current!.scratch = Math.max(current!.scratch, bytes);
        return heap.scratch(bytes);
      },
    } satisfies Partial<Heap>,
  });
  const replaced = tf.getKernelsForBackend('wasm').map((config) => {
    const { kernelName, kernelFunc } = config;
    const watching: KernelFunction = (args) => {
      if (current !== undefined) {
        current.kernels.add(kernelName);
        return kernelFunc(args);
      }
      const call: TracedCall = {
        name: kernelName,
        kernel: kernelFunc,
        inputs: mapInputs(args.inputs, (tensor: TensorInfo) => notes.use(tensor)),
        attributes: args.attrs,
        made: [],
        kernels: new Set([kernelName]),
        scratch: 0,
      };
      current = call;
      try {
        return kernelFunc({ ...args, backend: facade });
      } finally {
        current = undefined;
        if (call.made.length > 0) notes.calls.push(call);
      }
    };
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ ...config, kernelFunc: watching });
    return config;
  });
  const { readSync } = backend;
  backend.readSync = (...of) => {
    if (current === undefined) notes.refusal ??= 'the host reads numbers in it';
    return readSync.apply(backend, of);
  };
  return () => {
    backend.readSync = readSync;
    for (const config of replaced) {
      tf.unregisterKernel(config.kernelName, 'wasm');
      tf.registerKernel(config);
    }
  };
}
