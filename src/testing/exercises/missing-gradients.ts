import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { sumTo } from '../../gradients/gradients-of-numbers.js';
import { repairGradients } from '../../gradients/repair.js';

/**
 * Registers gradients that tfjs lacks and an answer may need, and repairs wrong ones, so that an answer may use any operation. It does
 * nothing if tfjs's own gradients are not registered.
 */
export function completeGradients(): void {
  // tfjs's types wrongly promise a gradient for every kernel
  const registered = (kernelName: string): GradConfig | undefined => tf.getGradient(kernelName);
  if (registered('Add') === undefined) return;
  repairGradients();
  for (const gradient of additions) if (registered(gradient.kernelName) === undefined) tf.registerGradient(gradient);
  for (const gradient of [gather, squaredDifference]) {
    if (registered(gradient.kernelName) === gradient) continue;
    tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
}

/** The gradient with respect to the first input; the second one is saved with it. */
type Pullback = (dy: Tensor, x: Tensor, second: Tensor | undefined, attributes: never) => Tensor;

function ofFirst(kernelName: string, [first, second]: readonly string[], pull: Pullback): GradConfig {
  return {
    kernelName,
    inputsToSave: second === undefined ? [first!] : [first!, second],
    gradFunc: (dy, [x, other], attributes) => ({
      [first!]: () => pull(dy as Tensor, x!, other, attributes as never),
      // indices have no gradient, but those that depend on an input need one of float32
      ...(second !== undefined && { [second]: () => tf.zeros(other!.shape) }),
    }),
  };
}

/** The gradient of `tf.gather`; tfjs's own throws if `batchDims` is above 1. */
const gather = ofFirst('GatherV2', ['x', 'indices'], (dy, x, indices, attributes) => {
  const { axis, batchDims } = attributes as { readonly axis: number; readonly batchDims: number };
  const places = tf.gather(tf.reshape(tf.range(0, x.size, 1, 'int32'), x.shape), indices!, axis, batchDims);
  return tf.reshape(tf.unsortedSegmentSum(tf.reshape(dy, [-1]), tf.reshape(places, [-1]), x.size), x.shape);
});

/** The gradient of `tf.squaredDifference`; tfjs's own throws if an input is broadcast. */
const squaredDifference: GradConfig = {
  kernelName: 'SquaredDifference',
  inputsToSave: ['a', 'b'],
  gradFunc(dy, [a, b]) {
    const of = (x: Tensor, y: Tensor): Tensor => {
      const slopes = tf.mul(dy as Tensor, tf.mul(2, tf.sub(x, y)));
      return sumTo(x.shape, slopes);
    };
    return { a: () => of(a!, b!), b: () => of(b!, a!) };
  },
};

/** The gradients that {@link completeGradients} registers if they are missing. */
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
    const slice = tf.stridedSlice(places, begin!, end!, strides, ...masksOf(masks));
    const flat = tf.reshape(tf.cast(slice, 'int32'), [-1, 1]);
    return tf.reshape(tf.scatterND(flat, tf.reshape(dy, [-1]), [x.size]), x.shape);
  }),
];

/** The masks of a strided slice in the order of its arguments. */
function masksOf(masks: Readonly<Record<string, unknown>>): number[] {
  return ['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'].map((name) =>
    Number(masks[name] ?? 0),
  );
}

/** Each input's gradient is a contraction of dy with the other input, broadcast along axes that only this input has. */
function einsumGradients(dy: Tensor, tensors: readonly Tensor[], equation: string): Record<number, () => Tensor> {
  const [from, to = ''] = equation.replaceAll(/\s/g, '').split('->');
  const terms = from!.split(',');
  return Object.fromEntries(
    tensors.map((x, i) => {
      const gradient = (): Tensor => {
        const others = terms.filter((_, j) => j !== i);
        const factors = [dy, ...tensors.filter((_, j) => j !== i)];
        const known = [...terms[i]!].filter((axis) => `${to}${others.join('')}`.includes(axis)).join('');
        const shape = [...terms[i]!].map((axis, k) => (known.includes(axis) ? x.shape[k]! : 1));
        return tf.broadcastTo(tf.reshape(contract([to, ...others], factors, known), shape), x.shape);
      };
      return [i, gradient];
    }),
  );
}

/** An einsum of any equation; tfjs's own does not support all that gradients need. */
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
