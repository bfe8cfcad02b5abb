import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from './facade.js';
import { layOut, type Lifetime } from './lay-out.js';
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
  readonly scratch: { readonly at: number; readonly bytes: number };
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
    if (values[value]!.kind === 'made' && !targetOf.has(value) && isOfSize(values[value]!, values[i]!))
      targetOf.set(value, i);
    else copies.set(i, value);
  });

  const isElsewhere = (value: number): boolean => values[value]!.kind === 'variable' || targetOf.has(value);
  const atEnd = [...Object.values(metrics).map(({ value }) => value), ...copies.values()];
  const inArena = lifetimesOf(trace, calls, atEnd).filter(({ value }) => !isElsewhere(value));
  const { places, bytes } = layOut(inArena, calls.length);
  const scratchBytes = Math.max(0, ...calls.map(({ scratch }) => scratch));

  const owned: TensorInfo[] = [];
  const infos: (TensorInfo | undefined)[] = [];
  const arena = backend.makeOutput([Math.ceil((bytes + scratchBytes) / 4) + 32], 'float32');
  const free = (): void => {
    for (const { dataId } of owned) if (backend.disposeData(dataId)) tf.engine().removeDataId(dataId, backend);
    for (const info of infos) if (info) forget(backend, info);
    backend.disposeData(arena.dataId);
  };
  try {
    const base = Math.ceil(backend.dataIdMap.get(arena.dataId).memoryOffset / 64) * 64;
    inArena.forEach(({ value }, i) => {
      const { shape, dtype, data } = values[value]!;
      const info = backend.makeOutput([...shape], dtype, base + places[i]!);
      infos[value] = info;
      if (data) bytesIn(backend, info).set(data);
    });
    // tfjs's engine does not know of these tensors while no variable has them
    const make = ({ shape, dtype }: TracedValue): TensorInfo => {
      const made = backend.makeOutput([...shape], dtype);
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
    return { placeOf, buffers, copies, scratch: { at: base + Math.ceil(bytes / 64) * 64, bytes: scratchBytes }, free };
  } catch (error) {
    free();
    throw error;
  }
}

/** When values are needed; `atEnd` are those that are read after the last call. Constants stay. */
function lifetimesOf({ values }: StepTrace, calls: readonly TracedCall[], atEnd: readonly number[]) {
  const lifetimes = new Map<number, Lifetime & { readonly value: number }>();
  const use = (value: number, call: number, isMade = false): void => {
    const { kind } = values[value]!;
    const first = lifetimes.get(value)?.first ?? (isMade ? call : 0);
    const last = kind === 'constant' ? calls.length : call;
    lifetimes.set(value, { value, bytes: bytesOf(values[value]!), first, last });
  };
  calls.forEach((call, i) => {
    for (const { value } of usesOf(call)) use(value, i);
    for (const value of call.made) use(value, i, true);
  });
  for (const value of atEnd) use(value, calls.length);
  return [...lifetimes.values()];
}

function isOfSize(one: TracedValue, other: TracedValue): boolean {
  return one.dtype === other.dtype && bytesOf(one) === bytesOf(other);
}

/** The bytes of a tensor; valid until the heap grows. */
export function bytesIn(backend: Backend, info: TensorInfo): Uint8Array {
  const numbers = backend.typedArrayFromHeap(info);
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
