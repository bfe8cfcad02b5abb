import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { RECORDER, type Distribution, type Recorder } from '../tensor/recorder.js';
import { inMarks } from './in-marks.js';
import { inScope } from './in-scope.js';
import type { RecordedNumbers, RecordedType } from './recording.js';
import { shapeOnly } from './shape-only.js';

/** A value of a call: values are numbered. */
export interface TracedValue {
  readonly shape: readonly number[];
  readonly dtype: RecordedType;
}

/** A value that no operation of the call computed. */
export interface TracedLeaf {
  readonly id: number;
  readonly kind: 'input' | 'state' | 'draw' | 'constant';
  readonly name: string;
  readonly data: RecordedNumbers;
  readonly drawn?: Distribution | undefined;
  /** Whether the host chose the numbers of an input. */
  readonly isChosen?: boolean | undefined;
}

export interface TracedNode {
  readonly operation: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly number[];
}

/** The operations of one call of a function with given inputs. */
export interface Trace {
  readonly values: readonly TracedValue[];
  readonly leaves: readonly TracedLeaf[];
  readonly nodes: readonly TracedNode[];
  readonly outputs: ReadonlyMap<string, number>;
  /** The values of state that changed. */
  readonly updates: ReadonlyMap<string, number>;
}

/** What is traced. */
export interface Traced {
  /** Called once. */
  readonly run: () => NamedTensorMap | Promise<NamedTensorMap>;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly state: Readonly<Record<string, Variable>>;
  /** Throws for an operation that a recording cannot have. */
  readonly checkOperation: (name: string) => void;
  /** Throws because the host reads numbers that depend on the inputs. */
  readonly refuseRead: () => never;
}

/** Parts of tfjs's engine that are not public. */
interface Engine {
  runKernel(name: string, inputs: Readonly<Record<string, Tensor | undefined>>, attributes?: object): Tensor | Tensor[];
  runKernelFunc(call: { readonly forwardFunc?: unknown; readonly inputs: unknown }): Tensor | Tensor[];
  read(dataId: object): unknown;
  readSync(dataId: object): unknown;
  [RECORDER]?: Recorder | undefined;
}

/**
 * Notes the kernels that one call runs. A value is a buffer in one shape and type: tfjs never changes a buffer, so that clones, assignments
 * and tensors that share numbers need no operation.
 */
