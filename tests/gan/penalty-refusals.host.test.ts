import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createDiscriminator, gradientPenalty, r1Penalty, r2Penalty, type Critic } from '../../src/gan/index.js';
import { mlp, swish, tanh } from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { valueAndGradients } from '../../src/training/index.js';
import { expectClose } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const penalties = {
  gradientPenalty: (critic: Critic, x: Tensor): Tensor => gradientPenalty(critic, x, x, { mix: createRandom(1) }),
  r1Penalty,
  r2Penalty,
};

describe.each(Object.entries(penalties))('%s', (name, penalty) => {
  const made = () => createDiscriminator(mlp({ sizes: [3, 4, 1], activation: swish, random: createRandom(1) }));

  /** valueAndGradients frees what a gradient call leaves behind when its function throws. */
  function expectThrow(critic: Critic, message: string | RegExp): void {
    const x = tf.ones([2, 3]);
    const w = tf.variable(tf.scalar(2));
    const before = tf.memory().numTensors;
    expect(() => penalty(critic, x)).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
    const loss = (): Tensor => penalty({ logits: (y) => critic.logits(tf.mul(y, w)) }, x);
    expect(() => valueAndGradients(loss, [w])).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  }

  test('leaves only its scalar behind, outside a gradient call and within', () => {
    const critic = made();
    const x = tf.ones([2, 3]);
    penalty(critic, x).dispose();
    const before = tf.memory();
    const alone = penalty(critic, x);
    expect(tf.memory().numTensors).toBe(before.numTensors + 1);
    alone.dispose();
    const variables = critic.variables.slice(0, -1);
    const { value, gradients } = valueAndGradients(() => penalty(critic, x), variables);
    expect(tf.memory().numTensors).toBe(before.numTensors + 1 + variables.length);
    tf.dispose([value, gradients]);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    expect(critic.variables.every(({ isDisposed }) => !isDisposed)).toBe(true);
  });

  test('passes on what the discriminator throws, and leaves nothing behind', () => {
    const critic: Critic = {
      logits: (x) => {
        tf.mean(tf.tanh(tf.square(x)), 1, true);
        throw new Error('the critic is tired');
      },
    };
    expectThrow(critic, 'the critic is tired');
  });

  test('rejects logits that do not depend on x', () => {
    const sentence = `${name}: \`discriminator\` must compute logits that depend on x; got logits without a gradient in x.`;
    expectThrow({ logits: (x) => tf.ones([x.shape[0], 1]) }, sentence);
  });

  test('rejects logits of another shape or kind', () => {
    expectThrow(
      { logits: (x) => tf.mean(x, 1) },
      `${name}: \`discriminator.logits(x)\` must have shape [2, 1]; got [2].`,
    );
    expectThrow(
      { logits: (x) => tf.mul(x, 2) },
      `${name}: \`discriminator.logits(x)\` must have shape [2, 1]; got [2, 3].`,
    );
    expectThrow(
      { logits: (x) => tf.cast(tf.mean(x, 1, true), 'int32') },
      `${name}: \`discriminator.logits(x)\` must be float32; got int32.`,
    );
    expectThrow(
      { logits: () => undefined as unknown as Tensor },
      `${name}: \`discriminator.logits(x)\` must be a tensor, not disposed; got undefined.`,
    );
  });

  test('rejects a discriminator without logits, and data of another kind, by name', () => {
    const first = name === 'r2Penalty' ? 'fake' : 'real';
    expect(() => penalty({} as Critic, tf.ones([2, 3]))).toThrow(
      `${name}: \`discriminator.logits\` must be a function; got undefined.`,
    );
    expect(() => penalty(undefined as unknown as Critic, tf.ones([2, 3]))).toThrow(TypeError);
    expect(() => penalty(made(), tf.ones([2, 3], 'int32'))).toThrow(
      `${name}: \`${first}\` must be float32; got int32. Cast with tf.cast; divide bytes by 255.`,
    );
    expect(() => penalty(made(), tf.ones([2]))).toThrow(`${name}: \`${first}\` must have shape [?, 2]; got [2].`);
  });
});

