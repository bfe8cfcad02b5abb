import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { countParameters, type ApplyOptions, type Network } from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';
import { expectClose, read } from '../support/close.js';
import { count } from '../support/counts.js';
import { inScope } from '../support/in-scope.js';
import { conditions } from './conditions/registry.js';
import { layers } from './layers/registry.js';
import { inputOf } from './network-case.js';
import { compositions } from './networks/registry.js';

inScope();

/** A GPU in software compiles shaders for each shape: there only what layers give is tried of what is made of them. */
const isSlow = /web/.test(tf.getBackend());

describe.each([...layers, ...conditions, ...compositions])('$name', (network) => {
  const isTriedWhole = !isSlow || !compositions.includes(network);
  const { make, output, parameters, buffers = 0, options = (): ApplyOptions => ({}) } = network;
  const apply = (made: Network, input: Tensor): Tensor => tf.tidy(() => made.apply(input, options()));

  test('gives the shape and has the parameters that its documentation says', () => {
    const made = make(createRandom(1));
    expect(apply(made, inputOf(network)).shape).toEqual(output);
    expect(countParameters(made)).toBe(parameters);
    expect(made.variables.every((variable) => variable.trainable)).toBe(true);
    expect(made.buffers).toHaveLength(buffers);
    expect(made.buffers!.some((variable) => variable.trainable)).toBe(false);
  });

  test.skipIf(!isTriedWhole)(
    'starts from the same numbers for the same seed, whatever was drawn before, and from different ones for another',
    async () => {
      const used = createRandom(1);
      used.normal([3]);
      const [first, again, other] = [createRandom(1), used, createRandom(2)].map((random) => make(random).variables);
      for (const [i, variable] of first!.entries()) {
        const values = await variable.data();
        expect(await again![i]!.data()).toEqual(values);
        // the last layer of a residual block starts at zero
        if (variable.rank > 1 && values.some((value) => value !== 0))
          expect(await other![i]!.data()).not.toEqual(await variable.data());
      }
    },
  );

  /** The network without variables at zero, and a loss for which no symmetry of the network hides a gradient. */
  const prepared = (): { made: Network; input: Tensor; loss: (x: Tensor) => Tensor; random: RandomStream } => {
    const made = make(createRandom(3));
    const random = createRandom(4);
    for (const variable of made.variables) {
      const noise = random.normal(variable.shape);
      variable.assign(variable.rank === 1 ? noise : tf.add(variable, tf.mul(0.2, noise)));
    }
    const input = inputOf(network);
    // The vector of a power iteration converges first; finite differences then see as little of it as the gradient does.
    for (let i = 0; i < (buffers > 0 && options().training ? 60 : 0); i++) tf.dispose(apply(made, input));
    const sum = random.normal(output);
    return { made, input, loss: (x) => tf.sum(tf.mul(apply(made, x), sum)), random };
  };

  test.skipIf(network.kinks || !isTriedWhole)('has the gradients of central differences', async () => {
    const { made, input, loss, random } = prepared();
    for (const variables of directionsOf(made)) {
      const { grads } = tf.variableGrads(() => loss(input) as tf.Scalar, [...variables]);
      await expectSlope(variables, grads, random, () => loss(input));
      count('first derivatives');
    }
    if (input.dtype === 'float32') {
      const place = tf.variable(input);
      await expectSlope([place], { [place.name]: tf.grad(loss)(input) }, random, () => loss(place));
      count('first derivatives');
    }
  });

  test.skipIf(network.kinks || typeof network.input === 'function' || !isTriedWhole)(
    'has second derivatives that agree with central differences',
    async () => {
      const { made, input, loss, random } = prepared();
      // As in a penalty on gradients: P = mean over the batch of |d loss / d x|^2.
      const penalty = (x: Tensor): Tensor => tf.tidy(() => tf.div(tf.sum(tf.square(tf.grad(loss)(x))), input.shape[0]));
      const place = tf.variable(input);
      for (const variables of [[place], ...directionsOf(made)]) {
        // tfjs throws if the penalty does not depend on a variable, such as a linear layer's biases
        const nothing = (): Tensor => tf.mul(0, sumOf(variables.map((variable) => tf.sum(variable))));
        const { grads } = tf.variableGrads(() => tf.add<tf.Scalar>(penalty(place), nothing()), [...variables]);
        await expectSlope(variables, grads, random, () => penalty(place));
        count('second derivatives');
      }
    },
  );

  test('leaves no tensor behind in apply, in a gradient, or after dispose', () => {
    const before = tf.memory();
    const made = make(createRandom(5));
    expect(tf.memory().numTensors).toBe(before.numTensors + made.variables.length + buffers);
    tf.tidy(() => {
      const input = inputOf(network);
      const during = tf.memory().numTensors;
      tf.dispose(apply(made, input));
      expect(input.isDisposed, 'what apply returns is a tensor of its own').toBe(false);
      if (parameters > 0 && isTriedWhole) {
        const { value, grads } = tf.variableGrads(() => tf.mean(apply(made, input)), [...made.variables]);
        tf.dispose([value, grads]);
      }
      expect(tf.memory().numTensors).toBe(during);
    });
    made.dispose();
    made.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    count('leak checks, also of calls that throw');
  });

  test('survives a tidy around its construction, and is frozen', () => {
    let made: Network | undefined;
    tf.tidy(() => {
      made = make(createRandom(6));
    });
    expect(apply(made!, inputOf(network)).shape).toEqual(output);
    expect(Object.isFrozen(made) && Object.isFrozen(made!.variables)).toBe(true);
  });

  test('rejects another rank and another dtype by name, and leaves nothing behind', () => {
    const made = make(createRandom(7));
    const [scalar, flags] = [tf.scalar(1), tf.cast(tf.ones(inputOf(network).shape), 'bool')];
    const given = options();
    const before = tf.memory().numTensors;
    expect(() => made.apply(scalar, given)).toThrow(/^\w+: `input` must /);
    expect(() => made.apply(flags, given)).toThrow(/^\w+: `input` must be (float32|int32); got bool\./);
    expect(tf.memory().numTensors).toBe(before);
    count('leak checks, also of calls that throw', 2);
  });
});

