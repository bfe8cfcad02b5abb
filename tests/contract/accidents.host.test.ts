import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../src/index.js';
import { snapshot } from '../training/sample.js';
import { count } from '../support/counts.js';
import { accidents, fragileAdam, goodBatches } from './accidents.js';
import { additions, families, type FamilyRun } from './families.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A model with all features of its family. */
function setup(family: string, seed = 1) {
  let isBroken = false;
  const made: FamilyRun = families[family]!(() => fragileAdam(() => isBroken), additions['with all']!, seed);
  const breakOptimizers = (): void => {
    isBroken = true;
  };
  return { ...made, breakOptimizers, repair: () => (isBroken = false) };
}

/** What a trainer holds, without what its observers saw: they look only in runs. */
async function stateOf({ trainer }: FamilyRun): Promise<string> {
  const { plain, ...variables } = (await snapshot(trainer)) as { readonly plain: object };
  return JSON.stringify({ ...variables, plain: { ...plain, observers: undefined } });
}

describe.each(Object.keys(families))('a %s', (family) => {
  test.each(Object.entries(accidents))(
    'after %s continues bit for bit as if nothing had happened',
    async (_, { cause, message, updates = 0, continues }) => {
      const batches = goodBatches();
      const affected = setup(family);
      const file = await saveCheckpoint(affected.trainer);
      const { numTensors } = tf.memory();
      const error = await (async () => cause({ ...affected, batches }))().then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      if (continues !== 'in another trainer') expect(tf.memory().numTensors, 'tensors').toBe(numTensors);
      if (message === undefined) expect(error).toBeUndefined();
      else expect(error?.message).toMatch(message);
      expect((error?.message ?? '').length).toBeLessThanOrEqual(300);
      affected.repair();

      const next = continues === 'in another trainer' ? setup(family, 5) : affected;
      if (continues !== undefined) await loadCheckpoint(next.trainer, file);
      const undisturbed = setup(family);
      for (const batch of batches.slice(0, updates)) tf.dispose({ ...undisturbed.trainer.step(batch) });
      expect(await stateOf(next)).toBe(await stateOf(undisturbed));
      for (const { trainer } of [next, undisturbed]) tf.dispose({ ...trainer.step(batches[2]!) });
      expect(await stateOf(next)).toBe(await stateOf(undisturbed));
      count('bad data and bad luck');
    },
  );
});

test('the table has 60 rows or more', () => {
  expect(Object.keys(accidents).length * Object.keys(families).length).toBeGreaterThanOrEqual(60);
});
