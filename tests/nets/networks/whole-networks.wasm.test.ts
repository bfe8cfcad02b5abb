import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  dcganDiscriminator,
  dcganGenerator,
  denoisingMlp,
  groupNorm,
  unet,
  type ApplyOptions,
  type Network,
} from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';
import { inputOf, type NetworkCase } from '../network-case.js';
import { compositions } from './registry.js';

inScope();

type Whole = Pick<NetworkCase, 'name' | 'make' | 'input' | 'options'> & {
  /** Whether the loss includes the gradient in the input, as a discriminator's penalty does. */
  readonly penalty?: boolean;
};

const labelled = (): ApplyOptions => ({
  timesteps: tf.tensor1d([700, 13], 'int32'),
  condition: tf.tensor1d([1, -1], 'int32'),
});
const shape = [28, 28, 1] as const;

const wholes: readonly Whole[] = [
  ...compositions.filter(({ kinks }) => kinks),
  {
    name: 'dcganGenerator with labels, in training',
    make: (random) => dcganGenerator({ latentSize: 8, shape, width: 4, classes: 3, random }),
    input: [2, 8],
    options: () => ({ ...labelled(), training: true }),
  },
  {
    name: 'dcganDiscriminator of 28 x 28',
    make: (random) => dcganDiscriminator({ shape, width: 4, random }),
    input: [2, ...shape],
  },
  {
    name: 'dcganDiscriminator with groupNorm and a penalty',
    make: (random) => {
      const norm = (options: Parameters<typeof groupNorm>[0]): Network => groupNorm({ ...options, groups: 2 });
      return dcganDiscriminator({ shape, width: 4, classes: 3, norm, random });
    },
    input: [2, ...shape],
    options: labelled,
    penalty: true,
  },
  {
    name: 'unet',
    make: (random) => unet({ channels: 1, widths: [4, 8], groups: 2, classes: 3, attention: [1], random }),
    input: [2, 8, 8, 1],
    options: labelled,
  },
  {
    name: 'denoisingMlp',
    make: (random) => denoisingMlp({ size: 2, width: 16, classes: 3, random }),
    input: [2, 2],
    options: labelled,
  },
];

/** The gradients in every variable and in the input, on the current backend. */
async function gradientsOf(whole: Whole): Promise<number[][]> {
  const { make, options, penalty } = whole;
  const network = make(createRandom(1));
  const random = createRandom(2);
  for (const variable of network.variables) {
    variable.assign(tf.add(variable, tf.mul(0.1, random.normal(variable.shape))));
  }
  const x = tf.variable(inputOf(whole));
  const weights = random.normal(network.apply(x, options?.()).shape);
  const loss = (place: Tensor): Tensor => tf.sum(tf.mul(network.apply(place, options?.()), weights));
  const total = (): Tensor => {
    const value = loss(x);
    return penalty === true ? tf.add(value, tf.sum(tf.square(tf.grad(loss)(x)))) : value;
  };
  const variables = [...network.variables, x];
  const { grads } = tf.variableGrads(total as () => Scalar, variables);
  return Promise.all(variables.map((variable) => read(grads[variable.name]!)));
}

const norm = (values: readonly number[]): number => Math.hypot(...values);

describe.skipIf(tf.getBackend() === 'cpu')('gradients of a whole network agree with those of the cpu backend', () => {
  test.each(wholes)('$name', async (whole) => {
    const backend = tf.getBackend();
    let expected: number[][];
    try {
      await tf.setBackend('cpu');
      expected = await gradientsOf(whole);
    } finally {
      await tf.setBackend(backend);
    }
    const computed = await gradientsOf(whole);
    // biases before a norm have only rounding as their gradient
    const floor = 1e-3 * norm(expected.map(norm));
    const errors = expected.map((values, i) => {
      expect(computed[i]!.length).toBe(values.length);
      return norm(values.map((value, j) => value - computed[i]![j]!)) / Math.max(norm(values), floor);
    });
    expect(floor).toBeGreaterThan(0);
    expect(Math.max(...errors), `the worst is variable ${errors.indexOf(Math.max(...errors))}`).toBeLessThan(1e-4);
  });
});
