import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activated } from '../composition/activated.js';
import { compose, type KernelFunction } from '../composition/compose.js';
import { heapOf, type Heap } from '../heap/heap.js';

type Inputs = Parameters<KernelFunction>[0]['inputs'];

/** Whether bias and prelu weights, if given, have one number per channel: tfjs's fused kernels accept no others. */
export function isPerChannel({ bias, preluActivationWeights: alpha }: Inputs, channels: number): boolean {
  return (bias === undefined || isRow(bias, channels)) && (alpha === undefined || isRow(alpha, channels));
}

function isRow({ shape }: TensorInfo, channels: number): boolean {
  return shape.length === 1 && shape[0] === channels;
}

/** A fused convolution as separate steps: the convolution, a bias of any shape that broadcasts, the activation. */
export function composeFused(
  convolution: string,
  { inputs, attrs = {}, backend }: Parameters<KernelFunction>[0],
): TensorInfo {
  const { x, filter, bias, preluActivationWeights } = inputs as Record<string, TensorInfo>;
  return compose(backend, (composition) => {
    const { run } = composition;
    const convolved = run(convolution, { x: x!, filter: filter! }, { ...attrs, activation: 'linear' });
    const sum = bias === undefined ? convolved : run('Add', { a: convolved, b: bias });
    return activated(composition, sum, attrs, preluActivationWeights);
  });
}

/**
 * A fused kernel of tfjs, whose activation loses NaN. If the square of an operand is not finite, a separate kernel applies the
 * activation. The numbers are the same.
 */
export function activateAfter(
  original: KernelFunction,
  args: Parameters<KernelFunction>[0],
): ReturnType<KernelFunction> {
  const { inputs, attrs = {}, backend } = args;
  const { preluActivationWeights, ...operands } = inputs;
  if ([undefined, null, 'linear'].includes(attrs['activation'] as string)) return original(args);
  const heap = heapOf(backend);
  if (Object.values(operands).every((x) => isTame(heap, x))) return original(args);
  return compose(backend, (composition) => {
    const linear = composition.call(original, operands, { ...attrs, activation: 'linear' });
    return activated(composition, linear, attrs, preluActivationWeights);
  });
}

/** Whether no sum of products of these numbers is NaN. */
function isTame(heap: Heap, x: TensorInfo | undefined): boolean {
  if (x === undefined || x.dtype !== 'float32') return x === undefined;
  return heap.run.squaresAreFinite({ x: heap.addressOf(x), n: tf.util.sizeFromShape(x.shape) }) === 1;
}
