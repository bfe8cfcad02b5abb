import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { differentiable, elementwise, freeTape, repairGradients } from '../../src/gradients/index.js';
import { checkGradients, checkSecondGradients } from '../support/checks.js';

type Save = (tensors: Tensor[]) => void;
type CustomGradient = (dy: Tensor, saved: Tensor[]) => Tensor | Tensor[];

/** tf.customGrad, whose types do not allow more than one tensor. */
function custom(f: (save: Save, ...inputs: Tensor[]) => { value: Tensor; gradFunc: CustomGradient }) {
  return tf.customGrad((...all: unknown[]) => f(all.at(-1) as Save, ...(all.slice(0, -1) as Tensor[])));
}

/** How far the critic's gradient in x is from 0, as a function of its weights. */
const penalty =
  (critic: (x: Tensor, weights: Tensor) => Tensor, x: Tensor) =>
  (weights: Tensor): Tensor => {
    const gradient = tf.grad((at) => differentiable('penalty', at, () => tf.sum(critic(at, weights))))(x);
    return tf.sum(tf.square(gradient));
  };

const x = tf.tensor2d([0.6, -0.8, 1.1, 0.4, 0.9, -0.5], [2, 3]);
const weights = tf.tensor2d([0.5, -0.4, 0.8, 0.7, -0.6, 0.3], [3, 2]);
const product = (at: Tensor, w: Tensor): Tensor => tf.matMul(at, w);
const bent = (y: Tensor): Tensor => tf.add(y, tf.mul(0.3, tf.square(y)));

/** Puts a function of one tensor between two products, so that dy and what is saved depend on the weights. */
const through =
  (f: (y: Tensor) => Tensor) =>
  (at: Tensor, w: Tensor): Tensor =>
    bent(f(product(at, w)));

beforeAll(repairGradients);
afterEach(freeTape);

describe('a custom gradient has a correct second derivative if it saves', () => {
  const kinds: Record<string, (y: Tensor) => Tensor> = {
    'its input': custom((save, y) => {
      save([y]);
      return { value: tf.exp(y), gradFunc: (dy, [kept]) => tf.mul(dy, tf.exp(kept!)) };
    }),
    'its value': custom((save, y) => {
      const value = tf.exp(y);
      save([value]);
      return { value, gradFunc: (dy, [kept]) => tf.mul(dy, kept!) };
    }),
    // as the kernels of tfjs's layers do; where WebGL moves the numbers for a new shape, it is rejected
    'its value with one more axis': custom((save, y) => {
      const row = tf.exp(tf.expandDims(y, 0));
      save([row]);
      return { value: tf.squeeze(row, [0]), gradFunc: (dy, [kept]) => tf.mul(dy, tf.squeeze(kept!, [0])) };
    }),
    'its input with one more axis': custom((save, y) => {
      save([tf.expandDims(y, 0)]);
      return { value: tf.exp(y), gradFunc: (dy, [kept]) => tf.mul(dy, tf.squeeze(tf.exp(kept!), [0])) };
    }),
    'its input and its value': custom((save, y) => {
      const value = tf.square(y);
      save([y, value]);
      return { value, gradFunc: (dy, [kept, result]) => tf.mul(dy, tf.div(tf.mul(2, result!), kept!)) };
    }),
    'an older constant': (y) => {
      const factor = tf.scalar(3);
      const scaled = custom((save, kept) => {
        save([factor]);
        return { value: tf.mul(kept, factor), gradFunc: (dy, [saved]) => tf.mul(dy, saved!) };
      });
      return tf.square(scaled(tf.exp(y)));
    },
  };
  test.each(Object.entries(kinds))('%s', async (_, f) => {
    await checkSecondGradients(penalty(through(f), x), [weights]);
  });

  test('its input, like those of this library', async () => {
    const cube = (y: Tensor): Tensor =>
      elementwise(
        'cube',
        y,
        (kept) => tf.pow(kept, 3),
        (kept) => tf.mul(3, tf.square(kept)),
      );
    await checkSecondGradients(penalty(through(cube), x), [weights]);
  });

  test('one of two inputs', async () => {
    const scaled = custom((save, y, scale) => {
      save([y, scale]);
      return { value: tf.mul(y, scale), gradFunc: (dy, [a, b]) => [tf.mul(dy, b!), tf.mul(dy, a!)] };
    });
    await checkGradients(
      penalty((at, w) => bent(scaled(product(at, w), product(tf.square(at), w))), x),
      [weights],
    );
  });
});

