import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/tensor/errors.js';
import { latentGrid, traverse } from '../../src/vae/index.js';
import { expectClose } from '../support/close.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('latentGrid', () => {
  test('is read like a page: the first latent grows to the right, the second upwards', async () => {
    const z = latentGrid({ columns: 3, rows: 2, extent: 1 });
    expect(z.shape).toEqual([6, 2]);
    await expectClose(z, [-1, 1, 0, 1, 1, 1, -1, -1, 0, -1, 1, -1]);
  });

  test('is square and extends to 2 by default', async () => {
    const z = latentGrid({ columns: 5 });
    expect(z.shape).toEqual([25, 2]);
    await expectClose(tf.slice(z, 0, 2), [-2, 2, -1, 2]);
    await expectClose(tf.slice(z, 23, 2), [1, -2, 2, -2]);
    await expectClose(tf.slice(z, 12, 1), [0, 0]);
  });

  test('rejects fewer than two points and an extent of 0', async () => {
    expect(() => latentGrid({ columns: 1 })).toThrow('latentGrid: `columns` must be an integer of at least 2; got 1.');
    expect(() => latentGrid({ columns: 2, rows: 1 })).toThrow('`rows` must');
    expect(() => latentGrid({ columns: 2, extent: 0 })).toThrow('`extent` must be finite and above 0; got 0.');
    await checkNoLeaks(() => latentGrid({ columns: 2 }));
  });
});

describe('traverse', () => {
  test('changes one dimension and leaves the others', async () => {
    const z = tf.tensor1d([5, 6, 7]);
    await expectClose(traverse(z, { dimension: 1, steps: 3 }), [5, -2, 7, 5, 0, 7, 5, 2, 7]);
    await expectClose(traverse(z, { dimension: 2, steps: 2, extent: 0.5 }), [5, 6, -0.5, 5, 6, 0.5]);
    expect(traverse(z, { dimension: 0, steps: 2 }).dtype).toBe('float32');
    await checkNoLeaks(() => traverse(z, { dimension: 0, steps: 4 }));
  });

  test('rejects a batch, a dimension out of range, and one step', () => {
    const z = tf.tensor1d([5, 6]);
    expect(() => traverse(tf.zeros([1, 2]), { dimension: 0, steps: 2 })).toThrow(ShapeError);
    expect(() => traverse(z, { dimension: 2, steps: 2 })).toThrow('`dimension` must be finite and below 2; got 2.');
    expect(() => traverse(z, { dimension: -1, steps: 2 })).toThrow('`dimension` must be an integer of at least 0');
    expect(() => traverse(z, { dimension: 0, steps: 1 })).toThrow('`steps` must be an integer of at least 2');
  });
});
