import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sentence } from '../tensor/errors.js';
import { gradientDepth } from './tape.js';

type TapeNode = NonNullable<ReturnType<typeof tf.engine>['state']['activeTape']>[number];

/**
 * Computes f() inside of a gradient of which another gradient is taken, so that each of its operations can be differentiated
 * twice.
 *
 * {@link repairGradients} sees to the operations of tfjs. The gradient of a `tf.customGrad` is in no registry: what it keeps
 * is mended here, on the tape. A kept value is noted before the operation, and moved behind it. Anything else that is
 * computed inside and kept has no way back to the inputs: the second derivative would be wrong without a warning, and is
 * refused.
 *
 * @param where - the public function, for its errors
 * @param x - what the inner gradient is taken in
 * @param f - what it is taken of; to be called inside of the inner gradient's function
 * @returns f()
 * @throws Error if an operation on the way from x to f() keeps what has no way back
 */
export function differentiable(where: string, x: Tensor, f: () => Tensor): Tensor {
  if (gradientDepth() < 2) return f();
  const tape = tf.engine().state.activeTape;
  const start = tape.length;
  const y = f();
  const nodes = tape.slice(start);
  const [late, lost] = mendKept(nodes);
  const moved = new Set([...late.values()].flat());
  const ordered = nodes.filter((node) => !moved.has(node)).flatMap((node) => [node, ...(late.get(node) ?? [])]);
  for (const [i, node] of ordered.entries()) tape[start + i] = node;
  const refused = lost.size > 0 ? wayBetween(nodes, x, y).find((node) => lost.has(node)) : undefined;
  if (refused !== undefined) {
    throw new Error(
      sentence({
        where,
        argument: nameOf(refused),
        rule: 'must keep nothing but its inputs and its value, to be differentiated twice',
        got: 'a tensor computed inside',
        fix: 'Where it calls tf.customGrad, save the inputs, and compute the rest from them in gradFunc.',
      }),
    );
  }
  return y;
}

/** The copies that belong behind each operation, and the operations that keep what has no way back. */
function mendKept(nodes: readonly TapeNode[]): [Map<TapeNode, TapeNode[]>, Set<TapeNode>] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map(({ id }) => [id, node])));
  const copies = new Set(nodes.flatMap(({ saved = [] }) => saved.map(({ id }) => makers.get(id))));
  const late = new Map<TapeNode, TapeNode[]>();
  const lost = new Set<TapeNode>();
  // Tensors are numbered as they are made: what is older than this is not computed inside of the next operation.
  let newest = 0;
  for (const node of nodes) {
    if (copies.has(node)) continue;
    const inputs = Object.values(node.inputs);
    newest = Math.max(newest, ...inputs.map(({ id }) => id));
    for (const { id } of node.saved ?? []) {
      const copy = makers.get(id);
      const source = copy?.inputs['x'];
      if (copy === undefined || source === undefined) continue;
      // The value or an input may be kept in another shape, as a tensor of its own with the same numbers.
      const same = [...inputs, ...node.outputs].find(({ dataId }) => dataId === source.dataId);
      const isOutput = same !== undefined && node.outputs.includes(same);
      if (isOutput) late.set(node, [...(late.get(node) ?? []), copy]);
      if (same !== undefined && same.id !== source.id) reconnect(copy, same);
      if (same === undefined && source.id > newest && makers.get(source.id) === undefined) lost.add(node);
    }
    newest = Math.max(newest, ...node.outputs.map(({ id }) => id));
  }
  return [late, lost];
}

function reconnect(copy: TapeNode, source: Tensor): void {
  copy.inputs = { x: source };
  copy.gradient = ([dy]) => ({ x: () => tf.reshape(dy!, source.shape) });
}

/** The operations on the way from x to y. */
function wayBetween(nodes: readonly TapeNode[], x: Tensor, y: Tensor): TapeNode[] {
  const reached = new Set([x.id]);
  const fromX = nodes.filter(({ inputs, outputs }) => {
    const reaches = Object.values(inputs).some(({ id }) => reached.has(id));
    if (reaches) for (const { id } of outputs) reached.add(id);
    return reaches;
  });
  const needed = new Set([y.id]);
  return fromX.reverse().filter(({ inputs, outputs }) => {
    const leads = outputs.some(({ id }) => needed.has(id));
    if (leads) for (const { id } of Object.values(inputs)) needed.add(id);
    return leads;
  });
}

/** tfjs names an operation of its own after its function; one of a user has the name of the scope around it. */
function nameOf({ kernelName }: TapeNode): string {
  return kernelName.endsWith('__op') ? kernelName.slice(0, -'__op'.length) : 'customGrad';
}
