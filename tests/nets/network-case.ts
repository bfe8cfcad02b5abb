import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions, Network } from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';

/** A network as the laws in networks.wasm.test.ts need it. Add one to its room's registry.ts for each new one. */
export interface NetworkCase {
  readonly name: string;
  readonly make: (random: RandomStream) => Network;
  readonly input: readonly number[] | (() => Tensor);
  readonly output: readonly number[];
  /** The count of numbers that an optimizer may move. */
  readonly parameters: number;
  /** The number of its buffers; none by default. */
  readonly buffers?: number;
  /** Made again for each pass, so that its random numbers are the same in each. */
  readonly options?: () => ApplyOptions;
  /** It has units whose derivative jumps, where finite differences fail: its gradients are compared with the cpu backend's. */
  readonly kinks?: boolean;
}

/** An input for a case: normal numbers, the same at every call. */
export function inputOf({ input }: Pick<NetworkCase, 'input'>): Tensor {
  return typeof input === 'function' ? input() : createRandom(11).normal(input);
}

export const labels = (): Tensor => tf.tensor1d([2, -1, 0, 2], 'int32');
export const two = (): Tensor => tf.tensor1d([1, -1], 'int32');
export const steps = (): Tensor => tf.tensor1d([3, 700], 'int32');
export const vectors = (size: number) => (): ApplyOptions => ({ condition: createRandom(12).normal([2, size]) });
export const inTraining = (): ApplyOptions => ({ training: true, random: createRandom(13) });
/** Two texts, of two words and of one. */
export const texts = (): Tensor => tf.tensor2d([[3, 1, 0], [2, 0, 0]], [2, 3], 'int32'); // prettier-ignore
