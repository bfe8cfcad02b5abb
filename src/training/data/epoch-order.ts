import type { RandomStream } from '../../random/index.js';

/** The stream from which the orders of all epochs are drawn. */
export function shuffleOf(random: RandomStream): RandomStream {
  return random.fork('batches');
}

/** The order of the examples in an epoch: a permutation by a fork of the stream, or that of the data without one. */
export function orderOfEpoch(epoch: number, examples: number, shuffle: RandomStream | undefined): Uint32Array {
  return shuffle === undefined
    ? Uint32Array.from({ length: examples }, (_, i) => i)
    : shuffle.fork(`epoch ${epoch}`).permutation(examples);
}