describe('a tf.customGrad in the discriminator', () => {
  const w = (): Tensor => tf.tensor2d([[0.4], [-0.7], [0.2]]);
  const x = (): Tensor => tf.tensor2d([[1, 0.5, -1]]);
  const criticOf = (activation: (y: Tensor) => Tensor, weights: Tensor): Critic => ({
    logits: (y) => activation(tf.matMul(y, weights)),
  });
  const slope = (activation: (y: Tensor) => Tensor): Tensor =>
    tf.grad((weights: Tensor) => r1Penalty(criticOf(activation, weights), x()))(w());

  test('may save its value: the second derivative is correct', async () => {
    const own = (y: Tensor): Tensor =>
      tf.customGrad((...inputs: unknown[]) => {
        const [kept, save] = inputs as [Tensor, (tensors: Tensor[]) => void];
        const value = tf.tanh(kept);
        save([value]);
        return { value, gradFunc: (dy: Tensor, [saved]: Tensor[]) => tf.mul(dy, tf.sub(1, tf.square(saved!))) };
      })(y);
    await expectClose(slope(own), slope(tanh));
  });

  test('is rejected by the penalty if it saves what it has computed inside', () => {
    const own = (y: Tensor): Tensor =>
      tf.customGrad((...inputs: unknown[]) => {
        const [kept, save] = inputs as [Tensor, (tensors: Tensor[]) => void];
        save([tf.mul(2, kept)]);
        return { value: tf.square(kept), gradFunc: (dy: Tensor, [saved]: Tensor[]) => tf.mul(dy, saved!) };
      })(y);
    const weights = tf.variable(w());
    const data = x();
    const before = tf.memory().numTensors;
    expect(() => valueAndGradients(() => r1Penalty(criticOf(own, weights), data), [weights])).toThrow(
      'r1Penalty: `customGrad` must save only its inputs and its value, to be differentiated twice;',
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('gradientPenalty rejects fakes, shares and targets that do not fit', () => {
  const critic: Critic = { logits: (x) => tf.mean(x, [1, 2, 3], false) };
  const real = tf.ones([2, 4, 4, 1]);
  const mix = tf.ones([2, 1, 1, 1]);
  expect(() => gradientPenalty(critic, real, tf.ones([3, 4, 4, 1]), { mix })).toThrow(
    'gradientPenalty: `fake` must have shape [2, 4, 4, 1]; got [3, 4, 4, 1]. It must match `real`.',
  );
  expect(() => gradientPenalty(critic, real, tf.ones([2, 16]), { mix })).toThrow(ShapeError);
  expect(() => gradientPenalty(critic, real, real, { mix: tf.ones([2, 1]) })).toThrow(
    'gradientPenalty: `mix` must have shape [2, 1, 1, 1]; got [2, 1]. It must have one number per example.',
  );
  expect(() => gradientPenalty(critic, real, real, { mix: tf.ones([1, 1, 1, 1]) })).toThrow(ShapeError);
  expect(() => gradientPenalty(critic, real, real, { mix: tf.ones([2, 1, 1, 1], 'int32') })).toThrow(
    'gradientPenalty: `mix` must be float32; got int32.',
  );
  for (const wrong of [undefined, 0.5, {}]) {
    expect(() => gradientPenalty(critic, real, real, { mix: wrong as unknown as RandomStream })).toThrow(
      /^gradientPenalty: `mix` must be a tensor or a random stream; got .*\. Make a stream with createRandom\(seed\)\.$/,
    );
  }
  expect(() => gradientPenalty(critic, real, real, { mix, target: -1 })).toThrow(
    'gradientPenalty: `target` must be finite and at least 0; got -1.',
  );
});
