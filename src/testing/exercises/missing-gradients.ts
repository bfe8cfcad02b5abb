import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { repairGradients } from '../../gradients/index.js';

/**
 * Registers the gradients that tfjs lacks and an answer may need, and mends those that are wrong: an answer is right or wrong by itself,
 * whichever operations it is made of. Without tfjs's own gradients it does nothing.
 */
export function completeGradients(): void {
  // tfjs's types wrongly promise a gradient for every kernel
  const registered = (kernelName: string): GradConfig | undefined => tf.getGradient(kernelName);
  if (registered('Add') === undefined) return;
  repairGradients();
  for (const gradient of additions) if (registered(gradient.kernelName) === undefined) tf.registerGradient(gradient);
}

/** A gradient of one differentiable input, which is saved with a second one. */
type Pullback = (dy: Tensor, x: Tensor, second: Tensor | undefined, attributes: never) => Tensor;

function ofFirst(kernelName: string, [first, second]: readonly string[], pull: Pullback): GradConfig {
  return {
    kernelName,
    inputsToSave: second === undefined ? [first!] : [first!, second],
    gradFunc: (dy, [x, other], attributes) => ({
      [first!]: () => pull(dy as Tensor, x!, other, attributes as never),
      // indices have no gradient
      ...(second !== undefined && { [second]: () => tf.zerosLike(other!) }),
    }),
  };
}

/** The gradients that {@link completeGradients} registers where there is none. */
export const additions: readonly GradConfig[] = [
  {
    kernelName: 'Einsum',
    saveAllInputs: true,
    gradFunc: (dy, tensors, attributes) =>
      einsumGradients(dy as Tensor, tensors, attributes['equation'] as unknown as string),
  },
  ofFirst('GatherNd', ['params', 'indices'], (dy, params, indices) => tf.scatterND(indices!, dy, params.shape)),
  ofFirst('ScatterNd', ['updates', 'indices'], (dy, _, indices) => tf.gatherND(dy, indices!)),
  ofFirst('Diag', ['x'], (dy, x) =>
    tf.reshape(tf.sum(tf.mul(tf.reshape(dy, [x.size, x.size]), tf.eye(x.size)), 1), x.shape),
  ),
  {
    kernelName: 'TopK',
    inputsToSave: ['x'],
    outputsToSave: [false, true],
    gradFunc: (dys, [x, indices]) => ({
      x: () => {
        const places = tf.oneHot(indices as tf.Tensor1D, x!.shape.at(-1)!);
        return tf.sum(tf.mul(tf.expandDims((dys as Tensor[])[0]!, -1), places), -2);
      },
    }),
  },
  ofFirst('StridedSlice', ['x'], (dy, x, _, attributes) => {
    const { begin, end, strides, ...masks } = attributes as Readonly<Record<string, number[]>>;
    const places = tf.reshape(tf.range(0, x.size, 1, 'int32'), x.shape);
    const taken = tf.stridedSlice(places, begin!, end!, strides, ...masksOf(masks));
    const flat = tf.reshape(tf.cast(taken, 'int32'), [-1, 1]);
    return tf.reshape(tf.scatterND(flat, tf.reshape(dy, [-1]), [x.size]), x.shape);
  }),
];

/** The masks of a strided slice in the order of its arguments. */
function masksOf(masks: Readonly<Record<string, unknown>>): number[] {
  return ['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'].map((name) =>
    Number(masks[name] ?? 0),
  );
}

/** Each input's gradient is a contraction of dy with the other input; an axis that is summed in this input alone is repeated. */
function einsumGradients(dy: Tensor, tensors: readonly Tensor[], equation: string): Record<number, () => Tensor> {
  const [from, to = ''] = equation.replaceAll(/\s/g, '').split('->');
  const terms = from!.split(',');
  return Object.fromEntries(
    tensors.map((x, i) => {
      const gradient = (): Tensor => {
        const others = terms.filter((_, j) => j !== i);
        const given = [dy, ...tensors.filter((_, j) => j !== i)];
        const known = [...terms[i]!].filter((axis) => `${to}${others.join('')}`.includes(axis)).join('');
        const shape = [...terms[i]!].map((axis, k) => (known.includes(axis) ? x.shape[k]! : 1));
        return tf.broadcastTo(tf.reshape(contract([to, ...others], given, known), shape), x.shape);
      };
      return [i, gradient];
    }),
  );
}

/** An einsum of any equation: tfjs's own cannot do all that a gradient asks for. */
function contract(terms: readonly string[], tensors: readonly Tensor[], to: string): Tensor {
  const axes = [...new Set(terms.join(''))];
  const aligned = tensors.map((x, i) => {
    const places = axes.map((axis) => terms[i]!.indexOf(axis));
    const ordered = tf.transpose(
      x,
      places.filter((place) => place >= 0),
    );
    return tf.reshape(
      ordered,
      places.map((place) => (place < 0 ? 1 : x.shape[place]!)),
    );
  });
  const summed = axes.flatMap((axis, i) => (to.includes(axis) ? [] : [i]));
  const product = aligned.reduce((a, b) => tf.mul(a, b));
  const kept = axes.filter((axis) => to.includes(axis));
  return tf.transpose(
    summed.length === 0 ? product : tf.sum(product, summed),
    [...to].map((axis) => kept.indexOf(axis)),
  );
}
