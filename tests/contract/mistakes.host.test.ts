import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { contentsOf } from '../../src/testing/trainer-contents.js';
import { atHand, mistakes } from './mistakes.js';

const has = atHand();
const contents = () => Promise.all([has.vae, has.gan, has.diffusion].map((trainer) => contentsOf(trainer)));
/** Everything that the trainers hold; no mistake may change it. */
const before = await contents();

afterAll(() => {
  tf.disposeVariables();
});

/** The error of a call, at once or by rejection. */
async function errorOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries(mistakes))('mistakes with %s', (_, rows) => {
  test.each(rows(has).map(([call, run, says]) => ({ call, run, says })))(
    '$call: one sentence of ours',
    async ({ run, says }) => {
      const error = (await errorOf(run)) as Error;
      expect(error).toBeInstanceOf(Error);
      // function: `argument` rule; got value. Fix.
      expect(error.message).toMatch(/^[\w.]+: `[^`]+` [^;]+; got [^\n]+\.$/);
      expect(error.message).toContain(says);
      expect(error.message.length).toBeLessThanOrEqual(300);
      expect(error.message).not.toMatch(/\.\.\.$/);
    },
  );

  // once per group: with 339 rows this takes a tenth of the time
  test('none of them has changed a trainer', async () => {
    expect(await contents()).toEqual(before);
  });
});

test('the table has at least 120 rows', () => {
  expect(Object.values(mistakes).flatMap((rows) => rows(has)).length).toBeGreaterThanOrEqual(120);
});