describe('among tfjs’s own operations', () => {
  const own: Record<string, (y: Tensor) => Tensor> = {
    logSoftmax: (y) => tf.logSoftmax(y),
    'fused.matMul': (y) => tf.fused.matMul({ a: y, b: tf.tensor2d([1, 0.5, -0.5, 1], [2, 2]) }),
    'fused.matMul with biases and sigmoid': (y) =>
      tf.fused.matMul({
        a: y,
        b: tf.tensor2d([1, 0.5, -0.5, 1], [2, 2]),
        bias: tf.tensor1d([0.1, 0.2]),
        activation: 'sigmoid',
      }),
    'fused.conv2d': (y) =>
      tf.reshape(
        tf.fused.conv2d({
          x: tf.reshape<tf.Rank.R4>(y, [1, 2, 2, 1]),
          filter: tf.tensor4d([0.4, -0.7], [1, 1, 1, 2]),
          strides: 1,
          pad: 'same',
          bias: tf.tensor1d([0.1, 0.2]),
        }),
        [4, 2],
      ),
  };
  test.each(Object.entries(own))('%s is correct', async (_, f) => {
    await checkSecondGradients(penalty(through(f), x), [weights]);
  });

  // It reads its input without saving it, and intermediate results are disposed by then.
  test('logSigmoid of the input itself is correct', async () => {
    await checkGradients(
      penalty((at, w) => bent(product(tf.logSigmoid(at), w)), x),
      [weights],
    );
  });

  test('softmaxCrossEntropy is rejected by name', () => {
    const labels = tf.tensor2d([1, 0, 0, 1], [2, 2]);
    const critic = through((y) => tf.losses.softmaxCrossEntropy(labels, y, undefined, undefined, tf.Reduction.NONE));
    expect(() => tf.grad(penalty(critic, x))(weights)).toThrow(
      'penalty: `softmaxCrossEntropy` must save only its inputs and its value, to be differentiated twice; ' +
        'got a tensor computed inside. Where it calls tf.customGrad, save the inputs, and compute the rest from them in gradFunc.',
    );
  });
});

describe('a tensor that is computed inside and saved', () => {
  const inside = custom((save, y) => {
    const double = tf.exp(tf.mul(2, y));
    save([double]);
    return { value: tf.mul(double, 0.5), gradFunc: (dy, [kept]) => tf.mul(dy, kept!) };
  });

  test('is rejected on the path from the input to the logits', () => {
    expect(() => tf.grad(penalty(through(inside), x))(weights)).toThrow(/^penalty: `customGrad` must save only/);
  });

  test('is rejected if two of them are saved', () => {
    const both = custom((save, y) => {
      const [a, b] = [tf.exp(y), tf.square(y)];
      save([a, b]);
      return { value: tf.add(a, b), gradFunc: (dy, [kept]) => tf.mul(dy, tf.add(kept!, tf.mul(2, y))) };
    });
    expect(() => tf.grad(penalty(through(both), x))(weights)).toThrow(/^penalty: `customGrad`/);
  });

  test('does not matter off that path', async () => {
    await checkGradients(
      penalty((at, w) => bent(product(at, tf.mul(w, inside(w)))), x),
      [weights],
    );
    const unused = (at: Tensor, w: Tensor): Tensor => {
      inside(product(at, w));
      return bent(product(at, w));
    };
    await checkSecondGradients(penalty(unused, x), [weights]);
  });

  test('does not matter where no gradient is taken of the gradient', async () => {
    const value = penalty(through(inside), x)(weights);
    expect((await value.data())[0]).toBeGreaterThan(0);
  });

  test('leaves no tensor behind when it is rejected', () => {
    const before = tf.memory().numTensors;
    expect(() => tf.tidy(() => tf.grad(penalty(through(inside), x))(weights))).toThrow(/customGrad/);
    freeTape();
    expect(tf.memory().numTensors).toBe(before);
  });
});
