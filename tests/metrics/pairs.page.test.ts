import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Features } from '../../src/metrics/read-features.js';
import { squaredDistance, visitDistances } from '../../src/metrics/pairs.js';
import { normalRows, type Rows } from './sets.js';

const featuresOf = (rows: Rows): Features => ({
  values: Float32Array.from(rows.flat()),
  count: rows.length,
  size: rows[0]!.length,
});

/** The largest error of an estimate relative to its slack, and the largest slack. */
async function errors(a: Features, b: Features): Promise<{ part: number; slack: number }> {
  let [part, greatest] = [0, 0];
  await visitDistances(a, b, (i, estimates, slack) => {
    for (let j = 0; j < b.count; j++) {
      part = Math.max(part, Math.abs(estimates[j]! - squaredDistance(a, i, b, j)) / slack);
    }
    greatest = Math.max(greatest, slack);
  });
  return { part, slack: greatest };
}

describe('visitDistances', () => {
  it.each([
    { size: 2, shift: 0, scale: 1 },
    { size: 300, shift: 0, scale: 100 },
    { size: 64, shift: 1000, scale: 1 },
    { size: 9, shift: -3, scale: 1e-3 },
    { size: 9, shift: 0, scale: 3e19 },
    { size: 300, shift: 1e38, scale: 3e37 },
    { size: 5, shift: 0, scale: 1e-30 },
  ])(
    'of $size features around $shift, $scale wide, errs within its slack, which is small',
    async ({ size, shift, scale }) => {
      const a = featuresOf(await normalRows(1, 60, size, shift, scale));
      const b = featuresOf(await normalRows(2, 80, size, shift, scale));
      const { part, slack } = await errors(a, b);
      expect(part).toBeLessThan(1);
      // The squared distances are about 2 size scale^2.
      expect(slack).toBeLessThan(1e-3 * size * scale ** 2);
    },
  );

  it('errs within its slack for near rows when another one is 1e60 times as far', async () => {
    const near = await normalRows(5, 20, 3, 0, 1e-25);
    const a = featuresOf([...near, [1e35, 0, -1e35]]);
    const b = featuresOf(await normalRows(6, 30, 3, 0, 1e-24));
    expect((await errors(a, b)).part).toBeLessThan(1);
  });

  it('leaves no tensor behind, even if the visitor throws', async () => {
    const a = featuresOf(await normalRows(3, 4, 2));
    const before = tf.memory().numTensors;
    await visitDistances(a, a, () => {}, 5);
    const stop = (): never => {
      throw new Error('enough');
    };
    await expect(visitDistances(a, a, stop)).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });
});
