import type { Tensor } from '@tensorflow/tfjs-core';
import type { Recorder } from '../tensor/recorder.js';
import { holding } from './holding.js';
import { inMarks } from './in-marks.js';
import type { RecordedType } from './recording.js';
import type { TracedLeaf, TracedNode, TracedValue } from './trace.js';

/** A leaf whose numbers have not been read; the tensor holds its buffer. */
export type PendingLeaf = Omit<TracedLeaf, 'data'> & { readonly held: Tensor };

/** What is noted of one call. */
export interface Notes {
  readonly values: TracedValue[];
  readonly leaves: PendingLeaf[];
  readonly nodes: TracedNode[];
  /** Whether work is being done whose kernels are not noted. */
  readonly isAside: boolean;
  /** Does work whose kernels are not noted. */
  aside<T>(work: () => T): T;
  /** Adds a value that no operation computed. */
  leaf(tensor: Tensor, kind: TracedLeaf['kind'], name: string, more?: Partial<TracedLeaf>): number;
  /** The number of a tensor's value; one that was never seen is a constant. */
  idOf(tensor: Tensor): number;
  /** The numbers of tensors by the names of a kernel's inputs. */
  idsOf(tensors: Readonly<Record<string, Tensor>>): Record<string, number>;
  /** Adds an operation, unless its results are values that its inputs are. */
  note(operation: string, from: Readonly<Record<string, number>>, attributes: object, results: readonly Tensor[]): void;
  /** Gives tensors new values, so that what uses them from now on depends on this operation. */
  rename(operation: string, tensors: readonly Tensor[]): void;
  /** Whether a buffer has numbers that depend on inputs, draws or state, which the host may not read. */
  isDependent(dataId: object): boolean;
}

/**
 * Takes notes of a call. A value is a buffer in one shape and type: tfjs never changes a buffer, so that clones, assignments and tensors
 * that share numbers need no operation.
 */
export function createNotes(): Notes {
  const [values, leaves, nodes] = [[] as TracedValue[], [] as PendingLeaf[], [] as TracedNode[]];
  const symbols = new WeakMap<object, Map<string, number>>();
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
  const add = (
    operation: string,
    inputs: Readonly<Record<string, number>>,
    attributes: object,
    outputs: number[],
  ): void => {
    nodes.push({ operation, inputs, attributes: { ...attributes }, outputs });
    if (Object.values(inputs).some((id) => dependent.has(id))) for (const id of outputs) dependent.add(id);
  };

  const notes: Notes = {
    values,
    leaves,
    nodes,
    get isAside() {
      return depth > 0;
    },
    aside: (work) => {
      depth++;
      try {
        return work();
      } finally {
        depth--;
      }
    },
    leaf: (tensor, kind, name, more = {}) => {
      const id = bind(tensor);
      leaves.push({ ...more, id, kind, name, held: holding(tensor) });
      if (kind !== 'constant') dependent.add(id);
      return id;
    },
    idOf: (tensor) => lookUp(tensor) ?? notes.leaf(tensor, 'constant', ''),
    idsOf: (tensors) => Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, notes.idOf(tensor)])),
    note: (operation, from, attributes, results) => {
      const known = new Set(Object.values(from));
      const to = results.map((result) => lookUp(result) ?? bind(result));
      if (to.some((id) => !known.has(id))) add(operation, from, attributes, to);
    },
    rename: (operation, tensors) => {
      const from = Object.fromEntries(tensors.map(notes.idOf).entries());
      add(operation, from, {}, tensors.map(bind));
    },
    isDependent: (dataId) => [...(symbols.get(dataId)?.values() ?? [])].some((id) => dependent.has(id)),
  };
  return notes;
}

/** What the library tells a recorder, as notes. */
export function recorderOf(notes: Notes): Recorder {
  let draws = 0;
  return {
    draw: (numbers, how) => void notes.leaf(numbers, 'draw', `${how.distribution}${draws++}`, { drawn: how }),
    chosen: (numbers, name) => void notes.leaf(numbers, 'input', name, { isChosen: true }),
    together: (gradients) => {
      notes.rename('Together', gradients);
    },
    operation: inMarks((name, given, attributes, compute) => {
      const from = notes.idsOf(given);
      const result = notes.aside(compute);
      notes.note(name, from, attributes, [result]);
      return result;
    }),
  };
}