/** A GPU in software takes seconds for what the variables of a network take one by one. */
const atOnce = isSlow ? 1 : 16;

/** Each variable by itself; those of a large network, whose layers have cases of their own, all at once. */
function directionsOf({ variables }: Network): (readonly Variable[])[] {
  return variables.length > atOnce ? [variables] : variables.map((variable) => [variable]);
}

function sumOf(scalars: readonly Tensor[]): Tensor {
  return scalars.reduce((sum, scalar) => tf.add(sum, scalar));
}

/** Along a random direction through all the places: <gradient, direction> = d loss / d step. */
async function expectSlope(
  places: readonly Variable[],
  gradients: tf.NamedTensorMap,
  random: RandomStream,
  loss: () => Tensor,
): Promise<void> {
  const origins = places.map((place) => tf.clone(place));
  const directions = places.map((place) => random.normal(place.shape));
  const step = 0.005 / Math.sqrt(places.length);
  const at = (length: number): Tensor => {
    places.forEach((place, i) => place.assign(tf.add(origins[i]!, tf.mul(length, directions[i]!))));
    return loss();
  };
  const slope = sumOf(
    places.map((place, i) => {
      const gradient = gradients[place.name]!;
      expect(gradient.shape).toEqual(place.shape);
      return tf.sum(tf.mul(gradient, directions[i]!));
    }),
  );
  // Fourth order, so that the steps can be long enough for float32. One read for all, because reads are expensive on a GPU.
  const values = tf.stack(
    [slope, at(2 * step), at(step), at(-step), at(-2 * step)].map((value) => tf.reshape(value, [])),
  );
  places.forEach((place, i) => place.assign(origins[i]!));
  const [claimed, far, near, back, farBack] = (await read(values)) as [number, number, number, number, number];
  const measured = (8 * (near - back) - (far - farBack)) / (12 * step);
  await expectClose(claimed, measured, { relative: 2e-3, absolute: 3e-3 });
}
