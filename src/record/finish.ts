import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensor, RecordedDraw, RecordedNode, RecordedState, RecordedTensor, Recording } from './recording.js';
import { combinationsOf, sizeAt, type FreeSize } from './sizes.js';
import type { TracedLeaf } from './trace.js';
import type { Draft } from './unify.js';

/** Makes a recording of a draft: numbers of values become the values themselves. */
export function finish(
  { values, leaves, nodes, outputs, updates }: Draft,
  free: readonly FreeSize[],
  places: Readonly<Record<string, string>>,
): Recording {
  const valueOf = (id: number): RecordedTensor => values[id]!;
  const named = ({ id, name }: { readonly id: number; readonly name: string }): NamedTensor => {
    const tensor = valueOf(id);
    return { name, shape: tensor.shape, dtype: tensor.dtype, tensor };
  };
  const of = (kind: TracedLeaf['kind']): TracedLeaf[] => leaves.filter((leaf) => leaf.kind === kind);
  const made: Tensor[] = [];
  const [first] = combinationsOf(free);
  const draws = of('draw').map((leaf): RecordedDraw => {
    let value: Tensor | undefined;
    const read = (): Tensor => {
      const { shape, dtype } = valueOf(leaf.id);
      value = tf.keep(tf.tensor(leaf.data, shape.map((size) => sizeAt(size, first!)), dtype)); // prettier-ignore
      made.push(value);
      return value;
    };
    return {
      ...named(leaf),
      ...leaf.drawn!,
      get value() {
        return value ?? read();
      },
    };
  });
  const state = of('state').map((leaf): RecordedState => ({
    ...named(leaf),
    data: leaf.data,
    next: updates.has(leaf.name) ? valueOf(updates.get(leaf.name)!) : undefined,
  }));
  const sources = leaves.filter(({ kind }) => kind !== 'constant').map(({ id }) => valueOf(id));
  return Object.freeze<Recording>({
    inputs: of('input').map((leaf) => ({ ...named(leaf), ...(leaf.isChosen && { data: leaf.data }) })),
    draws,
    state,
    constants: of('constant').map(({ id, data }) => ({ tensor: valueOf(id), data })),
    nodes: scoped(nodes, leaves, places).map(({ inputs, outputs, ...node }): RecordedNode => ({
      ...node,
      inputs: Object.fromEntries(Object.entries(inputs).map(([key, id]) => [key, valueOf(id)])),
      outputs: outputs.map(valueOf),
    })),
    outputs: Array.from(outputs, ([name, id]) => named({ id, name })),
    sizes: Object.fromEntries(
      free.flatMap(({ name }) => {
        const isSize = (size: unknown): boolean => JSON.stringify(size) === `{"${name}":1}`;
        const source = sources.find(({ shape }) => shape.some(isSize));
        return source ? [[name, { of: source, axis: source.shape.findIndex(isSize) }]] : [];
      }),
    ),
    dispose: () => {
      tf.dispose(made);
    },
  });
}

/** Nodes with the place of the variable that was last read. */
function scoped(nodes: Draft['nodes'], leaves: Draft['leaves'], places: Readonly<Record<string, string>>) {
  const placeOf = new Map(
    leaves.flatMap(({ id, kind, name }) => (kind === 'state' ? [[id, places[name] ?? ''] as const] : [])),
  );
  let scope = '';
  return nodes.map((node) => {
    const read = Object.values(node.inputs).find((id) => placeOf.get(id));
    if (read !== undefined) scope = placeOf.get(read)!;
    return { ...node, scope };
  });
}
