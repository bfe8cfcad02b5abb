import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { ADAM_KERNEL, type AdamNumbers } from '../../operations/adam.js';
import { heapOf } from '../heap/heap.js';
import type { AddedKernel } from './kernel.js';

/**
 * Added to a moment and taken off again in 64 bits, it rounds what is below float32's normal numbers to 0 and leaves the
 * rest as it is: a moment that decays would end there, where arithmetic is many times as slow.
 */
const FLUSH = 1e-21;

/**
 * One update of Adam in one pass over the numbers instead of thirty. The variables get fresh buffers: tfjs keeps packed
 * copies of weights by their tensor, and tensors may share a buffer.
 */
export const adam: AddedKernel = {
  kernelName: ADAM_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const memory = backend as BackendWasm;
    const numbers = attrs as unknown as AdamNumbers;
    const { moments } = inputs as { moments: TensorInfo };
    const gradients = inOrder(inputs, 'g');
    const variables = inOrder(inputs, 'p');
    const newMoments = memory.makeOutput(moments.shape, 'float32');
    const results = variables.map(({ shape }) => memory.makeOutput(shape, 'float32'));
    const on = memory.makeOutput([], 'float32');
    // views of the heap last until the next allocation, so all of them are taken now
    const view = (x: TensorInfo): Float32Array => memory.typedArrayFromHeap(x) as Float32Array;
    const old = view(moments);
    const next = view(newMoments);
    const gradientViews = gradients.map(view);
    const heap = heapOf(backend);
    const isFinite = (x: TensorInfo, i: number): boolean =>
      heap === null
        ? squaresAreFinite(gradientViews[i]!)
        : heap.run.squaresAreFinite({ x: heap.addressOf(x), n: gradientViews[i]!.length }) === 1;
    if (gradients.every(isFinite)) {
      view(on)[0] = 1;
      const numbersInAll = old.length / 2 - 1;
      const corrections = [numbersInAll, 2 * numbersInAll + 1].map((last, row) => {
        const decay = row === 0 ? numbers.beta1 : numbers.beta2;
        next[last] = decay * old[last]! + (1 - decay);
        return next[last];
      });
      let offset = 0;
      variables.forEach((variable, i) => {
        const [before, after, gradient] = [view(variable), view(results[i]!), gradientViews[i]!];
        if (heap === null) {
          updateNumbers({ before, after, gradient, old, next, offset, corrections, numbers });
        } else {
          const { rate, beta1, beta2, epsilon, weightDecay } = numbers;
          const [p, g, newP] = [variable, gradients[i]!, results[i]!].map(heap.addressOf) as [number, number, number];
          const rowOf = (x: TensorInfo, row: number): number =>
            heap.addressOf(x) + 4 * (offset + (row * old.length) / 2);
          heap.run.adam({
            ...{ p, g, m: rowOf(moments, 0), v: rowOf(moments, 1) },
            ...{ newP, newM: rowOf(newMoments, 0), newV: rowOf(newMoments, 1), n: before.length },
            ...{ beta1, beta2, rate, c1: corrections[0]!, c2: corrections[1]!, epsilon, decay: weightDecay },
          });
        }
        offset += before.length;
      });
    } else {
      view(on)[0] = 0;
      next.set(old);
      variables.forEach((variable, i) => view(results[i]!).set(view(variable)));
    }
    return [on, newMoments, ...results];
  },
};

function inOrder(inputs: Readonly<Record<string, TensorInfo | undefined>>, letter: string): TensorInfo[] {
  const found: TensorInfo[] = [];
  for (let input = inputs[`${letter}0`]; input !== undefined; input = inputs[letter + found.length]) found.push(input);
  return found;
}

function squaresAreFinite(gradient: Float32Array): boolean {
  // of float32, whose largest number is 2^128
  const largest = 2 ** 64;
  let finite = true;
  // to the end in any case: without a way out of it the loop is twice as fast
  for (let i = 0; i < gradient.length; i++) if (!(Math.abs(gradient[i]!) < largest)) finite = false;
  return finite;
}

interface Numbers {
  readonly before: Float32Array;
  readonly after: Float32Array;
  readonly gradient: Float32Array;
  readonly old: Float32Array;
  readonly next: Float32Array;
  readonly offset: number;
  readonly corrections: readonly number[];
  readonly numbers: AdamNumbers;
}

function updateNumbers({ before, after, gradient, old, next, offset, corrections, numbers }: Numbers): void {
  const { rate, beta1, beta2, epsilon, weightDecay } = numbers;
  const row = (moments: Float32Array, k: number): Float32Array => {
    const begin = (k * moments.length) / 2 + offset;
    return moments.subarray(begin, begin + before.length);
  };
  const [oldMean, oldSquare, mean, square] = [row(old, 0), row(old, 1), row(next, 0), row(next, 1)];
  const [scale1, scale2, new1, new2] = [1 / corrections[0]!, 1 / corrections[1]!, 1 - beta1, 1 - beta2];
  const kept = 1 - rate * weightDecay;
  for (let i = 0; i < before.length; i++) {
    const g = gradient[i]!;
    const m = beta1 * oldMean[i]! + new1 * g + FLUSH - FLUSH;
    const v = beta2 * oldSquare[i]! + new2 * g * g + FLUSH - FLUSH;
    mean[i] = m;
    square[i] = v;
    after[i] = kept * before[i]! - (rate * (m * scale1)) / (Math.sqrt(v * scale2) + epsilon);
  }
}
