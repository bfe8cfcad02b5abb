import * as tf from '@tensorflow/tfjs-core';
import { array, generator } from '@tensorflow/tfjs-data';
import { expect, test } from 'vitest';
import { fit, type Batch } from '../../../src/index.js';
import { countingTrainer } from '../sample.js';

const rows = [
  [1, 1],
  [2, 2],
  [3, 3],
];

test("tfjs's own tf.data.Dataset is a source, batched by itself, for epochs and for validation", async () => {
  const data = array(rows).batch(2);
  const { trainer, seen } = countingTrainer();
  await fit(trainer, data, { epochs: 1 });
  const before = tf.memory().numTensors;
  const { history } = await fit(trainer, data, { epochs: 2, validation: data });
  expect(history.loss).toEqual([2.25, 2.25]);
  expect(history.val_loss).toEqual([2, 2]);
  expect(seen).toEqual([2, 1, 2, 1, 2, 1]);
  expect(tf.memory().numTensors).toBe(before);
});

test('its elements may be { x, condition }, and are checked', async () => {
  const labelled = array(rows.map((x, i) => ({ x, condition: i }))).batch(3);
  const { trainer, seen } = countingTrainer();
  const conditions: string[] = [];
  const step = (batch: Batch) => {
    if ('condition' in batch) conditions.push(batch.condition!.dtype);
    return trainer.step(batch);
  };
  const asLabels = labelled.map((batch) => {
    const { x, condition } = batch as { x: tf.Tensor; condition: tf.Tensor };
    return { x, condition: tf.cast(condition, 'int32') };
  });
  await fit({ ...trainer, step }, asLabels, { epochs: 1 });
  expect([seen, conditions]).toEqual([[3], ['int32']]);
  const wrong = array(rows.map((xs) => ({ xs, ys: 1 }))).batch(3);
  await expect(fit(trainer, wrong, { epochs: 1 })).rejects.toThrow(/`batch` must be a tensor or/);
});

test('one that never ends works with steps', async () => {
  function* endless() {
    for (;;) yield [1, 2];
  }
  const { trainer, seen } = countingTrainer();
  await fit(trainer, generator(endless).batch(4), { steps: 3 });
  expect(seen).toEqual([4, 4, 4]);
});
