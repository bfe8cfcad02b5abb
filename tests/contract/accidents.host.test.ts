import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../src/index.js';
import { snapshot } from '../training/sample.js';
import { count } from '../support/counts.js';
import { accidents, fragileAdam, goodBatches } from './accidents.js';
import { additions, families, type FamilyRun } from './families.js';

afterEach(() => {
  tf.disposeVariables();
});

/** A model with all features of its family. */
function scene(family: string, seed = 1) {
  let isBroken = false;
  const made: FamilyRun = families[family]!(() => fragileAdam(() => isBroken), additions['with all']!, seed);
  const breakOptimizers = (): void => {
    isBroken = true;
  };
  return { ...made, breakOptimizers, mend: () => (isBroken = false) };
}

const stateOf = async ({ trainer }: FamilyRun): Promise<string> => JSON.stringify(await snapshot(trainer));

describe.each(Object.keys(families))('a %s', (family) => {
  test.each(Object.entries(accidents))(
    'after %s goes on bit for bit like one that was spared',
    async (_, { happens, says, updates = 0, goesOn }) => {
      const batches = goodBatches();
      const hurt = scene(family);
      const file = await saveCheckpoint(hurt.trainer);
      const { numTensors } = tf.memory();
      const error = await (async () => happens({ ...hurt, batches }))().then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      if (goesOn !== 'in another trainer') expect(tf.memory().numTensors, 'tensors').toBe(numTensors);
      if (says === undefined) expect(error).toBeUndefined();
      else expect(error?.message).toMatch(says);
      expect((error?.message ?? '').length).toBeLessThanOrEqual(300);
      hurt.mend();

      const next = goesOn === 'in another trainer' ? scene(family, 5) : hurt;
      if (goesOn !== undefined) await loadCheckpoint(next.trainer, file);
      const spared = scene(family);
      for (const batch of batches.slice(0, updates)) tf.dispose({ ...spared.trainer.step(batch) });
      expect(await stateOf(next)).toBe(await stateOf(spared));
      for (const { trainer } of [next, spared]) tf.dispose({ ...trainer.step(batches[2]!) });
      expect(await stateOf(next)).toBe(await stateOf(spared));
      count('bad data and bad luck');
    },
  );
});

test('the table has 60 rows or more', () => {
  expect(Object.keys(accidents).length * Object.keys(families).length).toBeGreaterThanOrEqual(60);
});
