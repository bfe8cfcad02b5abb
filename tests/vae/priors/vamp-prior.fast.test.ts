import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createGaussianEncoder, createRandom, createVampPrior, embedding, latentKl, mlp, tanh, withCondition, type Network } from '../../../src/index.js'; // prettier-ignore
import { meanAndError } from '../../math/mean-and-error.js';
import { read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = () => createRandom(1);

describe('createVampPrior', () => {
  const encoder = () =>
    createGaussianEncoder(mlp({ sizes: [3, 8, 4], activation: tanh, random: random().fork('encoder') }), {
      latentSize: 2,
    });

  test('of all data costs at most log K for each draw', async () => {
    const x = random().normal([8, 3]);
    const q = encoder();
    const prior = createVampPrior(q, { inputs: x });
    const values = await read(latentKl(q.draw(x, random(), { samples: 50 }), prior));
    expect(Math.max(...values)).toBeLessThan(Math.log(8) + 1e-5);
    const exactly = meanAndError(values);
    expect(exactly.mean).toBeGreaterThan(0);
  });

  test('passes its gradient to the encoder and to the pseudo-inputs within the range', async () => {
    const q = encoder();
    const prior = createVampPrior(q, { inputs: tf.tensor2d([[0.5, 0.5, 2]]), range: [0, 1] });
    const z = random().normal([4, 2]);
    const { grads } = tf.variableGrads(() => tf.sum(prior.logProb(z)), [...prior.variables]);
    const sizes = await Promise.all(prior.variables.map((variable) => read(tf.abs(grads[variable.name]!))));
    expect(sizes.length).toBe(1 + q.variables.length);
    expect(sizes[0]!.map((size) => size > 0)).toEqual([true, true, false]);
    for (const size of sizes.slice(1)) expect(Math.max(...size)).toBeGreaterThan(0);
  });

  test('frees its pseudo-inputs, not the encoder', () => {
    const q = encoder();
    const prior = createVampPrior(q, { inputs: tf.zeros([2, 3]) });
    prior.dispose();
    expect(prior.variables[0]!.isDisposed).toBe(true);
    expect(q.variables[0]!.isDisposed).toBe(false);
    expect(() => prior.sample([1, 2], random())).toThrow(/must not be disposed/);
  });

  test('rejects invalid encoders and ranges', () => {
    expect(() =>
      createVampPrior(mlp({ sizes: [3, 4], random: random() }) as never, { inputs: tf.zeros([2, 3]) }),
    ).toThrow(/createVampPrior: `encoder.encode` must be a function/);
    expect(() => createVampPrior(encoder(), { inputs: tf.zeros([2, 3]), range: [1, 0] })).toThrow(/`range` must be/);
    for (const range of [['0', '1'], [0, NaN], [0, 1, 2], '01', null])
      expect(() => createVampPrior(encoder(), { inputs: tf.zeros([2, 3]), range: range as never })).toThrow(
        /`range` must be/,
      );
  });

  test('rejects an encoder that needs a condition, or other data, when it is made', () => {
    const labels = (network: Network) => createGaussianEncoder(network, { latentSize: 2 });
    const conditional = withCondition(mlp({ sizes: [5, 4], random: random() }), embedding({ classes: 3, size: 2, random: random() })); // prettier-ignore
    expect(() => createVampPrior(labels(conditional), { inputs: tf.zeros([2, 3]) })).toThrow(
      'createVampPrior: `encoder` must not need a condition; got one that does. Pseudo-inputs have no condition: use createConditionalPrior.',
    );
    expect(() => createVampPrior(encoder(), { inputs: tf.zeros([2, 4]) })).toThrow(
      'createVampPrior: `inputs` must have shape [?, 3]; got [2, 4]',
    );
  });
});
