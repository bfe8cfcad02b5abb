import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { clipByGlobalNorm, valueAndGradients } from '../../../src/index.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';
import { variableOf, withoutLeak } from '../sample.js';

inScope();

describe('valueAndGradients', () => {
  test('gives the value and the gradients in the order of the variables', async () => {
    const [a, b] = [variableOf([2, 3]), variableOf([5])];
    for (const variables of [
      [a, b],
      [b, a],
    ]) {
      const { value, gradients } = valueAndGradients(() => tf.sum(tf.mul(tf.square(a), b)), variables);
      await expectClose(value, [65]);
      for (const [i, variable] of variables.entries()) {
        await expectClose(gradients[i]!, variable === a ? [20, 30] : [13]);
      }
    }
  });

  test('returns the gradient of a variable that is not trainable, on request', async () => {
    const p = tf.variable(tf.scalar(3), false);
    await expectClose(valueAndGradients(() => tf.square(p), [p]).gradients[0]!, [6]);
  });

  test('leaves exactly what it returns', async () => {
    const p = variableOf([1, 2]);
    await withoutLeak(() => {
      const { value, gradients } = valueAndGradients(() => tf.sum(tf.exp(p)), [p]);
      tf.dispose([value, ...gradients]);
    });
  });

  test('returns a new tensor when the loss is a variable itself', async () => {
    const p = variableOf([3], []);
    const { value, gradients } = valueAndGradients(() => p, [p]);
    await expectClose(gradients[0]!, [1]);
    value.dispose();
    expect(p.isDisposed).toBe(false);
    await expectClose(p, [3]);
  });

  test('names a variable that the loss does not depend on, and leaves nothing behind', async () => {
    const [p, q] = [variableOf([1]), tf.variable(tf.tensor1d([1]), true, 'the lonely one')];
    await withoutLeak(() => {
      expect(() => valueAndGradients(() => tf.sum(tf.exp(p)), [p, q])).toThrow(/variables\[1\], "the lonely one"/);
    });
  });

  test.each<[string, () => tf.Tensor, RegExp]>([
    ['a vector', () => tf.ones([2]), /`loss` must have shape \[\]; got \[2\]/],
    ['no tensor', () => 3 as never, /`loss` must be a tensor/],
    [
      'an error',
      () => {
        throw new Error('thrown by the loss');
      },
      /thrown by the loss/,
    ],
  ])('throws if the loss gives %s, and leaves nothing behind', async (_, end, message) => {
    const p = variableOf([1, 2]);
    await withoutLeak(() => {
      const loss = () => {
        tf.sigmoid(tf.exp(tf.mul(p, p)));
        return end();
      };
      expect(() => valueAndGradients(loss, [p])).toThrow(message);
    });
    // and tfjs can take gradients afterwards
    await expectClose(valueAndGradients(() => tf.sum(tf.square(p)), [p]).gradients[0]!, [2, 4]);
  });

  test('throws if a gradient is missing on the way back, and leaves nothing behind', async () => {
    const p = variableOf([1, 2]);
    const loss = () =>
      tf.sum(
        tf.customGrad((x) => ({
          value: tf.square(x as tf.Tensor),
          gradFunc: () => {
            throw new Error('no way back');
          },
        }))(tf.sigmoid(tf.exp(p))),
      );
    await withoutLeak(() => {
      expect(() => valueAndGradients(loss, [p])).toThrow('no way back');
    });
    await expectClose(valueAndGradients(() => tf.sum(tf.square(p)), [p]).gradients[0]!, [2, 4]);
  });

  test('names a kernel that is missing and the remedy, and leaves nothing behind', async () => {
    const backend = tf.getBackend();
    const kernel = tf.getKernel('Conv2DBackpropFilter', backend);
    const filter = variableOf([1, 2, 3, 4], [2, 2, 1, 1]);
    const x = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
    const loss = () => tf.sum(tf.sigmoid(tf.conv2d(x, filter as unknown as tf.Tensor4D, 1, 'valid')));
    tf.dispose({ ...valueAndGradients(loss, [filter]) });
    tf.unregisterKernel('Conv2DBackpropFilter', backend);
    try {
      await withoutLeak(() => {
        const remedy = backend === 'wasm' ? 'enableWasmTraining' : 'tf.setBackend';
        expect(() => valueAndGradients(loss, [filter])).toThrow(
          new RegExp(`^The kernel \`Conv2DBackpropFilter\` is missing on the backend '${backend}': .*${remedy}.*\\.$`),
        );
      });
    } finally {
      tf.registerKernel(kernel);
    }
  });

  test('rejects invalid losses and lists of variables', () => {
    expect(() => valueAndGradients(3 as never, [variableOf([1])])).toThrow(/`loss` must be a function/);
    expect(() => valueAndGradients(() => tf.scalar(1), [])).toThrow(/`variables` must be an array of at least one/);
    const gone = variableOf([1]);
    gone.dispose();
    expect(() => valueAndGradients(() => tf.scalar(1), [gone])).toThrow(/`variables\[0\]`.*disposed/);
  });
});

describe('clipByGlobalNorm', () => {
  const gradients = () => [tf.tensor1d([3, 0]), tf.tensor2d([[4]])];

  test('scales all by one factor to the norm', async () => {
    const [a, b] = clipByGlobalNorm(gradients(), 1);
    await expectClose(a!, [0.6, 0]);
    await expectClose(b!, [0.8]);
    expect(b!.shape).toEqual([1, 1]);
  });

  test('takes more gradients than a shader has inputs', async () => {
    const clipped = clipByGlobalNorm(
      Array.from({ length: 25 }, () => tf.scalar(2)),
      1,
    );
    for (const gradient of clipped) await expectClose(gradient, [0.2], { relative: 1e-5 });
  });

  test('changes no bit of gradients within the norm', async () => {
    const [a, b] = clipByGlobalNorm(gradients(), 5.001);
    expect([...(await read(a!)), ...(await read(b!))]).toEqual([3, 0, 4]);
  });

  test('keeps zero gradients zero and lets a number that is not finite through to the guard', async () => {
    await expectClose(clipByGlobalNorm([tf.zeros([2])], 1)[0]!, [0, 0]);
    const [bad] = clipByGlobalNorm([tf.tensor1d([NaN, 1])], 1);
    expect((await read(bad!))[0]).toBeNaN();
  });

  test('leaves exactly what it returns, and its arguments', async () => {
    const given = gradients();
    await withoutLeak(() => tf.dispose(clipByGlobalNorm(given, 1)));
    expect(given.every(({ isDisposed }) => !isDisposed)).toBe(true);
  });

  test('refuses a norm that is not above 0 and no gradients', () => {
    expect(() => clipByGlobalNorm(gradients(), 0)).toThrow(/`norm`/);
    const rule = 'clipByGlobalNorm: `gradients` must be an array of at least one tensor; got';
    expect(() => clipByGlobalNorm([], 1)).toThrow(`${rule} [].`);
    expect(() => clipByGlobalNorm(tf.ones([1]) as never, 1)).toThrow(`${rule} a float32 tensor of shape [1].`);
    const mixed = [tf.ones([1]), 2 as never];
    expect(() => clipByGlobalNorm(mixed, 1)).toThrow('clipByGlobalNorm: `gradients[1]` must be a tensor');
  });
});
