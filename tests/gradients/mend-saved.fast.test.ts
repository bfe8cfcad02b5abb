import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { elementwise } from '../../src/gradients/elementwise.js';
import { freeTape } from '../../src/gradients/free-tape.js';
import { repairGradients } from '../../src/gradients/repair.js';
import { checkGradients, checkSecondGradients } from '../support/checks.js';
import { expectClose } from '../support/close.js';

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
    const gradient = tf.grad((at) => tf.sum(critic(at, weights)))(x);
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

const exponential = custom((save, y) => {
  const value = tf.exp(y);
  save([value]);
  return { value, gradFunc: (dy, [kept]) => tf.mul(dy, kept!) };
});

test('a gradient within another of what was computed before it is differentiated correctly', async () => {
  const nested = (at: Tensor): Tensor => {
    const y = tf.sum(bent(exponential(at)));
    return tf.sum(tf.square(tf.grad(() => y)(at)));
  };
  // of e^x + 0.3 e^2x
  const expected = [...(await x.data())].map((at) => {
    const [once, twice] = [Math.exp(at), Math.exp(2 * at)];
    return 2 * (once + 0.6 * twice) * (once + 1.2 * twice);
  });
  await expectClose(tf.grad(nested)(x), expected);
});

test('the third derivative through a custom gradient that saves its value is correct', async () => {
  const second = (at: Tensor): Tensor => tf.grad((y: Tensor) => tf.sum(bent(exponential(y))))(at);
  const third = (at: Tensor): Tensor => tf.sum(tf.square(tf.grad((y: Tensor) => tf.sum(second(y)))(at)));
  await checkGradients(third, [tf.mul(0.5, x)], { relative: 1e-2, absolute: 1e-2 });
});

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
    'its value, which the next one saves as its input': (y) => exponential(exponential(tf.mul(0.3, y))),
    'nothing, and closes over its value': custom((_, y) => {
      const value = tf.exp(y);
      return { value, gradFunc: (dy) => tf.mul(dy, value) };
    }),
    'a copy of its value': custom((save, y) => {
      const value = tf.exp(y);
      save([tf.clone(value)]);
      return { value, gradFunc: (dy, [kept]) => tf.mul(dy, kept!) };
    }),
    'its value twice': custom((save, y) => {
      const value = tf.exp(y);
      save([value, value]);
      return { value, gradFunc: (dy, [a, b]) => tf.mul(dy, tf.mul(0.5, tf.add(a!, b!))) };
    }),
    'its value, around another one that does': custom((save, y) => {
      const value = exponential(y);
      save([value]);
      return { value, gradFunc: (dy, [kept]) => tf.mul(dy, kept!) };
    }),
    'what it was computed of outside': (y) => {
      const mask = tf.step(y);
      const masked = custom((save, kept) => {
        save([kept, mask]);
        return { value: tf.mul(tf.exp(kept), mask), gradFunc: (dy, [a, b]) => tf.mul(dy, tf.mul(tf.exp(a!), b!)) };
      });
      return masked(y);
    },
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
      'repairGradients: `softmaxCrossEntropy` must save only its inputs and its value, to be differentiated twice; ' +
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
    expect(() => tf.grad(penalty(through(inside), x))(weights)).toThrow(
      /^repairGradients: `customGrad` must save only/,
    );
  });

  test('is rejected if it is returned as the gradient', () => {
    const own = custom((save, y) => {
      const slopes = tf.exp(y);
      save([slopes]);
      return { value: tf.sum(slopes), gradFunc: (_, [kept]) => kept! };
    });
    const critic = (at: Tensor, w: Tensor): Tensor => own(product(at, w));
    expect(() => tf.grad(penalty(critic, x))(weights)).toThrow(/^repairGradients: `customGrad`/);
  });

  test('is rejected if it is kept, and not saved', () => {
    const held: Tensor[] = [];
    const own = custom((_, y) => {
      held.push(tf.keep(tf.exp(tf.mul(2, y))));
      return { value: tf.mul(held.at(-1)!, 0.5), gradFunc: (dy) => tf.mul(dy, held.at(-1)!) };
    });
    expect(() => tf.grad(penalty(through(own), x))(weights)).toThrow(/^repairGradients: `customGrad`/);
    tf.dispose(held);
  });

  test('is rejected if two of them are saved', () => {
    const both = custom((save, y) => {
      const [a, b] = [tf.exp(y), tf.square(y)];
      save([a, b]);
      return { value: tf.add(a, b), gradFunc: (dy, [kept]) => tf.mul(dy, tf.add(kept!, tf.mul(2, y))) };
    });
    expect(() => tf.grad(penalty(through(both), x))(weights)).toThrow(/^repairGradients: `customGrad`/);
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

  test('does not matter for first derivatives', async () => {
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
