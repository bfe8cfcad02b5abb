import type { Tensor } from '@tensorflow/tfjs-core';
import type { Differentiable, Replacement } from '../gradients/custom-gradient.js';
import { gradientDepth } from '../gradients/tape.js';

/** Notes one operation, whose own kernels are not noted. */
export type Mark = (
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: object,
  compute: () => Tensor,
) => Tensor;

/** The operations of this library that stay one operation in a recording, with the names of their inputs. */
const marked: Readonly<Record<string, readonly string[]>> = { Normalize: ['x', 'scale', 'offset'] };

/** Finds what replaces an operation of this library while a function is recorded: outside of gradients, some are one operation. */
export function inMarks(mark: Mark): (name: string) => Replacement | undefined {
  return (name) => {
    const names = Object.hasOwn(marked, name) ? marked[name]! : undefined;
    if (names === undefined || gradientDepth() > 0) return undefined;
    return (operation, inputs, { onStatistics, ...attributes }: Attributes = {}): Differentiable | undefined =>
      // statistics that are kept are values, too
      onStatistics
        ? undefined
        : {
            gradients: operation.gradients,
            forward: () => {
              const given = Object.fromEntries(names.map((key, i) => [key, inputs[i]!]));
              return [mark(name, given, attributes, () => operation.forward()[0]), []];
            },
          };
  };
}

type Attributes = { readonly onStatistics?: unknown };
