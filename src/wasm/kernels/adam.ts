import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamFactors } from '../../operations/adam.js';
import { adamInOneKernel } from '../../operations/in-one-kernel.js';
import { ADAM_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf, runForNumbers, type Heap } from '../heap/heap.js';
import type { AddedKernel } from './kernel.js';

/**
 * One update of Adam in one pass over the numbers, instead of thirty. The variables get new buffers, because tfjs caches packed copies
 * of weights by tensor, and tensors may share a buffer.
 */
export const adam: AddedKernel = {
  kernelName: ADAM_KERNEL,
  operation: adamInOneKernel,
  kernel: ({ inputs, attrs, backend }) => {
    const heap = heapOf(backend);
    const update: Update = {
      moments: inputs['moments']!,
      gradients: inputsByLetter(inputs, 'g'),
      variables: inputsByLetter(inputs, 'p'),
      newMoments: heap.make(inputs['moments']!.shape),
      newVariables: inputsByLetter(inputs, 'p').map(({ shape }) => heap.make(shape)),
    };
    const skipped = heap.make([]);
    const isFinite = update.gradients.every((gradient) => {
      const n = tf.util.sizeFromShape(gradient.shape);
      return heap.run.squaresAreFinite({ x: heap.addressOf(gradient), n }) === 1;
    });
    viewOf(heap, skipped)[0] = viewOf(heap, inputs['skipped']!)[0]! + (isFinite ? 0 : 1);
    if (isFinite) step(heap, update, attrs as unknown as AdamFactors);
    else keep(heap, update);
    return [skipped, update.newMoments, ...update.newVariables];
  },
};

interface Update {
  readonly moments: TensorInfo;
  readonly gradients: readonly TensorInfo[];
  readonly variables: readonly TensorInfo[];
  readonly newMoments: TensorInfo;
  readonly newVariables: readonly TensorInfo[];
}

function inputsByLetter(inputs: Readonly<Record<string, TensorInfo | undefined>>, letter: string): TensorInfo[] {
  const found: TensorInfo[] = [];
  for (let input = inputs[`${letter}0`]; input !== undefined; input = inputs[letter + found.length]) found.push(input);
  return found;
}

function step(heap: Heap, update: Update, { mean, square, rate, epsilon, kept, least }: AdamFactors): void {
  const { moments, gradients, variables, newMoments, newVariables } = update;
  const [old, next] = [viewOf(heap, moments), viewOf(heap, newMoments)];
  const row = old.length / 2;
  // the last column holds the moments of a gradient that is always 1
  const [correction1, correction2] = [mean, square].map((decay, k) => {
    const last = (k + 1) * row - 1;
    return (next[last] = heap.run.nextMoment({ moment: old[last]!, value: 1, ...decay }));
  }) as [number, number];
  const [correctedRate, scale] = [rate / correction1, 1 / correction2];
  const [from, to] = [heap.addressOf(moments), heap.addressOf(newMoments)];
  const numbers = {
    meanShare: mean.share,
    meanKeep: mean.keep,
    meanPull: mean.pull,
    squareShare: square.share,
    squareKeep: square.keep,
    squarePull: square.pull,
    rate: correctedRate,
    scale,
    epsilon,
    kept,
    least,
  };
  let offset = 0;
  variables.forEach((variable, i) => {
    const length = tf.util.sizeFromShape(variable.shape);
    const [old, gradient, next] = [variable, gradients[i]!, newVariables[i]!].map(heap.addressOf) as [
      number,
      number,
      number,
    ];
    const [meanAt, squareAt] = [4 * offset, 4 * (offset + row)];
    runForNumbers(heap, 'adamStep', length, (at, n) => ({
      variable: old + at,
      gradient: gradient + at,
      mean: from + meanAt + at,
      square: from + squareAt + at,
      newVariable: next + at,
      newMean: to + meanAt + at,
      newSquare: to + squareAt + at,
      n,
      ...numbers,
    }));
    offset += length;
  });
}

function keep(heap: Heap, { moments, variables, newMoments, newVariables }: Update): void {
  viewOf(heap, newMoments).set(viewOf(heap, moments));
  variables.forEach((variable, i) => viewOf(heap, newVariables[i]!).set(viewOf(heap, variable)));
}

/** The numbers of a tensor; valid until the next tensor is made. */
function viewOf(heap: Heap, x: TensorInfo): Float32Array {
  return heap.backend.typedArrayFromHeap(x) as Float32Array;
}
