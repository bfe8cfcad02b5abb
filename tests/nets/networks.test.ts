import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { expectClose } from '../support/close.js';
import { inputOf, networks } from './registry.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const count = ({ variables }: Network): number => variables.reduce((sum, { size }) => sum + size, 0);

describe.each(networks)('$name', (network) => {
  const { make, output, parameters } = network;

  test('gives the shape and has the parameters that its documentation says', () => {
    const made = make(createRandom(1));
    expect(made.apply(inputOf(network)).shape).toEqual(output);
    expect(count(made)).toBe(parameters);
    expect(made.variables.every((variable) => variable.trainable)).toBe(true);
    expect(made.buffers).toEqual([]);
  });

  test('starts from the same numbers for the same seed, whatever was drawn before, and from others for another', async () => {
    const used = createRandom(1);
    used.normal([3]);
    const [first, again, other] = [createRandom(1), used, createRandom(2)].map((random) => make(random).variables);
    for (const [i, variable] of first!.entries()) {
      expect(await again![i]!.data()).toEqual(await variable.data());
      if (variable.rank > 1) expect(await other![i]!.data()).not.toEqual(await variable.data());
    }
  });

  test('has the gradients of central differences', async () => {
    const made = make(createRandom(3));
    const random = createRandom(4);
    for (const variable of made.variables) {
      if (variable.rank === 1) variable.assign(random.normal(variable.shape));
    }
    const input = inputOf(network);
    const sum = random.normal(output);
    const loss = (x: Tensor): Tensor => tf.sum(tf.mul(made.apply(x), sum));
    // Each along a random direction: <gradient, direction> = d loss / d step.
    for (const variable of made.variables) {
      const { grads } = tf.variableGrads(() => loss(input) as tf.Scalar, [variable]);
      await expectSlope(variable, grads[variable.name]!, random.normal(variable.shape), () => loss(input));
    }
    if (input.dtype === 'float32') {
      const place = tf.variable(input);
      await expectSlope(place, tf.grad(loss)(input), random.normal(input.shape), () => loss(place));
    }
  });

  test('leaves no tensor behind: not in apply, not in a gradient, not after dispose', () => {
    const before = tf.memory();
    const made = make(createRandom(5));
    expect(tf.memory().numTensors).toBe(before.numTensors + made.variables.length);
    tf.tidy(() => {
      const input = inputOf(network);
      const during = tf.memory().numTensors;
      tf.dispose(made.apply(input));
      expect(input.isDisposed, 'what apply returns is a tensor of its own').toBe(false);
      if (parameters > 0) {
        const { value, grads } = tf.variableGrads(() => tf.mean(made.apply(input)), [...made.variables]);
        tf.dispose([value, grads]);
      }
      expect(tf.memory().numTensors).toBe(during);
    });
    made.dispose();
    made.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  test('survives a tidy around its making, and is frozen', () => {
    let made: Network | undefined;
    tf.tidy(() => {
      made = make(createRandom(6));
    });
    expect(made!.apply(inputOf(network)).shape).toEqual(output);
    expect(Object.isFrozen(made) && Object.isFrozen(made!.variables)).toBe(true);
  });

  test('refuses another rank and another dtype by its name, and makes nothing', () => {
    const made = make(createRandom(7));
    const [scalar, flags] = [tf.scalar(1), tf.cast(tf.ones(inputOf(network).shape), 'bool')];
    const before = tf.memory().numTensors;
    expect(() => made.apply(scalar)).toThrow(/^\w+: `input` must /);
    expect(() => made.apply(flags)).toThrow(/^\w+: `input` must be (float32|int32); got bool\./);
    expect(tf.memory().numTensors).toBe(before);
  });
});

async function expectSlope(place: Variable, gradient: Tensor, direction: Tensor, loss: () => Tensor): Promise<void> {
  expect(gradient.shape).toEqual(place.shape);
  const origin = tf.clone(place);
  const step = 0.02;
  const at = async (length: number): Promise<number> => {
    place.assign(tf.add(origin, tf.mul(length, direction)));
    return (await loss().data())[0]!;
  };
  // Of fourth order, so that the steps may be long enough for float32.
  const [far, near, back, farBack] = [await at(2 * step), await at(step), await at(-step), await at(-2 * step)];
  place.assign(origin);
  const measured = (8 * (near - back) - (far - farBack)) / (12 * step);
  const slope = tf.sum(tf.mul(gradient, direction));
  await expectClose(slope, measured, { relative: 2e-3, absolute: 3e-3 });
}