export async function trace({ run, inputs, state, checkOperation, refuseRead }: Traced): Promise<Trace> {
  const engine = tf.engine() as unknown as Engine;
  const [values, leaves, nodes] = [[] as TracedValue[], [] as PendingLeaf[], [] as TracedNode[]];
  const symbols = new WeakMap<object, Map<string, number>>();
  // what the host may not read: everything but constants
  const dependent = new Set<number>();
  let depth = 0;

  const keyOf = ({ shape, dtype }: Tensor): string => `${dtype}${shape.join()}`;
  const lookUp = (tensor: Tensor): number | undefined => symbols.get(tensor.dataId)?.get(keyOf(tensor));
  const bind = (tensor: Tensor): number => {
    const id = values.push({ shape: [...tensor.shape], dtype: tensor.dtype as RecordedType }) - 1;
    if (!symbols.has(tensor.dataId)) symbols.set(tensor.dataId, new Map());
    symbols.get(tensor.dataId)!.set(keyOf(tensor), id);
    return id;
  };
  const leaf = (tensor: Tensor, kind: TracedLeaf['kind'], name: string, more: Partial<TracedLeaf> = {}): number => {
    const id = bind(tensor);
    leaves.push({ ...more, id, kind, name, held: holding(tensor) });
    if (kind !== 'constant') dependent.add(id);
    return id;
  };
  const idOf = (tensor: Tensor): number => lookUp(tensor) ?? leaf(tensor, 'constant', '');
  const add = (operation: string, from: Readonly<Record<string, number>>, attributes: object, to: readonly number[]) => {
    nodes.push({ operation, inputs: from, attributes: { ...attributes }, outputs: to });
    if (Object.values(from).some((id) => dependent.has(id))) for (const id of to) dependent.add(id);
  };
  /** Runs work whose kernels are not noted. */
  const aside = <T>(work: () => T): T => {
    depth++;
    try {
      return work();
    } finally {
      depth--;
    }
  };
  const note = (operation: string, from: Readonly<Record<string, number>>, attributes: object, results: Tensor[]): void => {
    const known = new Set(Object.values(from));
    // a result that shares buffer, shape and type with an input is the same value
    const to = results.map((result) => lookUp(result) ?? bind(result));
    if (to.some((id) => !known.has(id))) add(operation, from, attributes, to);
  };
  /** Gives tensors new names, so that what uses them from now on depends on this operation. */
  const rename = (operation: string, tensors: readonly Tensor[]): void => {
    const from = tensors.map(idOf);
    add(operation, Object.fromEntries(from.entries()), {}, tensors.map(bind));
  };

  const counts = { draw: 0 };
  const recorder: Recorder = {
    draw: (numbers, how) => void leaf(numbers, 'draw', `${how.distribution}${counts.draw++}`, { drawn: how }),
    chosen: (numbers, name) => void leaf(numbers, 'input', name, { isChosen: true }),
    together: (gradients) => rename('Together', gradients),
    operation: inMarks((name, given, attributes, compute) => {
      const from = Object.fromEntries(Object.entries(given).map(([key, tensor]) => [key, idOf(tensor)]));
      const result = aside(compute);
      note(name, from, attributes, [result]);
      return result;
    }),
  };

  const { runKernel, runKernelFunc, read, readSync } = engine;
  const patches: Partial<Engine> = {
    runKernel(name, given, attributes) {
      if (depth > 0) return runKernel.call(this, name, given, attributes);
      const tensors = Object.entries(given).filter((entry): entry is [string, Tensor] => entry[1] != null);
      checkOperation(name);
      const from = Object.fromEntries(tensors.map(([key, tensor]) => [key, idOf(tensor)]));
      const result = aside(() =>
        shapeOnly(name, given, attributes, (kernel, to, how) => runKernel.call(this, kernel, to, how)),
      );
      note(name, from, plainOf(attributes), [result].flat());
      return result;
    },
    runKernelFunc(call) {
      const result = runKernelFunc.call(this, call);
      // a custom gradient without inputs is a stop of gradients
      if (depth === 0 && call.forwardFunc && Array.isArray(call.inputs) && call.inputs.length === 0)
        rename('StopGradient', [result].flat());
      return result;
    },
    read: refusing(read),
    readSync: refusing(readSync),
  };
  function refusing(read: (dataId: object) => unknown) {
    return function (this: Engine, dataId: object): unknown {
      const ids = [...(symbols.get(dataId)?.values() ?? [])];
      if (depth === 0 && ids.some((id) => dependent.has(id))) refuseRead();
      return read.call(this, dataId);
    };
  }

  for (const [name, tensor] of Object.entries(inputs)) leaf(tensor, 'input', name);
  for (const [name, variable] of Object.entries(state)) leaf(variable, 'state', name);
  const before = Object.fromEntries(Object.entries(state).map(([name, { dataId }]) => [name, dataId]));
  const names = Object.keys(patches) as (keyof Engine)[];
  const owned = names.map((name) => Object.getOwnPropertyDescriptor(engine, name));
  const putBack = (): void => {
    engine[RECORDER] = undefined;
    names.forEach((name, i) => {
      // the library replaces some of them for good
      if (owned[i]) Object.defineProperty(engine, name, owned[i]);
      else Reflect.deleteProperty(engine, name);
    });
  };
  try {
    Object.assign(engine, patches);
    engine[RECORDER] = recorder;
    let result: NamedTensorMap;
    try {
      result = await inScope(run);
    } finally {
      putBack();
    }
    const outputs = new Map(Object.entries(result).map(([name, tensor]) => [name, idOf(tensor)]));
    const updates = new Map(
      Object.entries(state).flatMap(([name, variable]) =>
        variable.dataId === before[name] ? [] : [[name, idOf(variable)] as const],
      ),
    );
    const given = new Set<object>([...Object.values(inputs), ...Object.values(state)]);
    tf.dispose(Object.values(result).filter((tensor) => !given.has(tensor)));
    return { values, nodes, outputs, updates, leaves: await Promise.all(leaves.map(readLeaf)) };
  } finally {
    for (const { held } of leaves) held.dispose();
  }
}

/** A leaf whose numbers have not been read; the tensor holds its buffer. */
type PendingLeaf = Omit<TracedLeaf, 'data'> & { readonly held: Tensor };

async function readLeaf({ held, ...leaf }: PendingLeaf): Promise<TracedLeaf> {
  const numbers = await held.data();
  const { dtype } = held;
  // cpu keeps numbers that were bools as bytes
  const data =
    dtype === 'int32' ? Int32Array.from(numbers) : dtype === 'bool' ? Uint8Array.from(numbers) : Float32Array.from(numbers);
  return { ...leaf, data };
}

/** A further tensor with the buffer of this one, which no tape and no scope sees. */
function holding(tensor: Tensor): Tensor {
  const engine = tf.engine() as unknown as {
    readonly state: { readonly tensorInfo: WeakMap<object, { readonly backend: { incRef(dataId: object): void } }> };
    makeTensorFromDataId(dataId: object, shape: readonly number[], dtype: string, backend: unknown): Tensor;
  };
  const { backend } = engine.state.tensorInfo.get(tensor.dataId)!;
  backend.incRef(tensor.dataId);
  return tf.keep(engine.makeTensorFromDataId(tensor.dataId, tensor.shape, tensor.dtype, backend));
}

/** Attributes as plain values. */
function plainOf(attributes: object = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined && typeof value !== 'function'),
  );
}
