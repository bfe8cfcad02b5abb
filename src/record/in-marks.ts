import type { Tensor } from '@tensorflow/tfjs-core';
import type { Differentiable } from '../gradients/custom-gradient.js';
import { gradientDepth } from '../gradients/tape.js';

/** Notes one operation, whose own kernels are not noted. */
export type Mark = (
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: object,
  compute: () => Tensor,
) => Tensor;

/** The operations of this library that stay one operation in a recording, with the names of their inputs. */
const marked: Readonly<Record<string, readonly string[]>> = {
  Lookup: ['labels', 'weights'],
  Normalize: ['x', 'scale', 'offset'],
  Waves: ['steps'],
};

/** Finds what replaces an operation of this library while a function is recorded: outside of gradients, some are one operation. */
export function inMarks(mark: Mark): (name: string) => unknown {
  return (name) => {
    const names = Object.hasOwn(marked, name) ? marked[name]! : undefined;
    if (names === undefined || gradientDepth() > 0) return undefined;
    return (
      operation: Differentiable | ((...inputs: Tensor[]) => Tensor),
      inputs: readonly Tensor[],
      { onStatistics, ...attributes }: Attributes = {},
    ) => {
      // statistics that are kept are values, too
      if (onStatistics) return undefined;
      const given = Object.fromEntries(names.map((key, i) => [key, inputs[i]!]));
      const noted = (compute: () => Tensor): Tensor => mark(name, given, attributes, compute);
      if (typeof operation === 'function') return noted(() => operation(...inputs));
      const { gradients, forward } = operation;
      return { gradients, forward: () => [noted(() => forward()[0]), []] };
    };
  };
}

type Attributes = { readonly onStatistics?: unknown };
