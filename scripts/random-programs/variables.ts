import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import type { Entries } from './evaluate.js';

interface Owner extends Partial<g.Part> {
  readonly state?: { readonly variables?: Readonly<Record<string, tf.Variable>> };
}

/** The variables of all parts of a program. */
export function variablesIn(scope: ReadonlyMap<string, unknown>): tf.Variable[] {
  const found = new Set<tf.Variable>();
  for (const value of scope.values()) {
    const { variables, buffers = [], state } = (value ?? {}) as Owner;
    const lists: readonly unknown[] = [variables, buffers, Object.values(state?.variables ?? {})];
    for (const variable of lists.filter((list) => Array.isArray(list)).flat() as readonly unknown[])
      if (variable instanceof tf.Variable) found.add(variable as tf.Variable);
  }
  return [...found];
}

/** Adds normal numbers of this size to variables. */
export function move(variables: readonly tf.Variable[], entries: Entries, size: number): void {
  const random = (entries['index'] as unknown as typeof g).createRandom(7);
  tf.tidy(() => {
    for (const one of variables)
      if (one.dtype === 'float32' && !one.isDisposed)
        one.assign(tf.add(one, tf.mul(tf.abs(random.normal(one.shape)), size)));
  });
}
