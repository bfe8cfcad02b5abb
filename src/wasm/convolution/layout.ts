import type { Heap } from '../heap/heap.js';
import { roundUp, type Rows } from '../heap/jobs.js';
import { wordsOfConvolution, type Convolution } from '../heap/module-calls.generated.js';

/** The fewest pixels that are worth a job of windows. */
const MIN_PIXELS = 96;

/** The rows of outputs of a convolution, or of its inputs, for jobs of windows. */
export function rowLayout(images: number, ofImage: number, width: number): Rows {
  return { images, ofImage, least: Math.ceil(MIN_PIXELS / width) };
}

/** Bytes of an image. */
export function imageBytes({ height, width, channels }: Convolution): number {
  return 4 * height.input * width.input * channels;
}

/** Bytes of the filter. */
export function filterBytes({ height, width, channels, outChannels }: Convolution): number {
  return 4 * height.filter * width.filter * channels * outChannels;
}

/**
 * Writes the description of a convolution into the heap's scratch space, and reserves parts of that space for a kernel. The kernel must
 * make its tensors first.
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
  // scratch space moves when it grows, and its contents are lost even if the address stays the same
  heap.write(at, words);
  let next = at + description;
  return [at, ...parts.map((bytes) => (next += bytes) - bytes)];
}
