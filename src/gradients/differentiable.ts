import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { unusable } from '../tensor/errors.js';
import { gradientDepth } from './tape.js';

type TapeNode = NonNullable<ReturnType<typeof tf.engine>['state']['activeTape']>[number];

/**
 * Computes f() in the inner one of two nested gradients, such that each of its operations can be differentiated
 * twice.
 *
 * {@link repairGradients} takes care of tfjs's operations. The gradient of a `tf.customGrad` is in no registry, so its saved
 * tensors are repaired here, on the tape. tfjs records the saved copy of an output before the operation; the copy is moved after it.
 * Any other saved tensor that was computed inside the operation is not connected to the inputs. The second derivative would be
 * silently wrong, so an error is thrown.
 *
 * @param where - the public function, for its errors
 * @param x - the tensor with respect to which the inner gradient is taken
 * @param f - computes the quantity that the inner gradient differentiates; call `differentiable` inside the inner gradient's function
 * @returns f()
 * @throws Error if an operation between x and f() saves a tensor that is not connected to its inputs
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
    throw unusable(where, nameOf(refused), 'must save only its inputs and its value, to be differentiated twice', {
      seen: 'a tensor computed inside',
      fix: 'Where it calls tf.customGrad, save the inputs, and compute the rest from them in gradFunc.',
    });
  }
  return y;
}

/** The copies that belong after each operation, and the operations that save a tensor without a connection to their inputs. */
function mendKept(nodes: readonly TapeNode[]): [Map<TapeNode, TapeNode[]>, Set<TapeNode>] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map(({ id }) => [id, node])));
  const copies = new Set(nodes.flatMap(({ saved = [] }) => saved.map(({ id }) => makers.get(id))));
  const late = new Map<TapeNode, TapeNode[]>();
  const lost = new Set<TapeNode>();
  // Tensors are numbered in the order of their creation: a tensor older than this was not computed inside the next operation.
  let newest = 0;
  for (const node of nodes) {
    if (copies.has(node)) continue;
    const inputs = Object.values(node.inputs);
    newest = Math.max(newest, ...inputs.map(({ id }) => id));
    for (const { id } of node.saved ?? []) {
      const copy = makers.get(id);
      const source = copy?.inputs['x'];
      if (copy === undefined || source === undefined) continue;
      // The value or an input may be saved in another shape, as a separate tensor with the same numbers.
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

/** The operations on the path from x to y. */
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

/** tfjs names its own operations after their functions; a user's operation has the name of the surrounding scope. */
function nameOf({ kernelName }: TapeNode): string {
  return kernelName.endsWith('__op') ? kernelName.slice(0, -'__op'.length) : 'customGrad';
}
