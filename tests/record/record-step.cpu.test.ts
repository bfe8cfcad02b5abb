import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { recordStep, type BatchSpec } from '../../src/record/index.js';
import type { Batch } from '../../src/training/index.js';
import { trainers } from '../contract/trainers.js';
import { chosenIn, replay } from './replay.js';

/** Trainers whose steps alternate, and those for which the number of examples decides more than sizes. */
const alternating = new Set(['GAN of three updates to one']);
const onlyOneBatch = new Set(['a model of shortcuts']);

const bitsOf = async (tensor: Tensor): Promise<string> => {
  const numbers = await tensor.data();
  return Array.from(numbers).map((number) => (Number.isNaN(number) ? 'NaN' : Object.is(number, -0) ? '-0' : String(number))).join(); // prettier-ignore
};

function feedsOf(batch: Batch): Record<string, Tensor> {
  return batch instanceof tf.Tensor ? { x: batch } : ({ x: batch.x, ...(batch.condition && { condition: batch.condition }) }); // prettier-ignore
}

function anyBatch(batch: Batch): BatchSpec {
  const shaped = ({ shape, dtype }: Tensor) => ({ shape: [null, ...shape.slice(1)], dtype: dtype as 'float32' });
  const { x, condition } = feedsOf(batch);
  return condition ? { x: shaped(x!), condition: shaped(condition) } : shaped(x!);
}

describe('recordStep', () => {
  const entries = trainers.filter(({ name }) => !alternating.has(name));

  test.each(entries)(
    '$name: the recorded step gives the bits of the next step, for one batch and for any',
    async ({ name, make, batches }) => {
      const trainer = make();
      const [first, second] = batches() as [Batch, Batch];
      tf.dispose({ ...trainer.step(first) });
      const fixed = await recordStep(trainer, second);
      const recordings = onlyOneBatch.has(name) ? [fixed] : [fixed, await recordStep(trainer, anyBatch(second))];
      const feeds = { ...feedsOf(second), ...chosenIn(fixed) };
      const results = await Promise.all(
        recordings.map(async (recording) => {
          const replayed = tf.tidy(() => replay(recording, feeds));
          return Object.fromEntries(await Promise.all(Object.entries(replayed).map(async ([key, value]) => [key, await bitsOf(value)]))) as Record<string, string>; // prettier-ignore
        }),
      );
      const metrics = trainer.step(second);
      const ours = Object.fromEntries(
        await Promise.all([
          ...Object.entries<Tensor>({ ...metrics }).map(async ([key, value]) => [key, await bitsOf(value)] as const),
          ...Object.entries(trainer.state.variables).map(
            async ([key, value]) => [`${key}:next`, await bitsOf(value)] as const,
          ),
        ]),
      );
      for (const result of results) {
        expect(Object.keys(result).length).toBeGreaterThan(2);
        for (const [key, bits] of Object.entries(result)) expect(`${key} ${bits}`).toBe(`${key} ${ours[key]}`);
      }
      fixed.dispose();
    },
  );
});
