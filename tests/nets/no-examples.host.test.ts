import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApplyOptions } from '../../src/nets/index.js';
import { createAdamPieces } from '../../src/operations/adam.js';
import { countedUpdate } from '../operations/adam-steps.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';
import { conditions } from './conditions/registry.js';
import { layers } from './layers/registry.js';
import { inputOf, type NetworkCase } from './network-case.js';
import { compositions } from './networks/registry.js';

afterEach(() => tf.disposeVariables());

/** The options of a case for no examples. */
function optionsOf({ options }: NetworkCase): ApplyOptions {
  const given = options?.() ?? {};
  const all = (record: object) =>
    Object.fromEntries(
      Object.entries(record).map(([name, value]: [string, unknown]) => [name, ofNone(value)]),
    ) as never;
  const ofNone = (value: unknown): unknown => (value instanceof tf.Tensor ? tf.slice(value, 0, 0) : value);
  return { ...(all(given) as ApplyOptions), ...(given.conditions && { conditions: all(given.conditions) }) };
}

describe.each([...layers, ...compositions, ...conditions])('$name', (one) => {
  test('gives nothing for no examples, and gradients of zero', async () => {
    const network = one.make(createRandom(1));
    const [, ...example] = one.output;
    const input = tf.slice(inputOf(one), 0, 0);
    const output = network.apply(input, optionsOf(one));
    expect(output.shape).toEqual([0, ...example]);
    const variables = (network.variables as Variable[]).filter(({ trainable }) => trainable);
    if (variables.length === 0) return;
    const loss = (): Scalar => tf.sum(tf.square(network.apply(input, optionsOf(one))));
    for (const gradient of Object.values(tf.variableGrads(loss, variables).grads) as (Tensor | null)[]) {
      if (gradient !== null) expect((await read(gradient)).every((slope) => slope === 0)).toBe(true);
    }
  });
});

test('Adam moves the other variables where one has no numbers', async () => {
  const [none, some] = [tf.variable(tf.zeros([0, 3])), tf.variable(tf.ones([2]))];
  const pieces = createAdamPieces([none, some]);
  const numbers = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 0, weightDecay: 0 };
  tf.tidy(() => void countedUpdate(pieces, [tf.zeros([0, 3]), tf.ones([2])], [none, some], numbers));
  for (const value of await read(some)) expect(value).toBeCloseTo(0.9, 5);
});
