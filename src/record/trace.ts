import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { RECORDER, type Distribution, type Recorder } from '../tensor/recorder.js';
import { inScope } from './in-scope.js';
import { createNotes, recorderOf, type Notes, type PendingLeaf } from './notes.js';
import { numbersOfTensor, patchEngine, type EnginePatches, type PatchedEngine } from './patch-engine.js';
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

/** Notes the kernels that one call runs: see {@link createNotes}. */
export async function trace({ run, inputs, state, checkOperation, refuseRead }: Traced): Promise<Trace> {
  const engine = tf.engine() as unknown as PatchedEngine & { [RECORDER]?: Recorder | undefined };
  const notes = createNotes();
  for (const [name, tensor] of Object.entries(inputs)) notes.leaf(tensor, 'input', name);
  for (const [name, variable] of Object.entries(state)) notes.leaf(variable, 'state', name);
  const before = Object.fromEntries(Object.entries(state).map(([name, { dataId }]) => [name, dataId]));
  try {
    const putBack = patchEngine(engine, patchesFor(engine, notes, { checkOperation, refuseRead }));
    engine[RECORDER] = recorderOf(notes);
    let result: NamedTensorMap;
    try {
      result = await inScope(run);
    } finally {
      engine[RECORDER] = undefined;
      putBack();
    }
    const outputs = new Map(Object.entries(result).map(([name, tensor]) => [name, notes.idOf(tensor)]));
    const updates = new Map(
      Object.entries(state).flatMap(([name, variable]) =>
        variable.dataId === before[name] ? [] : [[name, notes.idOf(variable)] as const],
      ),
    );
    const given = new Set<object>([...Object.values(inputs), ...Object.values(state)]);
    tf.dispose(Object.values(result).filter((tensor) => !given.has(tensor)));
    const { values, nodes } = notes;
    return { values, nodes, outputs, updates, leaves: await Promise.all(notes.leaves.map(readLeaf)) };
  } finally {
    for (const { held } of notes.leaves) held.dispose();
  }
}

/** What takes the place of methods of tfjs's engine. */
function patchesFor(
  { runKernel, runKernelFunc, read, readSync }: PatchedEngine,
  notes: Notes,
  { checkOperation, refuseRead }: Pick<Traced, 'checkOperation' | 'refuseRead'>,
): EnginePatches {
  const refusing = (read: (dataId: object) => unknown) =>
    function (this: PatchedEngine, dataId: object): unknown {
      if (!notes.isAside && notes.isDependent(dataId)) refuseRead();
      return read.call(this, dataId);
    };
  return {
    runKernel(name, given, attributes) {
      if (notes.isAside) return runKernel.call(this, name, given, attributes);
      checkOperation(name);
      const from = notes.idsOf(
        Object.fromEntries(Object.entries(given).filter((entry): entry is [string, Tensor] => entry[1] != null)),
      );
      const result = notes.aside(() =>
        shapeOnly(name, given, attributes, (kernel, to, how) => runKernel.call(this, kernel, to, how)),
      );
      notes.note(name, from, plainOf(attributes), [result].flat());
      return result;
    },
    runKernelFunc(call) {
      const result = runKernelFunc.call(this, call);
      // a custom gradient without inputs is a stop of gradients
      if (!notes.isAside && call.forwardFunc && Array.isArray(call.inputs) && call.inputs.length === 0)
        notes.rename('StopGradient', [result].flat());
      return result;
    },
    read: refusing(read),
    readSync: refusing(readSync),
  };
}

async function readLeaf({ held, ...leaf }: PendingLeaf): Promise<TracedLeaf> {
  return { ...leaf, data: await numbersOfTensor(held) };
}

/** Attributes as plain values. */
function plainOf(attributes: object = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined && typeof value !== 'function'),
  );
}
