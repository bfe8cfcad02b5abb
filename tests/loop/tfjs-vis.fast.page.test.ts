import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fit, type FitCallbacks } from '../../src/index.js';
import { countingTrainer, rowsOf } from '../training/sample.js';

// tfjs-vis draws into a page
test.skipIf(typeof document === 'undefined')("tfjs-vis's own callback draws the metrics of a run", async () => {
  const { show } = await import('@tensorflow/tfjs-vis');
  const container = document.createElement('div');
  document.body.append(container);
  const names = ['loss', 'val_loss'];
  const callbacks = show.fitCallbacks(container, names, { callbacks: ['onBatchEnd', 'onEpochEnd'] }) as FitCallbacks;
  const data = rowsOf(3);
  const { history } = await fit(countingTrainer().trainer, data, { epochs: 2, validation: data, callbacks });
  expect(history.loss).toEqual([2, 2]);
  await expect.poll(() => container.querySelectorAll('canvas, svg').length).toBeGreaterThan(0);
  expect(container.textContent).toMatch(/onBatchEnd|onEpochEnd|loss/);
  container.remove();
  tf.dispose(data);
});
