import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkInteger } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import type { Activation, ApplyOptions, Network } from './network.js';

/** Makes the frozen record of a layer that owns the given variables. */
export function createLayer(
  variables: readonly Variable[],
  apply: (input: Tensor, options: ApplyOptions) => Tensor,
): Network {
  return Object.freeze({
    apply: (input: Tensor, options: ApplyOptions = {}) => apply(input, options),
    variables: Object.freeze([...variables]),
    buffers: Object.freeze([]),
    dispose: () => {
      for (const variable of variables) if (!variable.isDisposed) variable.dispose();
    },
  });
}

/** Makes things that own memory one after the other; where one throws, those made before it are disposed. */
export function makeAll<const Makers extends readonly (() => { dispose(): void })[]>(
  makers: Makers,
): { -readonly [Index in keyof Makers]: ReturnType<Makers[Index]> } {
  const made: { dispose(): void }[] = [];
  try {
    for (const make of makers) made.push(make());
  } catch (error) {
    for (const one of made) one.dispose();
    throw error;
  }
  return made as { -readonly [Index in keyof Makers]: ReturnType<Makers[Index]> };
}

/** Throws unless `activation` is absent or a function. */
export function checkActivation(where: string, activation: Activation | undefined): void {
  if (activation !== undefined && typeof activation !== 'function') {
    throw wrongKind({
      where,
      argument: 'activation',
      rule: 'must be a function of a tensor',
      got: activation,
      fix: 'Import one by its name: relu, leakyRelu, elu, swish, tanh, sigmoid, softplus or gelu.',
    });
  }
}

/** Throws unless `value` is an array. */
export function checkArray(where: string, argument: string, value: unknown): void {
  if (!Array.isArray(value)) throw wrongKind({ where, argument, rule: 'must be an array', got: value });
}

/** Throws unless `sizes` is an array of at least `minimum` positive integers, or of `exactly` so many. */
export function checkSizes(where: string, argument: string, sizes: unknown, minimum: number, exactly?: number): void {
  if (!Array.isArray(sizes)) throw wrongKind({ where, argument, rule: 'must be an array of numbers', got: sizes });
  if (exactly === undefined ? sizes.length < minimum : sizes.length !== exactly) {
    const count =
      exactly === undefined
        ? `at least ${minimum === 1 ? 'one number' : `${minimum} numbers`}`
        : `exactly ${exactly} numbers`;
    throw outOfRange({ where, argument, rule: `must hold ${count}`, got: sizes });
  }
  sizes.forEach((size, i) => checkInteger(where, `${argument}[${i}]`, size));
}
