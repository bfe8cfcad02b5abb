import type { Heap } from '../heap/heap.js';
import { roundUp } from '../heap/jobs.js';
import { wordsOfConvolution, type Convolution } from '../heap/module-calls.generated.js';

/** Bytes of one image, of one output image and of the filter. */
export function imageBytes({ height, width, channels }: Convolution): number {
  return 4 * height.input * width.input * channels;
}
export function outputBytes({ height, width, outChannels }: Convolution): number {
  return 4 * height.output * width.output * outChannels;
}
export function filterBytes({ height, width, channels, outChannels }: Convolution): number {
  return 4 * height.filter * width.filter * channels * outChannels;
}

/**
 * Describes a convolution in the heap's scratch space, and reserves parts of that space for a kernel, which must make its
 * tensors before.
 *
 * @param sizes - the bytes of each part, which the module computes from the description's address
 * @returns the addresses of the description and of the parts
 */
export function layOut(heap: Heap, conv: Convolution, sizes: (at: number) => readonly number[]): readonly number[] {
  const words = wordsOfConvolution(conv);
  const description = roundUp(4 * words.length, 64);
  const first = heap.scratch(description);
  heap.write(first, words);
  const parts = sizes(first).map((bytes) => roundUp(bytes, 64));
  const at = heap.scratch(parts.reduce((sum, bytes) => sum + bytes, description));
  // the scratch space moves when it grows, and what was in it is lost even where it seems to stay
  heap.write(at, words);
  let next = at + description;
  return [at, ...parts.map((bytes) => (next += bytes) - bytes)];
}
