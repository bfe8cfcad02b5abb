import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** The inputs `x0`, `x1`, ... of a kernel, of this letter. */
export function inOrder(inputs: Readonly<Record<string, TensorInfo | undefined>>, letter: string): TensorInfo[] {
  const found: TensorInfo[] = [];
  for (let input = inputs[`${letter}0`]; input !== undefined; input = inputs[letter + found.length]) found.push(input);
  return found;
}

/** Inputs of a kernel: `x0`, `x1`, ... for the letter x. */
export function numbered(letter: string, tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [letter + i, tensor]));
}
