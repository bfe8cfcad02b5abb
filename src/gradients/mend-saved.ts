import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { unusable } from '../tensor/errors.js';
import { gradientDepth } from './tape.js';

type TapeNode = NonNullable<ReturnType<typeof tf.engine>['state']['activeTape']>[number];

/** The method that tfjs calls for every kernel and every custom gradient, and its counter of tensors. Neither is part of tfjs 4's public API. */
interface RecordingEngine {
  runKernelFunc(call: { readonly forwardFunc?: unknown }): unknown;
  nextTensorId(): number;
}

/** The public function that errors name, stored on the engine whose method was replaced, for every copy of this module. */
interface Mending {
  where: string;
}
const MENDING: unique symbol = Symbol.for('tfjs-generative: mending saved tensors') as never;
type Engine = ReturnType<typeof tf.engine> & { [MENDING]?: Mending };

/**
 * Connects, from now on, what operations save for their gradients, on the tape that records them.
 *
 * tfjs records the saved copy of an output before the operation. In the backward pass, the copy's gradient then arrives after the
 * operation has been processed, and is lost (tfjs issue 3252). So the copy is moved after the operation. Any other tensor that was computed inside a
 * custom gradient is not connected to the inputs. A second derivative through it would be silently wrong, so an error is thrown.
 */
export function mendSaved(): Mending {
  const engine: Engine = tf.engine();
  return (engine[MENDING] ??= prepare(engine));
}

/** Runs a gradient call whose errors about custom gradients name this public function. */
export function refusingFor<T>(where: string, f: () => T): T {
  const patchedEngine = mendSaved();
  const before = patchedEngine.where;
  patchedEngine.where = where;
  try {
    return f();
  } finally {
    patchedEngine.where = before;
  }
}

/** Replaces the method permanently, because V8 is slow with objects from which a property was deleted. */
function prepare(engine: Engine): Mending {
  const patchedEngine = { where: 'repairGradients' };
  const own = engine as unknown as RecordingEngine;
  const run = own.runKernelFunc.bind(own);
  own.runKernelFunc = (call) => {
    const { gradientDepth, kernelDepth, activeTape } = engine.state;
    if (gradientDepth === 0 || kernelDepth > 0) return run(call);
    const start = activeTape.length;
    const oldest = own.nextTensorId();
    const result = run(call);
    const copies = activeTape.splice(start);
    const node = copies.pop()!;
    const late = copies.filter((copy) => isOfOutput(copy, node));
    activeTape.push(...copies.filter((copy) => !late.includes(copy)), node, ...late);
    if (call.forwardFunc !== undefined) refuseInside(node, copies, oldest, own.nextTensorId(), patchedEngine);
    return result;
  };
  return patchedEngine;
}

/** Whether a copy that was recorded inside an operation is of an output, maybe in another shape, as a separate tensor with the same numbers. */
function isOfOutput(copy: TapeNode, { inputs, outputs }: TapeNode): boolean {
  const source = copy.inputs['x']!;
  const own = [...Object.values(inputs), ...outputs];
  const same = own.find(({ id }) => id === source.id) ?? own.find(({ dataId }) => dataId === source.dataId);
  if (same !== undefined && same.id !== source.id) {
    copy.inputs = { x: same };
    copy.gradient = ([dy]) => ({ x: () => tf.reshape(dy!, same.shape) });
  }
  return same !== undefined && outputs.includes(same);
}

/** Makes the gradient of a custom operation throw if it is recorded and uses a tensor that was computed inside, between two numbers of tensors. */
function refuseInside(
  node: TapeNode,
  copies: readonly TapeNode[],
  oldest: number,
  newest: number,
  patchedEngine: Mending,
): void {
  const { gradient, outputs } = node;
  if (gradient === undefined) return;
  const connected = new Set(outputs.map(({ id }) => id));
  const isLost = ({ id }: Tensor): boolean => id > oldest && id < newest && !connected.has(id);
  for (const copy of copies) if (!isLost(copy.inputs['x']!)) connected.add(copy.outputs[0]!.id);
  const refuse = (used: readonly Tensor[]): void => {
    if (!used.some(isLost)) return;
    throw unusable(
      patchedEngine.where,
      nameOf(node),
      'must save only its inputs and its value, to be differentiated twice',
      {
        seen: 'a tensor computed inside',
        fix: 'Where it calls tf.customGrad, save the inputs, and compute the rest from them in gradFunc.',
      },
    );
  };
  const watched = <T>(compute: () => T): T => {
    const { activeTape } = tf.engine().state;
    const start = activeTape.length;
    const result = compute();
    refuse([result as Tensor, ...activeTape.slice(start).flatMap(({ inputs }) => Object.values(inputs))]);
    return result;
  };
  node.gradient = (dys) => {
    if (gradientDepth() === 0) return gradient(dys);
    refuse(node.saved ?? []);
    // tfjs's types say that they are tensors
    const gradients = Object.entries(watched(() => gradient(dys)) as unknown as Record<string, () => Tensor>);
    return Object.fromEntries(gradients.map(([name, of]) => [name, () => watched(of)]));
  };
}

/** tfjs names its own operations after their functions; a user's operation has the name of the surrounding scope. */
function nameOf({ kernelName }: TapeNode): string {
  return kernelName.endsWith('__op') ? kernelName.slice(0, -'__op'.length) : 'customGrad';
}
