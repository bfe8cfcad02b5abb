import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wassersteinLoss, type AdversarialLoss } from '../../src/gan/index.js';
import { expectClose } from '../support/close.js';
import { golden, goldenTensor } from '../support/golden.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

const { real, fake, losses } = golden('adversarial');

/** Add a line here for each new loss. */
const cases: readonly [keyof typeof losses, AdversarialLoss][] = [['wasserstein', wassersteinLoss]];

describe.each(cases)('the %s loss', (name, loss) => {
  const expected = losses[name];

  test('agrees with PyTorch in float64: values and gradients, of batches of different sizes', async () => {
    const logits = [real, fake].map(goldenTensor);
    const discriminator = (r: Tensor, f: Tensor): Tensor => loss.discriminator(r, f);
    const value = discriminator(...(logits as [Tensor, Tensor]));
    expect(value.rank).toBe(0);
    await expectClose(value, expected.discriminator);
    const gradients = tf.grads(discriminator)(logits);
    for (const [i, gradient] of gradients.entries()) {
      await expectClose(gradient, expected.discriminatorGrad[i]!.data);
    }
    const generator = (f: Tensor): Tensor => loss.generator(f, logits[0]);
    expect(generator(logits[1]!).rank).toBe(0);
    await expectClose(generator(logits[1]!), expected.generator);
    await expectClose(tf.grad(generator)(logits[1]!), expected.generatorGrad[0]!.data);
  });

  test('leaves nothing behind', () => {
    const [r, f] = [real, fake].map(goldenTensor) as [Tensor, Tensor];
    const before = tf.memory().numTensors;
    tf.dispose([loss.discriminator(r, f), loss.generator(f)]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('refuses logits that are not float32 [batch, 1] by their name', () => {
    const [good, flat, wide] = [tf.ones([3, 1]), tf.ones([3]), tf.ones([3, 2])];
    const advice = 'Take them from discriminator.logits(x).';
    expect(() => loss.discriminator(flat, good)).toThrow(`\`realLogits\` must have shape [?, 1]; got [3]. ${advice}`);
    expect(() => loss.discriminator(good, wide)).toThrow(
      `\`fakeLogits\` must have shape [?, 1]; got [3, 2]. ${advice}`,
    );
    expect(() => loss.generator(flat)).toThrow(`\`fakeLogits\` must have shape [?, 1]; got [3]. ${advice}`);
    expect(() => loss.generator(tf.ones([3, 1], 'int32'))).toThrow('`fakeLogits` must be float32; got int32.');
  });
});
