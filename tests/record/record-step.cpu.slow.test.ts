import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { recordStep, type BatchSpec } from '../../src/record/index.js';
import type { Batch } from '../../src/training/index.js';
import { trainers } from '../contract/trainers.js';
import { feedsOf, nextStep, recordedStep } from './compare-step.js';

/** Trainers whose steps alternate, and those for which the number of examples decides more than sizes. */
const alternating = new Set(['GAN of three updates to one']);
const onlyOneBatch = new Set(['a model of shortcuts']);

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
      const results = await Promise.all(recordings.map((recording) => recordedStep(recording, second, fixed)));
      const ours = await nextStep(trainer, second);
      expect(Object.keys(ours).length).toBeGreaterThan(2);
      for (const result of results) expect(result).toEqual(ours);
      fixed.dispose();
    },
  );
});
