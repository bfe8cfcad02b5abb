import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from './facade.js';
import { layOut } from './lay-out.js';
import { usesOf } from './prune.js';
import type { StepTrace, TracedCall, TracedValue } from './trace-step.js';

/** The two buffers of a variable: one has its numbers before a step, the other gets those after it. */
export type Buffers = readonly [TensorInfo, TensorInfo];

/** The memory of a plan. */
export interface PlanMemory {
  /** Where a value is in even or odd steps; undefined for one that no call needs. */
  placeOf(value: number, side: number): TensorInfo | undefined;
  /** The buffers of each variable; a single one, twice, if the step does not change it. */
  readonly buffers: readonly Buffers[];
  /** Values that must be copied into the new buffers at the end, by the variable. */
  readonly copies: ReadonlyMap<number, number>;
  /** The place of scratch memory. */
  readonly scratch: number;
  free(): void;
}

/** What is laid out. */
export interface Laid {
  readonly backend: Backend;
  readonly variables: readonly Variable[];
  readonly trace: StepTrace;
  readonly calls: readonly TracedCall[];
}

const bytesOf = ({ shape }: Pick<TracedValue, 'shape'>): number => 4 * tf.util.sizeFromShape([...shape]);

/** Takes the memory of a plan from tfjs's heap; throws if it is full. */
export function takeMemory({ backend, variables, trace, calls }: Laid): PlanMemory {
  const { values, after, metrics } = trace;
  const changed = after.map((value, i) => value !== i);
  /** The variable whose new buffer a value is made in. */
  const targetOf = new Map<number, number>();
  const copies = new Map<number, number>();
  after.forEach((value, i) => {
    if (!changed[i]) return;
    if (values[value]!.kind === 'made' && !targetOf.has(value) && isOfSize(values[value]!, values[i]!)) targetOf.set(value, i);
    else copies.set(i, value);
  });

  const last = new Map<number, number>();
  const first = new Map<number, number>();
  calls.forEach((call, i) => {
    for (const { value } of usesOf(call)) last.set(value, i);
    for (const value of call.made) {
      first.set(value, i);
      last.set(value, i);
    }
  });
  for (const value of [...Object.values(metrics).map((use) => use.value), ...copies.values()]) last.set(value, calls.length);
  const inArena = values.flatMap(({ kind }, value) =>
    kind === 'variable' || targetOf.has(value) || !last.has(value) ? [] : [value],
  );
  const lifetimes = inArena.map((value) => {
    const isConstant = values[value]!.kind === 'constant';
    return { bytes: bytesOf(values[value]!), first: first.get(value) ?? 0, last: isConstant ? calls.length : last.get(value)! };
  });
  const { places, bytes } = layOut(lifetimes, calls.length);
  const scratchBytes = Math.max(...calls.map(({ scratch }) => scratch));

  const owned: TensorInfo[] = [];
  const infos: (TensorInfo | undefined)[] = [];
  const arena = backend.makeOutput([Math.ceil((bytes + scratchBytes) / 4) + 32], 'float32') as TensorInfo;
  const free = (): void => {
    for (const { dataId } of owned) if (backend.disposeData(dataId)) tf.engine().removeDataId(dataId, backend);
    for (const info of infos) if (info) forget(backend, info);
    backend.disposeData(arena.dataId);
  };
  try {
    const base = Math.ceil(backend.dataIdMap.get(arena.dataId).memoryOffset / 64) * 64;
    inArena.forEach((value, i) => {
      const { shape, dtype, data } = values[value]!;
      const info = backend.makeOutput([...shape], dtype, base + places[i]!) as TensorInfo;
      infos[value] = info;
      if (data) bytesIn(backend, info).set(data);
    });
    // tfjs's engine does not know of these tensors while no variable has them
    const make = ({ shape, dtype }: TracedValue): TensorInfo => {
      const made = backend.makeOutput([...shape], dtype) as TensorInfo;
      owned.push(made);
      return made;
    };
    const buffers = variables.map((_, i): Buffers => {
      const buffer = make(values[i]!);
      return [buffer, changed[i] ? make(values[i]!) : buffer];
    });
    const placeOf = (value: number, side: number): TensorInfo | undefined => {
      if (value < variables.length) return buffers[value]![side]!;
      const target = targetOf.get(value);
      return target === undefined ? infos[value] : buffers[target]![1 - side]!;
    };
    return { placeOf, buffers, copies, scratch: base + Math.ceil(bytes / 64) * 64, free };
  } catch (error) {
    free();
    throw error;
  }
}

function isOfSize(one: TracedValue, other: TracedValue): boolean {
  return one.dtype === other.dtype && bytesOf(one) === bytesOf(other);
}

/** The bytes of a tensor; valid until the heap grows. */
export function bytesIn(backend: Backend, info: TensorInfo): Uint8Array {
  const numbers = backend.typedArrayFromHeap(info as Tensor);
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** Takes a tensor out of the backend's lists, without freeing its memory, which is a part of a block. */
function forget(backend: Backend, { dataId }: TensorInfo): void {
  const { id } = backend.dataIdMap.get(dataId);
  backend.dataIdMap.delete(dataId);
  disposeId(backend, id);
}

interface Registry {
  readonly tfjs: { disposeData(id: number): void; registerTensor(id: number, size: number, address: number): void };
}

function disposeId(backend: Backend, id: number): void {
  (backend.wasm as unknown as Registry).tfjs.disposeData(id);
}

/** Makes tfjs's kernels forget what they keep about a tensor whose numbers change, such as packed copies of weights. */
export function forgetCopies(backend: Backend, { dataId, shape }: TensorInfo): void {
  const { id, memoryOffset } = backend.dataIdMap.get(dataId);
  disposeId(backend, id);
  (backend.wasm as unknown as Registry).tfjs.registerTensor(id, tf.util.sizeFromShape([...shape]), memoryOffset);
}
